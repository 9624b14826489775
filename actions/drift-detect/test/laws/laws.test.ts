import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { agentNamed, shownBy } from "@retell-actions/lab/scene/look-at";
import { KEYS, type Scene } from "@retell-actions/lab/scene/scene";
import { changedFiles, detect, driftPulls, edit, startDriftScene } from "./drift-scene.ts";

let scene: Scene;

/** Each test its own scene. */
function freshScenes(): void {
  beforeEach(async () => {
    scene = await startDriftScene({ seed: 5 });
  });
  afterEach(async () => {
    expect(scene.github.violations).toEqual([]);
    await scene.stop();
  });
}

const writes = (from: { github: number; retell: number }): unknown[] => [
  ...scene.github.requests.slice(from.github).filter(({ write }) => write),
  ...scene.retell.requests.slice(from.retell).filter(({ write }) => write),
];
const counts = (): { github: number; retell: number } => ({ github: scene.github.requests.length, retell: scene.retell.requests.length });

describe("drift, from each workspace's own branch although the job runs on develop", () => {
  freshScenes();

  test("L1, L6: right after deploy and publication there is none, and nothing is written", async () => {
    const before = counts();
    const run = await detect(scene);
    expect(run.outputs).toMatchObject({ outcome: "in-sync", "has-drift": "false" });
    expect(writes(before)).toEqual([]);
  });

  test("L5, L6: edits of both workspaces become one pull request each; the next run writes nothing", async () => {
    edit(scene, "staging", "sales", { agent: { voice_speed: 1.3 }, llm: { general_prompt: "Hello, how can I help you?\n\nSell tables." } });
    edit(scene, "production", "support", { agent: { webhook_url: "https://example.com/other", language: "de-DE" } });
    const run = await detect(scene);
    expect(run.outputs).toMatchObject({ outcome: "drift-detected", "drifted-agents": '{"staging":["sales"],"production":["support"]}' });
    const staging = await changedFiles(scene, "staging");
    expect(Object.keys(staging)).toEqual(["agents/sales/agent.json", "prompts/sales/task.txt"]);
    expect(staging["prompts/sales/task.txt"]).toBe("Sell tables.\n");
    const production = await changedFiles(scene, "production");
    expect(Object.keys(production)).toEqual(["agents/support/agent.json"]);
    expect(JSON.parse(production["agents/support/agent.json"] ?? "")).toMatchObject({ webhook_url: "https://example.com/other", language: "de-DE" });
    expect(driftPulls(scene, "production")).toMatchObject([{ state: "open", base: { ref: "production" }, title: "Production Configuration Drift Detected" }]);
    expect(driftPulls(scene, "production")[0]?.body).toContain("is a draft that was made outside Git");
    const before = counts();
    expect((await detect(scene)).outputs["outcome"]).toBe("drift-detected");
    expect(writes(before)).toEqual([]);
  });

  test("L5: merged in production, the next deploy writes nothing to the agent, publication publishes the draft, and the drift is gone", async () => {
    edit(scene, "production", "support", { agent: { webhook_url: "https://example.com/other" } });
    await detect(scene);
    await scene.repository.merge(driftPulls(scene, "production")[0]?.number ?? 0);
    const before = counts();
    const deploy = await scene.action("deploy", { branch: "production", inputs: { workspace: "production" } });
    expect(deploy.outputs["outcome"]).toBe("unchanged");
    expect(scene.retell.requests.slice(before.retell).filter(({ write }) => write)).toEqual([]);
    const publish = await scene.action("publish-version", { branch: "production", inputs: { workspace: "production" } });
    expect(publish.outputs["published"]).toBe('{"support":1}');
    expect((await detect(scene)).outputs).toMatchObject({ outcome: "in-sync" });
  });

  test("an older draft that is published later is told apart; deploying with overwrite publishes Git's content again", async () => {
    const { id } = agentNamed(scene.production, "sales");
    const older = scene.production.console.createDraft(id);
    const newer = scene.production.console.createDraft(id, 0);
    await scene.repository.commit({ branch: "production", files: { "prompts/sales/task.txt": "Sell sofas.\n" }, message: "Sofas" });
    // Git deploys into the highest draft, which is equal to its base, and publishes it.
    await scene.action("deploy", { branch: "production", inputs: { workspace: "production", "require-staging": "false" } });
    const first = await scene.action("publish-version", { branch: "production", inputs: { workspace: "production" } });
    expect(first.outputs["published"]).toBe(JSON.stringify({ sales: newer }));
    scene.production.console.publish(id, older);
    const run = await detect(scene);
    expect(run.outputs).toMatchObject({ outcome: "drift-detected", "drifted-agents": '{"production":["sales"]}', "pull-requests": "{}" });
    expect(run.summary).toContain(`The older version ${older} was published outside Git, so it is what callers get; Git published version ${newer}.`);
    const deploy = await scene.action("deploy", { branch: "production", inputs: { workspace: "production", "on-console-edit": "overwrite" } });
    expect(deploy.outputs["outcome"]).toBe("deployed");
    const publish = await scene.action("publish-version", { branch: "production", inputs: { workspace: "production" } });
    expect(publish.outputs["published"]).toBe(JSON.stringify({ sales: newer + 1 }));
    expect(String(agentNamed(scene.production, "sales").latest.engine?.["general_prompt"])).toContain("Sell sofas.");
    expect((await detect(scene)).outputs["outcome"]).toBe("in-sync");
  });
});

