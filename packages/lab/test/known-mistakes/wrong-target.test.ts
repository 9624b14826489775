import { describe, expect, test } from "@jest/globals";
import { KEYS } from "@retell-actions/lab/scene/scene";
import { agent, clearRecords, deployedScene, json, list, liveId, openScene, ourComment, project, propose, push, retellWrites, said, sectionAgent, stateOf } from "./project.ts";

describe("known mistakes: deploys the wrong thing, or nothing", () => {
  test("known mistake 23: a mistyped workspace is an error, not production and not the first of several", async () => {
    const scene = await openScene({ files: project({ sales: agent("Sales") }) });
    const wrong = await scene.deploy({ inputs: { workspace: "stagign" } });
    expect([wrong.conclusion, wrong.outputs["outcome"], wrong.outputs["reason-code"]]).toEqual(["failure", "failed", "unknown-workspace"]);
    expect(said(wrong)).toContain("Did you mean staging?");
    const check = await scene.validate({ inputs: { workspace: "prod" } });
    expect(check.outputs).toMatchObject({ outcome: "failed", "reason-code": "unknown-workspace" });
    expect(scene.retell.requests).toEqual([]);
  });

  test("known mistake 23: of several productions only the named one is written, and each asks for staging first", async () => {
    const key = (value: string, name: string) => ({ key: value, name, permissions: { agent: "edit" as const } });
    const workspaces = { mode: "multi-production", staging: { api_key_env: "RETELL_STAGING_API_KEY" }, production: { "prod-us": { api_key_env: "RETELL_US_API_KEY" }, "prod-eu": { api_key_env: "RETELL_PRODUCTION_API_KEY" } } };
    const organizations = [
      { id: "org_staging", name: "Staging", keys: [key(KEYS.staging, "s")] },
      { id: "org_production", name: "EU", keys: [key(KEYS.production, "p")] },
      { id: "org_us", name: "US", keys: [key("key_us_full_99aa77", "u")] },
    ];
    const scene = await openScene({ files: { ...project({ sales: agent("Sales") }), "workspaces.json": json(workspaces) }, retell: { organizations } });
    const env = { RETELL_US_API_KEY: "key_us_full_99aa77" };
    const us = scene.retell.organization("org_us");
    for (const workspace of ["production", "prod-e", "prod"]) {
      const result = await scene.deploy({ branch: "production", inputs: { workspace }, env });
      expect([workspace, result.outputs["reason-code"]]).toEqual([workspace, "unknown-workspace"]);
    }
    const early = await scene.deploy({ branch: "production", inputs: { workspace: "prod-eu" }, env });
    expect([early.conclusion, early.outputs["outcome"]]).toEqual(["failure", "staging-required"]);
    await scene.deploy();
    expect((await scene.deploy({ branch: "production", inputs: { workspace: "prod-eu" }, env })).outputs["outcome"]).toBe("deployed");
    expect([scene.production.agents().length, us.agents().length]).toEqual([1, 0]);
  });

  test("known mistake 24: of several commits in one push none is lost, and a failed deploy is caught up by the next one", async () => {
    const scene = await deployedScene({ files: project({ first: agent("First"), second: agent("Second"), third: agent("Third") }) });
    const before = await scene.repository.tip("staging");
    await push(scene, { "agents/first/agent.json": agent("First", { general_prompt: "First, changed." }) });
    await push(scene, { "agents/second/agent.json": agent("Second", { general_prompt: "Second, changed." }) });
    const after = await push(scene, { "README.md": "The last commit touches no agent.\n" });
    scene.faults.add({ matches: ({ service, path }) => service === "retell" && path.startsWith("/update-retell-llm/"), action: { kind: "status", status: 400, body: { status: "error", message: "Not today" } } });
    const failed = await scene.deploy({ event: { ref: "refs/heads/staging", before, after } });
    scene.faults.reset();
    expect([failed.conclusion, failed.outputs["failed"]]).toEqual(["failure", '["first","second"]']);
    const last = await push(scene, { "agents/third/agent.json": agent("Third", { general_prompt: "Third, changed." }) });
    const result = await scene.deploy({ event: { ref: "refs/heads/staging", before: after, after: last } });
    expect(result.outputs).toMatchObject({ outcome: "deployed", updated: '["first","second","third"]' });
    const prompts = scene.staging.agents().map((picture) => picture.latest.engine?.["general_prompt"]);
    expect(prompts.sort()).toEqual(["First, changed.", "Second, changed.", "Third, changed."]);
  });

  test("known mistake 25: a change of a shared section deploys the agents that use it, and no others", async () => {
    const prompts = { "prompts/base/greeting.txt": "Hello.\n", "prompts/base/greeting-long.txt": "Good day.\n", "prompts/unused.txt": "Nothing.\n" };
    const agents = { sales: sectionAgent("Sales", ["base/greeting"]), support: sectionAgent("Support", ["base/greeting", "base/greeting-long"]), other: sectionAgent("Other", ["base/greeting-long"]) };
    const scene = await deployedScene({ files: project(agents, prompts) });
    const pull = await propose(scene, { "prompts/base/greeting.txt": "Welcome.\n", "prompts/unused.txt": "Still nothing.\n" });
    const check = await scene.validate({ pullRequest: pull.number });
    expect(list(check, "agents-to-deploy")).toEqual(["sales", "support"]);
    const text = ourComment(scene, pull).body;
    expect(text).toContain("+Welcome.");
    await scene.repository.merge(pull.number);
    clearRecords(scene);
    expect((await scene.deploy()).outputs).toMatchObject({ outcome: "deployed", updated: '["sales","support"]', unchanged: '["other"]' });
    const engines = new Set(retellWrites(scene).filter((request) => request.includes("/update-retell-llm/")));
    expect(engines.size).toBe(2);
  });

  test("known mistake 26: names that are parts of other names are told apart", async () => {
    const names = ["a", "a-sales", "sales", "sales-eu", "sales.eu"];
    const scene = await deployedScene({ files: project(Object.fromEntries(names.map((name) => [name, agent(`Agent ${name}`)]))) });
    expect(new Set(await Promise.all(names.map((name) => liveId(scene, name)))).size).toBe(names.length);
    const pull = await propose(scene, { "agents/sales/agent.json": agent("Agent sales", { general_prompt: "Only me." }) });
    expect(list(await scene.validate({ pullRequest: pull.number }), "agents-to-deploy")).toEqual(["sales"]);
    await push(scene, Object.fromEntries(names.map((name) => [`agents/${name}/agent.json`, agent(`Agent ${name}`, { general_prompt: `New ${name}.` })])));
    expect(list(await scene.deploy({ inputs: { agents: "sales" } }), "updated")).toEqual(["sales"]);
    expect(list(await scene.deploy({ inputs: { agents: "*,!sales,!a" } }), "updated")).toEqual(["a-sales", "sales-eu", "sales.eu"]);
    const rest = await scene.deploy();
    expect(rest.outputs).toMatchObject({ updated: '["a"]', unchanged: '["a-sales","sales","sales-eu","sales.eu"]' });
    for (const name of names) expect(scene.staging.agent(await liveId(scene, name)).latest.engine?.["general_prompt"]).toBe(`New ${name}.`);
  });

  test("known mistake 27: a deleted folder neither blocks the others nor is forgotten", async () => {
    const scene = await deployedScene({ files: project({ old: agent("Old"), sales: agent("Sales") }) });
    await scene.deploy({ branch: "production", inputs: { workspace: "production" } });
    const change = { "agents/old/agent.json": null, "agents/sales/agent.json": agent("Sales", { general_prompt: "Alone now." }) };
    for (const [branch, workspace] of [["staging", "staging"], ["production", "production"]] as const) {
      await push(scene, change, branch);
      const organization = workspace === "staging" ? scene.staging : scene.production;
      const options = { branch, inputs: { workspace } };
      const result = await scene.deploy(options);
      expect(result.outputs).toMatchObject({ outcome: "deployed", updated: '["sales"]', drifted: '["old"]' });
      expect(result.summary).toContain("prune: delete");
      expect(organization.agents()).toHaveLength(2);
      expect((await scene.deploy({ ...options, inputs: { ...options.inputs, prune: "delete" } })).outputs["outcome"]).toBe("deployed");
      expect(organization.agents().map((picture) => picture.latest.agent["agent_name"])).toEqual(["Sales"]);
      expect(await stateOf(scene, "old", workspace)).toBeUndefined();
      expect((await scene.deploy(options)).outputs["outcome"]).toBe("unchanged");
    }
  });

  test("known mistake 28: staging counts for the content that was deployed there, not for a file that exists", async () => {
    const scene = await deployedScene({ files: project({ sales: agent("Sales") }) });
    const production = { branch: "production", inputs: { workspace: "production" } };
    const later = { "agents/sales/agent.json": agent("Sales", { general_prompt: "Never seen in staging." }) };
    await push(scene, later, "production");
    const early = await scene.deploy(production);
    expect([early.conclusion, early.outputs["outcome"]]).toEqual(["failure", "staging-required"]);
    expect(scene.production.agents()).toEqual([]);
    const pull = await propose(scene, { "agents/sales/agent.json": agent("Sales", { general_prompt: "Nor this." }) }, "production");
    expect((await scene.validate({ pullRequest: pull.number })).outputs["outcome"]).toBe("staging-required");
    await push(scene, later);
    await scene.deploy();
    expect((await scene.deploy(production)).outputs["outcome"]).toBe("deployed");
    expect(scene.production.agents()[0]?.latest.engine?.["general_prompt"]).toBe("Never seen in staging.");
  });

  test("known mistake 29: replacement patterns in values and sections are plain text", async () => {
    const odd = "$& $$ $1 $` $' \\1 {{other}} 100$";
    const files = project({ sales: sectionAgent("Sales", ["price"], { price: odd, other: "OVERRIDE" }) }, { "prompts/price.txt": "It costs {{price}} or $& {{ price }}.\n" });
    const scene = await deployedScene({ files });
    expect(scene.staging.agents()[0]?.latest.engine?.["general_prompt"]).toBe(`It costs ${odd} or $& ${odd}.`);
    expect((await scene.deploy()).outputs["outcome"]).toBe("unchanged");
  });

  test("known mistake 32: no route that Retell has retired is called", async () => {
    const scene = await openScene({ files: project({ sales: agent("Sales"), old: agent("Old") }) });
    await scene.deploy();
    const id = await liveId(scene, "sales");
    scene.staging.console.publish(id, 0);
    await push(scene, { "agents/sales/agent.json": agent("Sales", { general_prompt: "A second version." }), "agents/old/agent.json": null });
    await scene.deploy({ inputs: { prune: "delete" } });
    await scene.validate({ inputs: { scope: "all" } });
    const routes = new Set(scene.retell.requests.map(({ method, path }) => `${method} ${path.replace(/\/(?:agent|llm)_[0-9a-f]+/g, "/:id")}`));
    const retired = /^(?:GET \/list-agents|GET \/list-retell-llms|GET \/v2\/list-agents|GET \/get-agent-versions|POST \/publish-agent\/|GET \/list-chat-agents|POST \/publish-chat-agent\/)/;
    expect([...routes].filter((route) => retired.test(route))).toEqual([]);
    expect([...routes]).toEqual(expect.arrayContaining(["POST /create-agent-version/:id", "DELETE /delete-agent/:id"]));
    expect(scene.retell.requests.filter(({ status, query }) => (status === 404 && query !== "version=latest_published") || status >= 500)).toEqual([]);
  });
});
