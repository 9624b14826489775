import { beforeEach, describe, expect, test } from "@jest/globals";
import { canonicalJson } from "@retell-actions/core/canonical/content-hash";
import type { Json } from "@retell-actions/core/canonical/json";
import type { RetellReader } from "@retell-actions/core/ports/retell";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { importFrom } from "../../../packages/core/test/import/import-scene.ts";
import { run } from "../src/run.ts";
import { deploy, filesAt, importNow, INPUTS, make, mergeEverywhere, pulls, stateOf, validate, WORKSPACES } from "./support.ts";

const TOKEN = ["sk", "live", "0123456789abcdef0123456789abcdef"].join("_");
const OTHER = ["sk", "live", "fedcba9876543210fedcba9876543210"].join("_");
let world: MemoryWorld;

beforeEach(() => {
  world = createMemoryWorld({ "workspaces.json": WORKSPACES, "README.md": "Agents.\n" });
});

const writesToRetell = (): unknown[] => ["staging", "production"].flatMap((workspace) => world.retell(workspace).calls.filter(({ write }) => write));
const forgetCalls = (): void => {
  for (const workspace of ["staging", "production"]) world.retell(workspace).calls.length = 0;
  world.github.writes.length = 0;
};

/** Agents of every kind in both workspaces, which refer to each other. */
async function fill(): Promise<void> {
  for (const workspace of ["staging", "production"]) {
    const desk = await make(world, workspace, { name: "Front Desk", llm: { general_prompt: "You answer the phone.\n\nBe kind to everyone who calls us today, please." } });
    await make(world, workspace, {
      name: "Sales é",
      fields: { webhook_url: `https://${workspace}.example.com/hook` },
      llm: {
        general_prompt: `You sell {{thing}}.\n\nOnly in ${workspace}.`,
        general_tools: [
          { type: "agent_swap", name: "to_desk", agent_id: desk, agent_version: workspace === "staging" ? "latest" : "latest_published", post_call_analysis_setting: "both_agents" },
          { type: "custom", name: "crm", url: "https://crm.example.com", headers: { Authorization: `Bearer ${workspace === "staging" ? TOKEN : OTHER}`, Accept: "application/json" } },
        ],
      },
    });
    await make(world, workspace, { name: "Chat", channel: "chat", llm: { general_prompt: "Write." } });
    await make(world, workspace, { name: "Steps", flow: { global_prompt: "One.\nTwo.", nodes: [{ id: "start", type: "conversation", instruction: { type: "prompt", text: "Say hello." }, edges: [] }] } });
    await make(world, workspace, { name: "Own", custom: "wss://own.example.com/socket" });
  }
  world.retell("production").publish([...world.retell("production").agents.keys()][0] ?? "", 0);
  forgetCalls();
}