describe("L3: what is not known is not in sync", () => {
  beforeAll(async () => {
    scene = await startDriftScene();
  });
  afterAll(() => scene.stop());

  test.each<[string, Record<string, string>, string]>([
    ["a wrong key", { RETELL_STAGING_READ_KEY: "key_of_nobody" }, "unauthorized"],
    ["no key", { RETELL_STAGING_READ_KEY: "", RETELL_STAGING_API_KEY: "" }, "missing-key"],
    ["the key of another organisation", { RETELL_STAGING_READ_KEY: KEYS.production }, "wrong-organization"],
  ])("%s", async (_, env, reason) => {
    const run = await detect(scene, { env });
    expect([run.conclusion, run.outputs["outcome"], run.outputs["reason-code"]]).toEqual(["failure", "failed", reason]);
  });

  test("a Retell that answers errors for one agent fails the run, and the others are told", async () => {
    edit(scene, "staging", "sales", { agent: { voice_speed: 1.3 } });
    const { id } = agentNamed(scene.staging, "support");
    scene.faults.add({ matches: ({ path }) => path.includes(id), action: { kind: "status", status: 403, body: { status: "error", message: "no" } } });
    const run = await detect(scene);
    expect([run.conclusion, run.outputs["outcome"], run.outputs["drifted-agents"]]).toEqual(["failure", "failed", '{"staging":["sales"]}']);
    expect(driftPulls(scene, "staging")).toHaveLength(1);
  });
});

describe("L7: credentials that were typed into the console", () => {
  freshScenes();

  test("are in no commit, pull request, log, summary or output", async () => {
    const typed = "Bearer sk-live-9f8e7d6c5b4a39281706f5e4d3c2b1a0";
    const { id } = agentNamed(scene.staging, "sales");
    scene.staging.console.editLlm(id, {
      general_tools: [{ type: "custom", name: "crm", description: "CRM", url: "https://example.com/crm", method: "POST", parameters: { type: "object", properties: {} }, headers: { Authorization: typed }, speak_after_execution: true }],
    } as never);
    const run = await detect(scene);
    expect(run.outputs["outcome"]).toBe("drift-detected");
    const branch = await scene.repository.tip("retell/drift/staging").then(() => changedFiles(scene, "staging"), () => ({}));
    const everything = [shownBy(run), JSON.stringify(branch), ...driftPulls(scene, "staging").map(({ body, title }) => `${title}\n${body}`), ...[...scene.repository.issues.values()].map(({ body }) => body), JSON.stringify(scene.repository.statuses), ...scene.repository.comments.map(({ body }) => body)].join("\n");
    expect(everything).toContain("crm");
    for (const secret of [typed, "sk-live-9f8e7d6c5b4a39281706f5e4d3c2b1a0", Buffer.from(typed).toString("base64"), KEYS.staging, KEYS.production]) expect(everything).not.toContain(secret);
  });
});
