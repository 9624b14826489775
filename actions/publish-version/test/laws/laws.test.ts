import { afterEach, describe, expect, test } from "@jest/globals";
import { agentNamed, agentResults, shownBy } from "@retell-actions/lab/scene/look-at";
import { agentFile } from "@retell-actions/lab/scene/sample-files";
import { KEYS, startScene, type Scene, type SceneOptions } from "@retell-actions/lab/scene/scene";
import { deploy, FASTER, FILES, isPublication, organizationOf, publications, publish, publishedVersions, stateFile, type Place } from "./publishing.ts";
import { sampled } from "@retell-actions/lab/scene/sampled";

const scenes: Scene[] = [];
afterEach(async () => {
  await Promise.all(scenes.splice(0).map((scene) => scene.stop()));
});

async function deployed(place: Place = "staging", options: Partial<SceneOptions> = {}, env: Record<string, string> = {}): Promise<Scene> {
  const scene = await startScene({ files: FILES, ...options });
  scenes.push(scene);
  expect((await deploy(scene, place, { env })).outputs["outcome"]).toBe("deployed");
  forget(scene);
  return scene;
}

function forget(scene: Scene): void {
  scene.retell.clearRequests();
  scene.github.clearRequests();
  scene.faults.reset();
}

function writes(scene: Scene): string[] {
  return [...scene.retell.requests, ...scene.github.requests].filter(({ write }) => write).map(({ method, path }) => `${method} ${path}`);
}

describe("L1 and L6: published is what was deployed, and idle is free", () => {
  test.each(sampled([1, 0, 4], 3))("a second publication and a second deployment write nothing (lab seed %i)", async (seed) => {
    const scene = await deployed("production", { retell: { seed } });
    const first = await publish(scene, "production");
    expect(first).toMatchObject({ conclusion: "success", outputs: { outcome: "published", "reason-code": "ok", published: '{"sales":0,"support":0}' } });
    expect(first.log).toMatch(/1\/2 sales: published version 0/);
    expect(publishedVersions(scene.production)).toEqual({ sales: [0], support: [0] });
    forget(scene);
    const again = await publish(scene, "production");
    expect(again).toMatchObject({ conclusion: "success", outputs: { outcome: "unchanged", published: "{}", unchanged: '["sales","support"]', "state-commit": "" } });
    expect(scene.retell.requests.map(({ path }) => path)).toEqual(["/get-api-key-info"]);
    expect((await deploy(scene, "production")).outputs).toMatchObject({ outcome: "unchanged", drifted: "[]" });
    expect(writes(scene)).toEqual([]);
  });

  test("the version says where it comes from: the mark stays, commit, pull request and run are told", async () => {
    const scene = await startScene({ files: FILES });
    scenes.push(scene);
    await scene.repository.commit({ branch: "faster", parent: "staging", files: FASTER, message: "Faster" });
    const { number } = await scene.repository.openPullRequest({ head: "faster", base: "staging", title: "Faster" });
    await scene.repository.merge(number);
    await deploy(scene, "staging");
    const run = await publish(scene, "staging");
    const tip = (await scene.repository.tip("staging")).slice(0, 7);
    expect(agentNamed(scene.staging, "sales").latest.agent).toMatchObject({
      is_published: true,
      version_title: `retell-actions ${scene.repository.id} sales ${tip}`,
      version_description: `${tip} · PR #${number} · ${scene.github.url}/${scene.repository.fullName}/actions/runs/${run.runId}`,
    });
  });

  test("only current routes are asked, and the empty answer is enough, chunked or not", async () => {
    for (const publishAnswer of ["content-length", "chunked"] as const) {
      const scene = await deployed("production", { retell: { publishAnswer } });
      expect((await publish(scene, "production")).outputs["outcome"]).toBe("published");
      expect(scene.retell.requests.filter(({ status }) => status >= 400 && status !== 404).map(({ path }) => path)).toEqual([]);
      // Nothing was published before, which is the only 404; no route of former times is among them.
      expect(scene.retell.requests.filter(({ status }) => status === 404).every(({ query }) => query.includes("latest_published"))).toBe(true);
      expect(new Set(scene.retell.requests.map(({ method, path }) => `${method} ${path.replace(/_[0-9a-f]{28}$/, "")}`))).toEqual(
        new Set(["GET /get-api-key-info", "GET /get-agent/agent", "GET /get-retell-llm/llm", "POST /publish-agent-version/agent"]),
      );
      expect(scene.retell.requests.filter(isPublication).every(({ query }) => query === "")).toBe(true);
    }
  });
});