describe("an import", () => {
  test("makes one pull request with one folder for each name, and writes nothing to Retell", async () => {
    await fill();
    const report = await importNow(world);
    expect(report).toMatchObject({ outcome: "imported", reason: "ok" });
    expect(JSON.parse(report.outputs["agents"] ?? "")).toEqual(["chat", "front-desk", "own", "sales-e", "steps"]);
    expect(pulls(world)).toMatchObject([{ state: "open", base: "develop", title: "Import from Retell: chat, front-desk, own and 2 more" }]);
    const files = filesAt(world, "retell/import");
    expect([...files.keys()].sort()).toEqual([
      "README.md",
      "agents/chat/agent.json",
      "agents/front-desk/agent.json",
      "agents/own/agent.json",
      "agents/sales-e/agent.json",
      "agents/sales-e/agent.production.json",
      "agents/steps/agent.json",
      "agents/steps/flow.json",
      "prompts/front-desk/general.md",
      "prompts/sales-e/general.md",
      "prompts/steps/general.md",
      "workspaces.json",
    ]);
    expect(JSON.parse(files.get("agents/sales-e/agent.production.json") ?? "")).toEqual({
      webhook_url: "https://production.example.com/hook",
      llm_config: { prompt_config: { overrides: { "sales-e/general": "You sell {{thing}}.\n\nOnly in production." } } },
    });
    expect(files.get("agents/sales-e/agent.json")).toContain('"agent_id": "agent://front-desk"');
    expect(files.get("agents/sales-e/agent.json")).toContain('"Authorization": "secret://SALES_E_CRM_AUTHORIZATION"');
    expect(files.get("prompts/sales-e/general.md")).toBe("You sell {{thing}}.\n\nOnly in staging.\n");
    expect(writesToRetell()).toEqual([]);
  });

  test("says which secrets to create, without their values anywhere", async () => {
    await fill();
    const report = await importNow(world);
    expect(report.outputs["secrets"]).toBe('["SALES_E_CRM_AUTHORIZATION"]');
    expect(pulls(world)[0]?.body).toContain("RETELL_SECRET_SALES_E_CRM_AUTHORIZATION: ${{ secrets.RETELL_SECRET_SALES_E_CRM_AUTHORIZATION }}");
    expect(pulls(world)[0]?.body).toContain("another value in each workspace");
    const shown = JSON.stringify([report, [...world.git.commits.values()].map(({ files, message }) => [message, [...files]]), [...world.github.pulls.values()], world.log.lines]);
    for (const value of [TOKEN, OTHER]) expect(shown).not.toContain(value);
    expect(world.log.masked).toEqual(expect.arrayContaining([`Bearer ${TOKEN}`, `Bearer ${OTHER}`]));
  });

  test("records both halves of the baseline and claims no deployment", async () => {
    await fill();
    await importNow(world);
    const state = stateOf(world, "production", "front-desk");
    expect(state).toMatchObject({ imported: true, version: 0, is_published: true, published_version: 0, source_commit: null, deployed_at: null, deployed_by: null, previous: [] });
    expect(state.sent?.llm?.["general_prompt"]).toBe("You answer the phone.\n\nBe kind to everyone who calls us today, please.");
    expect(state.seen?.llm).toEqual(state.sent?.llm);
    expect(JSON.parse(filesAt(world, "retell/state/production").get("workspace.json") ?? "")).toMatchObject({ organization: { id: "org_production" }, pending: null });
  });

  test("the same workspaces give the same files, and a second run writes nothing", async () => {
    await fill();
    await importNow(world);
    const before = [...world.git.branches];
    world.github.writes.length = 0;
    expect(await importNow(world)).toMatchObject({ outcome: "unchanged", reason: "nothing-to-do" });
    expect(world.github.writes).toEqual([]);
    expect([...world.git.branches]).toEqual(before);
  });
});

test("of headers and query parameters, only what may be a credential becomes a secret", async () => {
  const tool = { type: "custom", name: "crm", url: "https://crm.example.com", headers: { "Content-Type": "application/json", "X-Request-Source": "true", "X-Tenant": "north" }, query_params: { horizon: "10", lang: "de-DE", key: "short", client: "8f3a9c1be27d4405" } };
  const agent = await make(world, "staging", { name: "Sales", llm: { general_tools: [tool] } });
  const report = await importNow(world, { workspaces: ["staging"] });
  expect(JSON.parse(report.outputs["secrets"] ?? "")).toEqual(["SALES_CRM_CLIENT", "SALES_CRM_KEY", "SALES_CRM_X_TENANT"]);
  const file = JSON.parse(filesAt(world, "retell/import").get("agents/sales/agent.json") ?? "") as { llm_config: { general_tools: unknown[] } };
  expect(file.llm_config.general_tools).toMatchObject([{ headers: { ...tool.headers, "X-Tenant": "secret://SALES_CRM_X_TENANT" }, query_params: { horizon: "10", lang: "de-DE", key: "secret://SALES_CRM_KEY", client: "secret://SALES_CRM_CLIENT" } }]);
  mergeEverywhere(world);
  expect(await deploy(world, "staging")).toMatchObject({ outcome: "unchanged" });
  // An edit of a harmless one is shown as it is.
  world.retell("staging").edit(agent, { engine: { general_tools: [{ ...tool, query_params: { ...tool.query_params, horizon: "20" } }] } });
  const edited = await deploy(world, "staging");
  expect(edited).toMatchObject({ outcome: "unchanged", outputs: { drifted: '["sales"]' } });
  expect(JSON.stringify(edited)).not.toContain("8f3a9c1be27d4405");
});

describe("where agents are missing", () => {
  const missing = (): string => /### Not in every workspace\n\n[^]*?(?=\n\n###)/.exec(pulls(world)[0]?.body ?? "")?.[0] ?? "";

  test("one workspace that callers reach: its deploy changes nothing, and one to the empty workspace makes the agents", async () => {
    await fill();
    for (const [id] of [...world.retell("staging").agents]) world.retell("staging").agents.delete(id);
    expect(await importNow(world)).toMatchObject({ outcome: "imported" });
    expect(pulls(world)[0]?.body).toContain("there is nothing to deploy to where they were imported from; *Not in every workspace* says what a deploy makes elsewhere.");
    for (const folder of ["chat", "front-desk", "own", "sales-e", "steps"]) expect(missing()).toContain(`| \`${folder}\` | \`staging\` |`);
    mergeEverywhere(world);
    forgetCalls();
    world.secrets.set("SALES_E_CRM_AUTHORIZATION", `Bearer ${OTHER}`);
    expect(await validate(world, "production")).toMatchObject({ outcome: "passed", outputs: { "agents-to-deploy": "[]" } });
    expect(await deploy(world, "production")).toMatchObject({ outcome: "unchanged" });
    expect(writesToRetell()).toEqual([]);
    expect(await deploy(world, "staging")).toMatchObject({ outcome: "deployed", outputs: { created: '["chat","front-desk","own","sales-e","steps"]' } });
    expect(await deploy(world, "production")).toMatchObject({ outcome: "unchanged" });
    expect(world.retell("production").calls.filter(({ write }) => write)).toEqual([]);
  });

  test("also in workspaces that this import did not read, unless they are known to have them", async () => {
    await fill();
    await importNow(world, { workspaces: ["staging"], agents: ["Own"] });
    expect(missing()).toContain("| `own` | `production` (not read by this import) |");
    await importNow(world, { agents: ["Own"] });
    expect(missing()).toBe("");
    expect(pulls(world)[0]?.body).toContain("after a merge there is nothing to deploy.");
    await make(world, "production", { name: "There" });
    await importNow(world, { workspaces: ["production"], agents: ["There"] });
    // `own` is recorded in both.
    expect(missing()).toContain("| `there` | `staging` (not read by this import) |");
    expect(missing()).not.toContain("`own`");
  });
});

test("the pull request and validate agree on who needs the secrets", async () => {
  await fill();
  await importNow(world);
  expect(pulls(world)[0]?.body).toContain("give them to the jobs that deploy. Jobs that only compare, such as validate, do without");
  mergeEverywhere(world);
  const [, sales] = [...world.retell("staging").agents.keys()];
  expect(await validate(world, "staging")).toMatchObject({ outcome: "passed" });
  world.retell("staging").edit(sales ?? "", { engine: { general_tools: [{ type: "custom", name: "crm", url: "https://crm.example.com", headers: { Authorization: "Bearer another" } }] } });
  const seen = await validate(world, "staging");
  expect(seen.summary).toContain("Authorization");
  expect(seen.summary).not.toContain("Bearer another");
});