describe("L2: nothing is published unseen", () => {
  test("a draft that was changed since it was deployed is refused; the other agent is published", async () => {
    const scene = await deployed();
    scene.staging.console.editLlm(agentNamed(scene.staging, "sales").id, { begin_message: "Edited in the console" });
    const run = await publish(scene, "staging");
    expect(run).toMatchObject({ conclusion: "failure", outputs: { outcome: "partially-published", "reason-code": "draft-changed", blocked: '["sales"]', published: '{"support":0}' } });
    expect(agentResults(run).get("sales")).toMatchObject({ status: "left-alone", reason_code: "draft-changed", changed_fields: ["llm.begin_message"] });
    expect(run.summary).toContain("llm.begin_message");
    expect(shownBy(run)).not.toContain("Edited in the console");
    expect(publishedVersions(scene.staging)["sales"]).toEqual([]);
  });

  test("nor is one that changes between the decision and the publication", async () => {
    const scene = await deployed();
    const { id } = agentNamed(scene.staging, "sales");
    scene.faults.add({ matches: ({ service, write }) => service === "github" && write, times: 1, action: { kind: "call", when: "before", run: () => void scene.staging.console.editAgent(id, { voice_speed: 0.7 }) } });
    const run = await publish(scene, "staging");
    expect(run.outputs).toMatchObject({ outcome: "partially-published", blocked: '["sales"]', published: '{"support":0}' });
    expect(publishedVersions(scene.staging)["sales"]).toEqual([]);
    expect((await stateFile(scene, "staging", "workspace.json"))["pending"]).toBeNull();
  });

  test("an edit in the very request is published by Retell, and said", async () => {
    const scene = await deployed();
    const { id } = agentNamed(scene.staging, "sales");
    scene.faults.add({ matches: ({ path }) => path === `/publish-agent-version/${id}`, times: 1, action: { kind: "call", when: "before", run: () => void scene.staging.console.editAgent(id, { voice_speed: 0.7 }) } });
    const run = await publish(scene, "staging");
    expect(run).toMatchObject({ conclusion: "failure", outputs: { outcome: "partially-published", "reason-code": "changed-while-publishing", failed: '["sales"]' } });
    expect(await stateFile(scene, "staging", "agents/sales/staging.json")).toMatchObject({ is_published: true, published_version: 0 });
    expect((await deploy(scene, "staging")).outputs["drifted"]).toBe('["sales"]');
  });

  test("in production, a version that somebody published in the console is not covered by ours", async () => {
    const scene = await deployed("production");
    await publish(scene, "production");
    const { id } = agentNamed(scene.production, "sales");
    await scene.repository.commit({ branch: "production", files: FASTER, message: "Faster" });
    await deploy(scene, "production");
    const draft = scene.production.console.createDraft(id, 0);
    scene.production.console.publish(id, draft);
    forget(scene);
    const run = await publish(scene, "production");
    expect(run.outputs).toMatchObject({ outcome: "partially-published", "reason-code": "published-elsewhere", blocked: '["sales"]', published: '{"support":1}' });
    expect(publications(scene)).toHaveLength(1);
    // The remedy that the message names.
    expect((await deploy(scene, "production", { inputs: { "on-console-edit": "overwrite" } })).outputs["outcome"]).toBe("deployed");
    expect((await publish(scene, "production")).outputs).toMatchObject({ outcome: "published" });
    expect(agentNamed(scene.production, "sales").latestPublished?.agent["voice_speed"]).toBe(1.3);
  });
});