describe("the plan right after an import is empty", () => {
  test.each([false, true])("in staging and production, for validate and deploy; values of the secrets in the job: %s", async (withSecrets) => {
    await fill();
    await importNow(world);
    mergeEverywhere(world);
    forgetCalls();
    for (const workspace of ["staging", "production"]) {
      world.secrets.clear();
      if (withSecrets) world.secrets.set("SALES_E_CRM_AUTHORIZATION", `Bearer ${workspace === "staging" ? TOKEN : OTHER}`);
      expect(await validate(world, workspace)).toMatchObject({ outcome: "passed", outputs: { "agents-to-deploy": "[]", "has-conflicts": "false", errors: "0" } });
      expect(await deploy(world, workspace)).toMatchObject({ outcome: "unchanged" });
    }
    expect(writesToRetell()).toEqual([]);
    expect(world.github.writes).toEqual([]);
    expect(await importNow(world)).toMatchObject({ outcome: "unchanged" });
  });

  test("a secret that was created with another value is a change of Git's", async () => {
    await fill();
    await importNow(world);
    mergeEverywhere(world);
    world.secrets.set("SALES_E_CRM_AUTHORIZATION", "Bearer another");
    expect(await deploy(world, "staging")).toMatchObject({ outcome: "deployed", outputs: { updated: '["sales-e"]' } });
  });

  test("then Git changes an agent: it is written, and the mark of the import goes", async () => {
    await fill();
    await importNow(world);
    mergeEverywhere(world);
    world.git.commit("staging", { "prompts/front-desk/general.md": "You answer the phone.\n" });
    expect(await deploy(world, "staging")).toMatchObject({ outcome: "deployed", outputs: { updated: '["front-desk"]' } });
    expect(stateOf(world, "staging", "front-desk").imported).toBeUndefined();
  });

  test("an edit in the console between import and merge is not overwritten", async () => {
    await fill();
    await importNow(world);
    const agent = [...world.retell("staging").agents.keys()][0] ?? "";
    world.retell("staging").edit(agent, { agent: { volume: 0.5 } });
    mergeEverywhere(world);
    forgetCalls();
    expect(await deploy(world, "staging")).toMatchObject({ outcome: "unchanged", outputs: { drifted: '["front-desk"]' } });
    expect(writesToRetell()).toEqual([]);
  });
});

test("what is imported, deployed elsewhere and imported from there, has the same files", async () => {
  await fill();
  for (const [id] of [...world.retell("production").agents]) world.retell("production").agents.delete(id);
  await importNow(world, { workspaces: ["staging"] });
  mergeEverywhere(world);
  world.secrets.set("SALES_E_CRM_AUTHORIZATION", `Bearer ${TOKEN}`);
  expect(await deploy(world, "production", { requireStaging: false })).toMatchObject({ outcome: "deployed", outputs: { created: '["chat","front-desk","own","sales-e","steps"]' } });
  const { reader } = world.retell("production");
  // Without our marks it is an organisation like any other.
  const unmarked: RetellReader = { ...reader, readAgent: async (...which) => { const agent = await reader.readAgent(...which); return agent && { ...agent, title: null }; } };
  const again = await importFrom({ production: unmarked }, new Map([["workspaces.json", { kind: "file", text: WORKSPACES }]]));
  const files = [...filesAt(world, "develop")].filter(([path]) => path.startsWith("agents/") || path.startsWith("prompts/"));
  expect(Object.fromEntries([...again.files].map(([path, text]) => [path, sorted(path, text)]))).toEqual(Object.fromEntries(files.map(([path, text]) => [path, sorted(path, text)])));
});

/** The order of keys is that of Retell's answers, which is the order in which they were sent. */
function sorted(path: string, text: string): string {
  return path.endsWith(".json") ? canonicalJson(JSON.parse(text) as Json) : text;
}

describe("before the pull request is merged", () => {
  test("a deploy deletes nothing, even where it may, and new agents are no renames of those that wait", async () => {
    await fill();
    await importNow(world);
    forgetCalls();
    expect(await deploy(world, "staging", { prune: "delete", maxDeletes: 9 })).toMatchObject({ outcome: "unchanged" });
    expect(writesToRetell()).toEqual([]);
    world.git.commit("staging", { "agents/fresh/agent.json": '{"agent_name": "Fresh", "voice_id": "retell-Cimo", "llm_config": {"start_speaker": "agent", "general_prompt": "Hi."}}\n' });
    const report = await deploy(world, "staging");
    expect(report).toMatchObject({ outcome: "deployed", outputs: { created: '["fresh"]' } });
    expect(report.summary).toContain("waits for the import");
    expect(world.retell("staging").agents.size).toBe(6);
  });

  test("a second import takes up what was edited meanwhile, in the same pull request", async () => {
    await fill();
    await importNow(world);
    world.retell("staging").edit([...world.retell("staging").agents.keys()][0] ?? "", { agent: { volume: 0.5 } });
    await make(world, "staging", { name: "Late" });
    expect(await importNow(world)).toMatchObject({ outcome: "imported" });
    expect(pulls(world)).toHaveLength(1);
    expect(filesAt(world, "retell/import").get("agents/front-desk/agent.json")).toContain('"volume": 0.5');
    expect(filesAt(world, "retell/import").has("agents/late/agent.json")).toBe(true);
    mergeEverywhere(world);
    forgetCalls();
    expect(await deploy(world, "staging")).toMatchObject({ outcome: "unchanged" });
  });

  test("an import of another workspace keeps what waits of the first one", async () => {
    await fill();
    await make(world, "staging", { name: "Only here" });
    expect(await importNow(world, { workspaces: ["staging"] })).toMatchObject({ outcome: "imported" });
    const report = await importNow(world, { workspaces: ["production"], agents: ["Own"] });
    expect(report.summary).toContain("Import staging and production together");
    await make(world, "production", { name: "There" });
    expect((await importNow(world, { workspaces: ["production"] })).outputs["agents"]).toBe('["there"]');
    expect(pulls(world)[0]?.body).toContain("From an earlier import");
    for (const folder of ["only-here", "own", "sales-e", "there"]) expect([...filesAt(world, "retell/import").keys()]).toContain(`agents/${folder}/agent.json`);
    expect(await importNow(world)).toMatchObject({ outcome: "imported" });
    mergeEverywhere(world);
    forgetCalls();
    // A folder is an agent of every workspace; the others are as they were.
    expect(await deploy(world, "staging")).toMatchObject({ outcome: "deployed", outputs: { created: '["there"]', updated: "[]" } });
  });

  test("a folder that was renamed after the import stops the deploy, which prints the line; an unrelated new one does not", async () => {
    await make(world, "staging", { name: "Only here" });
    await importNow(world);
    mergeEverywhere(world);
    const text = filesAt(world, "staging").get("agents/only-here/agent.json") ?? "";
    const other = text.replace('"Only here"', '"Other"').replace(/"voice_id": "[^"]+"/, '"voice_id": "retell-Other"');
    world.git.commit("staging", { "agents/other/agent.json": other });
    expect(await deploy(world, "staging")).toMatchObject({ outcome: "deployed", outputs: { created: '["other"]' } });
    world.git.commit("staging", { "agents/only-here/agent.json": null, "agents/desk/agent.json": text });
    forgetCalls();
    const stopped = await deploy(world, "staging");
    expect(stopped).toMatchObject({ outcome: "failed", reason: "state-without-folder" });
    expect(stopped.message).toContain('only-here was imported but has no folder any more, while desk is new. If it was renamed, add {"agent": "only-here", "to": "desk"}');
    expect(writesToRetell()).toEqual([]);
  });

  test("commits of a person on its branch are not overwritten, and nothing is recorded over them", async () => {
    await fill();
    await importNow(world);
    world.git.commit("retell/import", { "agents/front-desk/agent.json": '{"agent_name": "Front", "voice_id": "x", "llm_config": {}}\n' });
    const before = [...world.git.branches];
    const left = await importNow(world);
    expect(left).toMatchObject({ outcome: "unchanged" });
    expect(left.message).toContain("Somebody works on the branch");
    await make(world, "staging", { name: "Late" });
    await expect(importNow(world)).rejects.toMatchObject({ reason: "branch-moved", message: expect.stringContaining("pull request #") });
    expect([...world.git.branches]).toEqual(before);
  });
});