describe("L3: what cannot be known is no success", () => {
  const BROKEN = [
    ["a key of another organisation", { env: { RETELL_STAGING_API_KEY: KEYS.production } }, "wrong-organization", /organisation "Acme Production"/],
    ["a wrong key", { env: { RETELL_STAGING_API_KEY: "key_that_nobody_has" } }, "unauthorized", /RETELL_STAGING_API_KEY|API key/],
    ["no key", { env: { RETELL_STAGING_API_KEY: "" } }, "missing-key", /RETELL_STAGING_API_KEY is empty/],
    ["an unknown workspace", { inputs: { workspace: "stagign" } }, "unknown-workspace", /Did you mean staging/],
    ["a pattern that matches nothing", { inputs: { agents: "sails" } }, "no-agents-selected", /sails/],
    ["an API that answers 500", {}, "retell-unavailable", /500/],
  ] as const;
  test.each(sampled<(typeof BROKEN)[number]>(BROKEN, 2))("%s", async (name, options, reason, says) => {
    const scene = await deployed();
    if (name.includes("500")) scene.faults.add({ matches: ({ service }) => service === "retell", action: { kind: "status", status: 500, headers: { "retry-after": "0" } } });
    const run = await publish(scene, "staging", options);
    expect(run).toMatchObject({ conclusion: "failure", exitCode: 1, outputs: { outcome: "failed", "reason-code": reason } });
    expect(run.log).toMatch(says);
    expect(writes(scene).filter((write) => !write.includes("/graphql"))).toEqual([]);
    expect(publishedVersions(scene.staging)).toEqual({ sales: [], support: [] });
  });

  test("a key that may only read: Retell refuses, nothing is recorded, the workspace is free again", async () => {
    const scene = await deployed();
    const run = await publish(scene, "staging", { env: { RETELL_STAGING_API_KEY: KEYS.stagingRead } });
    expect(run).toMatchObject({ conclusion: "failure", outputs: { outcome: "failed", "reason-code": "publish-failed", failed: '["sales","support"]' } });
    expect(await stateFile(scene, "staging", "agents/sales/staging.json")).toMatchObject({ is_published: false });
    expect((await stateFile(scene, "staging", "workspace.json"))["pending"]).toBeNull();
    expect((await publish(scene, "staging")).outputs["outcome"]).toBe("published");
  });

  test("an agent whose version cannot be read fails, and the other is published", async () => {
    const scene = await deployed();
    const { id } = agentNamed(scene.staging, "sales");
    scene.faults.add({ matches: ({ path }) => path === `/get-agent/${id}`, action: { kind: "truncate" } });
    const run = await publish(scene, "staging");
    expect(run.outputs).toMatchObject({ outcome: "partially-published", failed: '["sales"]', published: '{"support":0}' });
  });
});

describe("L7: no credential leaves", () => {
  const HOOK = 'whk+Zx91/"q&=%7 end';
  const TYPED = "Tq8fJw02LmPz77xK";

  test("keys, secrets and what was typed into the console stand in no output, commit or version text", async () => {
    const files = { ...FILES, "agents/sales/agent.json": agentFile("sales", { agent: { webhook_url: "secret://HOOK" } }), "agents/other/agent.json": agentFile("other") };
    const env = { RETELL_SECRET_HOOK: HOOK };
    const scene = await deployed("staging", { files }, env);
    scene.staging.console.editAgent(agentNamed(scene.staging, "other").id, { webhook_url: `https://user:${TYPED}@example.com/hook?token=${TYPED}` });
    const echo = { error_message: `no: ${HOOK} ${KEYS.staging} Bearer ${TYPED}` };
    scene.faults.add({ matches: ({ path }) => path === `/publish-agent-version/${agentNamed(scene.staging, "support").id}`, times: 1, action: { kind: "status", status: 400, body: echo } });
    const first = await publish(scene, "staging", { env, debug: true });
    expect(first.outputs).toMatchObject({ outcome: "partially-published", published: '{"sales":0}', failed: '["support"]', blocked: '["other"]' });
    const second = await publish(scene, "staging", { env: {}, debug: true });
    expect(second.outputs).toMatchObject({ published: '{"support":0}' });
    const history = (await scene.repository.git.run(["log", "-p", "--all", "--format=%H%n%B"])).stdout.toString("utf8");
    const sent = JSON.stringify([...scene.github.requests.map(({ body }) => body), ...scene.retell.requests.filter(isPublication).map(({ body }) => body)]);
    const shown = [first, second].flatMap((run) => [shownBy(run), run.stderr, run.stdout.split("\n").filter((line) => !line.startsWith("::add-mask::")).join("\n")]);
    for (const text of [history, sent, ...shown]) for (const credential of [HOOK, encodeURIComponent(HOOK), KEYS.staging, TYPED]) expect(text).not.toContain(credential);
  });

  test("a secret that the job does not have does not block what was deployed with it", async () => {
    const files = { ...FILES, "agents/sales/agent.json": agentFile("sales", { agent: { webhook_url: "secret://HOOK" } }) };
    const scene = await deployed("staging", { files }, { RETELL_SECRET_HOOK: HOOK });
    expect((await publish(scene, "staging")).outputs).toMatchObject({ outcome: "published", published: '{"sales":0,"support":0}' });
    expect(organizationOf(scene, "staging").agents()).toHaveLength(2);
  });
});