describe("which agents", () => {
  test("globs against folder and name in the console; what matches nothing is an error", async () => {
    await fill();
    expect((await importNow(world, { agents: ["Front *", "own"] })).outputs["agents"]).toBe('["front-desk","own"]');
    await expect(importNow(world, { agents: ["slaes"] })).rejects.toMatchObject({ reason: "no-agents-selected" });
  });

  test("an agent of Git is left alone, one with another repository's mark too, and a name that a folder has", async () => {
    world.git.commit("develop", { "agents/mine/agent.json": '{"agent_name": "Mine", "voice_id": "retell-Cimo", "llm_config": {"start_speaker": "agent", "general_prompt": "Hi."}}\n' });
    for (const branch of ["staging", "production"]) world.git.merge(branch, "develop");
    await deploy(world, "staging");
    await make(world, "production", { name: "Mine" });
    await make(world, "staging", { name: "Theirs", fields: { version_title: "retell-actions 99 theirs 0123456" } });
    const report = await importNow(world);
    expect(report).toMatchObject({ outcome: "unchanged", outputs: { agents: "[]" } });
    expect(report.summary).toContain("repository 99");
    expect(report.summary).toContain("The folder mine has this display name");
    expect(report.summary).toContain("Already in Git, and left alone: `mine`");
  });

  test("names that are empty, alike, hostile or reserved", async () => {
    const names = ["", "Sales", "sales", "SALES!", "CON", "../../etc", "| `x` | @all", "..", "💬", "a".repeat(300), TOKEN];
    for (const name of names) await make(world, "staging", { name });
    const report = await importNow(world, { workspaces: ["staging"] });
    const folders = JSON.parse(report.outputs["agents"] ?? "") as string[];
    expect(folders).toHaveLength(names.length);
    expect(new Set(folders.map((folder) => folder.toLowerCase())).size).toBe(names.length);
    for (const folder of folders) expect(folder).toMatch(/^[a-z0-9][a-z0-9-]{0,62}$/);
    expect(folders).toEqual(expect.arrayContaining(["etc", "sales", "sales-2", "sales-3", "x-all", "a".repeat(56)]));
    expect(folders).not.toContain("con");
    expect(pulls(world)[0]?.body).not.toContain("@all");
    expect(JSON.stringify(pulls(world))).not.toContain(TOKEN);
    mergeEverywhere(world);
    expect(await deploy(world, "staging")).toMatchObject({ outcome: "unchanged" });
  });

  test("what no file can say exactly is left out with the reason; the others come, and refer to it by its id", async () => {
    const leaky = await make(world, "staging", { name: "Leaky", llm: { general_prompt: `Use ${TOKEN}.` } });
    await make(world, "staging", { name: "Good", llm: { general_tools: [{ type: "agent_swap", name: "swap", agent_id: leaky, agent_version: "latest", post_call_analysis_setting: "both_agents" }] } });
    const report = await importNow(world, { workspaces: ["staging"] });
    expect(report).toMatchObject({ outcome: "partially-imported", reason: "unmappable", outputs: { agents: '["good"]', "left-out": '["Leaky"]' } });
    expect(report.message).toContain("llm.general_prompt holds what looks like a secret key");
    expect(filesAt(world, "retell/import").get("agents/good/agent.json")).toContain(leaky);
    expect(pulls(world)[0]?.body).toContain("agent that has no folder");
    expect(JSON.stringify([report, pulls(world)])).not.toContain(TOKEN);
  });
});

test("a project in a folder has a branch, records and files of its own", async () => {
  world = createMemoryWorld({ "voice/workspaces.json": WORKSPACES });
  await fill();
  expect(await importNow(world, { workingDirectory: "voice" })).toMatchObject({ outcome: "imported", outputs: { branch: "retell/imports/voice" } });
  expect([...filesAt(world, "retell/imports/voice").keys()]).toContain("voice/prompts/front-desk/general.md");
  expect(filesAt(world, "retell/state/voice/staging").has("agents/front-desk/staging.json")).toBe(true);
  expect(await importNow(world, { workingDirectory: "voice" })).toMatchObject({ outcome: "unchanged" });
});

test("where there is no develop branch, the pull request goes to the branch of the run", async () => {
  await fill();
  world.git.branches.set("main", world.git.branches.get("develop") ?? "");
  world.git.branches.delete("develop");
  world.git.checkout(world.git.branches.get("main") ?? "");
  const report = await run(INPUTS, world.ports({ runId: "1", event: { name: "workflow_dispatch", branch: "main" }, ref: "refs/heads/main" }));
  expect(report).toMatchObject({ outcome: "imported" });
  expect(pulls(world)).toMatchObject([{ base: "main" }]);
});

describe("it refuses", () => {
  test("without workspaces.json, with a text that can be committed", async () => {
    const bare = createMemoryWorld({ "README.md": "x\n" });
    await expect(importNow(bare)).rejects.toMatchObject({ reason: "invalid-files", message: expect.stringContaining('"api_key_env": "RETELL_STAGING_API_KEY"') });
  });

  test("while another run holds the workspace", async () => {
    await fill();
    await importNow(world);
    const branch = "retell/state/staging";
    const state = JSON.parse(filesAt(world, branch).get("workspace.json") ?? "") as Record<string, unknown>;
    world.git.commit(branch, { "workspace.json": `${JSON.stringify({ ...state, pending: { run: "77", attempt: 1, job: "deploy", until: "2099-01-01T00:00:00Z", commit: "x", agents: [] } })}\n` });
    world.github.runs.set("77/1", { kind: "in-progress" });
    world.github.writes.length = 0;
    expect(await importNow(world)).toMatchObject({ outcome: "busy", reason: "busy" });
    expect(world.github.writes).toEqual([]);
  });

  test("another organisation, an unreadable record, a missing key", async () => {
    await fill();
    await importNow(world);
    const branch = "retell/state/staging";
    const text = filesAt(world, branch).get("workspace.json") ?? "";
    world.git.commit(branch, { "workspace.json": text.replace("org_staging", "org_else") });
    await expect(importNow(world)).rejects.toMatchObject({ reason: "wrong-organization" });
    world.git.commit(branch, { "workspace.json": text, "agents/own/staging.json": "{" });
    await expect(importNow(world)).rejects.toMatchObject({ reason: "unreadable-state" });
    world.withoutKey.add("staging");
    world.git.commit(branch, { "agents/own/staging.json": null });
    await expect(importNow(world)).rejects.toMatchObject({ reason: "missing-key" });
  });

  test("an agent that cannot be read is not guessed at", async () => {
    await fill();
    world.retell("staging").before = ({ method, subject }) => {
      if (method === "readAgent" && subject === [...world.retell("staging").agents.keys()][0]) throw new Error("defect");
    };
    await expect(importNow(world)).rejects.toThrow("defect");
  });
});

test("killed at any write, the next run ends as an undisturbed one", async () => {
  await fill();
  await importNow(world);
  const wanted = ["retell/import", "retell/state/staging", "retell/state/production"].map((branch) => [...filesAt(world, branch)]);
  for (let stop = 1; stop < 6; stop += 1) {
    world = createMemoryWorld({ "workspaces.json": WORKSPACES, "README.md": "Agents.\n" });
    await fill();
    let writes = 0;
    world.github.before = () => {
      writes += 1;
      if (writes === stop) throw new Error("killed");
    };
    await importNow(world).catch(() => undefined);
    world.github.before = undefined;
    await importNow(world);
    expect(["retell/import", "retell/state/staging", "retell/state/production"].map((branch) => [...filesAt(world, branch)])).toEqual(wanted);
    expect(pulls(world)).toHaveLength(1);
  }
});
