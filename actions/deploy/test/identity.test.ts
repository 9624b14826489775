import { describe, expect, test } from "@jest/globals";
import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import { PlatformError } from "@retell-actions/core/errors";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { run as publishRun } from "../../publish-version/src/run.ts";
import { deploy, inputs } from "./deploy-run.ts";

const PRODUCTION = { workspace: "production", branch: "production" };
const FREE = { ...inputs.options, requireStaging: false };

/** Files of `from` under another name, as `git mv` leaves them. */
function moved(world: MemoryWorld, branch: string, { from, to, declare = true }: { from: string; to: string; declare?: boolean }): void {
  const files = world.git.commits.get(world.git.branches.get(branch) ?? "")?.files ?? new Map<string, string>();
  const changes = [...files].filter(([path]) => path.startsWith(`agents/${from}/`)).flatMap(([path, text]) => [[path, null] as const, [path.replace(`agents/${from}/`, `agents/${to}/`), text] as const]);
  const workspaces = JSON.parse(files.get("workspaces.json") ?? "{}") as { moved?: object[] };
  const declared = { ...workspaces, moved: [...(workspaces.moved ?? []), { agent: from, to }] };
  world.git.commit(branch, Object.fromEntries([...changes, ...(declare ? [["workspaces.json", JSON.stringify(declared)] as const] : [])]));
}

const publish = async (world: MemoryWorld, workspace = "staging"): Promise<ActionReport> => {
  world.git.checkout(world.git.branches.get(workspace) ?? "");
  return publishRun({ workspace, agents: ["*"], workingDirectory: "", token: "", concurrency: 1 }, world.ports({ runId: "900" }));
};
const stateFiles = (world: MemoryWorld, workspace = "staging"): string[] => [...(world.git.commits.get(world.git.branches.get(`retell/state/${workspace}`) ?? "")?.files.keys() ?? [])].filter((path) => path.startsWith("agents/"));
const calls = (world: MemoryWorld, workspace = "staging"): string[] => world.retell(workspace).calls.filter(({ write }) => write).map(({ method }) => method);
const idOf = (world: MemoryWorld, name: string, workspace = "staging"): string => [...world.retell(workspace).agents.values()].find((agent) => [...agent.versions.values()].some(({ fields }) => fields["agent_name"] === name))?.id ?? "";

describe("a folder is renamed", () => {
  test("staging goes first, production follows with the name before the last but one", async () => {
    const world = createMemoryWorld(smallProject({ "agents/sales/agent.production.json": '{ "voice_speed": 1.2 }\n' }));
    await deploy(world);
    await deploy(world, PRODUCTION);
    const id = idOf(world, "Sales", "production");
    for (const [from, to] of [["sales", "sales-eu"], ["sales-eu", "sales-europe"]] as const) {
      moved(world, "staging", { from, to });
      expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
    }
    expect(stateFiles(world)).toEqual(["agents/sales-europe/staging.json", "agents/support/staging.json"]);
    // Staging is two renames ahead; a change that was tested there is let through in production.
    world.git.commit("staging", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
    await deploy(world);
    world.git.branches.set("production", world.git.branches.get("staging") ?? "");
    expect(await deploy(world, PRODUCTION)).toMatchObject({ outcome: "deployed", outputs: { created: "[]", updated: '["sales-europe"]', failed: "[]" } });
    expect([idOf(world, "Sales", "production"), stateFiles(world, "production")]).toEqual([id, ["agents/sales-europe/production.json", "agents/support/production.json"]]);
    expect(await publish(world, "production")).toMatchObject({ outcome: "published", outputs: { published: '{"sales-europe":0,"support":0}' } });
  });

  test("is published between the rename and its first deploy, with those that refer to it", async () => {
    const swap = (to: string): string => JSON.stringify({ agent_name: "Caller", voice_id: "retell-Cimo", llm_config: { start_speaker: "agent", general_prompt: "Hi", general_tools: [{ type: "agent_swap", name: "s", agent_id: `agent://${to}`, post_call_analysis_setting: "only_destination_agent" }] } });
    const world = createMemoryWorld(smallProject({ "agents/caller/agent.json": swap("sales") }));
    await deploy(world);
    moved(world, "staging", { from: "sales", to: "sales-eu" });
    world.git.commit("staging", { "agents/caller/agent.json": swap("sales-eu") });
    expect(await publish(world)).toMatchObject({ outcome: "published", outputs: { published: '{"caller":0,"sales-eu":0,"support":0}' } });
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged", outputs: { drifted: "[]" } });
    // Only the renamed one was deployed: the caller's record still has the old name.
    const other = createMemoryWorld(smallProject({ "agents/caller/agent.json": swap("sales") }));
    await deploy(other);
    moved(other, "staging", { from: "sales", to: "sales-eu" });
    other.git.commit("staging", { "agents/caller/agent.json": swap("sales-eu") });
    await deploy(other, { agents: ["sales-eu"] });
    expect(await publish(other)).toMatchObject({ outcome: "published", outputs: { published: '{"caller":0,"sales-eu":0,"support":0}' } });
  });

  test("without its declaration the run stops before its first write and prints the line, which works", async () => {
    const world = createMemoryWorld(smallProject());
    await deploy(world);
    world.retell("staging").calls.length = 0;
    world.github.writes.length = 0;
    moved(world, "staging", { from: "sales", to: "sales-eu", declare: false });
    const report = await deploy(world);
    expect(report).toMatchObject({ outcome: "failed", reason: "state-without-folder", message: expect.stringContaining('add {"agent": "sales", "to": "sales-eu"} to "moved" in workspaces.json') });
    expect([calls(world), world.github.writes]).toEqual([[], []]);
    const line = /\{"agent": "sales", "to": "sales-eu"\}/.exec(report.message ?? "")?.[0] ?? "";
    const workspaces = JSON.parse(smallProject()["workspaces.json"] ?? "") as object;
    world.git.commit("staging", { "workspaces.json": JSON.stringify({ ...workspaces, moved: [JSON.parse(line)] }) });
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged", outputs: { failed: "[]" } });
  });

  test("its decisions about the console go along: an overwrite entry is not spent by the rename", async () => {
    const world = createMemoryWorld(smallProject());
    await deploy(world);
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 1.4 } });
    const { deployed_at: deployedAt } = JSON.parse(world.git.commits.get(world.git.branches.get("retell/state/staging") ?? "")?.files.get("agents/sales/staging.json") ?? "{}") as { deployed_at: string };
    world.git.commit("staging", { "agents/sales/overwrite.staging.json": JSON.stringify({ deployed_at: deployedAt, fields: { "agent.voice_speed": 1.4 } }), "prompts/sales/pitch.txt": "Sell kindly.\n" });
    moved(world, "staging", { from: "sales", to: "sales-eu" });
    expect(await deploy(world)).toMatchObject({ outcome: "deployed", outputs: { updated: '["sales-eu"]' } });
    expect([...(world.retell("staging").agents.get(idOf(world, "Sales"))?.versions.values() ?? [])].at(-1)?.fields["voice_speed"]).toBe(1);
  });
});

describe("an agent is taken over", () => {
  test("as it is: it gets the mark without a new version, is deployed without staging, and is published or left as published", async () => {
    const world = createMemoryWorld(smallProject());
    await deploy(world, { ...PRODUCTION, options: FREE });
    await publish(world, "production");
    const retell = world.retell("production");
    for (const agent of retell.agents.values()) for (const version of agent.versions.values()) version.fields["version_title"] = "retell-actions 99 elsewhere 0000000";
    world.git.branches.delete("retell/state/production");
    expect(await deploy(world, PRODUCTION)).toMatchObject({ outcome: "conflicts", reason: "name-taken" });
    retell.calls.length = 0;
    expect(await deploy(world, { ...PRODUCTION, options: { ...inputs.options, adopt: true } })).toMatchObject({ outcome: "deployed", outputs: { updated: '["sales","support"]' } });
    expect(calls(world, "production")).toEqual(["updateAgent", "updateAgent"]);
    expect([...retell.agents.values()].map(({ versions }) => versions.size)).toEqual([1, 1]);
    expect(await publish(world, "production")).toMatchObject({ outcome: "unchanged" });
    expect(await deploy(world, PRODUCTION)).toMatchObject({ outcome: "unchanged" });
  });

  test("as a draft with another repository's mark: it is publishable at once", async () => {
    const world = createMemoryWorld(smallProject());
    await deploy(world);
    for (const agent of world.retell("staging").agents.values()) for (const version of agent.versions.values()) version.fields["version_title"] = "retell-actions 99 elsewhere 0000000";
    expect(await publish(world)).toMatchObject({ outcome: "conflicts", reason: "not-ours" });
    expect(await deploy(world, { options: { ...inputs.options, adopt: true } })).toMatchObject({ outcome: "deployed" });
    expect(await publish(world)).toMatchObject({ outcome: "published" });
  });
});

describe("a folder is deleted", () => {
  const agentWith = (id: string | undefined): string =>
    JSON.stringify({ agent_name: "Support", voice_id: "retell-Cimo", voice_speed: 1, llm_config: { start_speaker: "agent", model: "gpt-4.1", general_prompt: "Help.", ...(id === undefined ? {} : { general_tools: [{ type: "agent_swap", name: "s", agent_id: id, post_call_analysis_setting: "only_destination_agent" }] }) } });

  test("the agent stays while the version that callers get still hands over to it, although the newest does not", async () => {
    const world = createMemoryWorld(smallProject({ "agents/support/agent.json": agentWith("agent://sales") }));
    const options = { ...FREE, prune: "delete" as const };
    await deploy(world, { ...PRODUCTION, options });
    await publish(world, "production");
    world.git.commit("production", { "agents/support/agent.json": agentWith(undefined) });
    await deploy(world, { ...PRODUCTION, options });
    world.git.commit("production", { "agents/sales/agent.json": null });
    const report = await deploy(world, { ...PRODUCTION, options });
    expect(report).toMatchObject({ outcome: "conflicts", reason: "still-in-use", message: expect.stringContaining("version 0 of support, which callers get") });
    await publish(world, "production");
    expect(await deploy(world, { ...PRODUCTION, options })).toMatchObject({ outcome: "deployed" });
    expect([world.retell("production").agents.size, world.retell("production").engines.size]).toEqual([1, 1]);
  });

  test("the agent stays while a published version hands over to it, in staging too", async () => {
    const world = createMemoryWorld(smallProject({ "agents/support/agent.json": agentWith("agent://sales") }));
    const options = { ...inputs.options, prune: "delete" as const };
    await deploy(world, { options });
    await publish(world);
    world.git.commit("staging", { "agents/support/agent.json": agentWith(undefined) });
    await deploy(world, { options });
    world.git.commit("staging", { "agents/sales/agent.json": null });
    expect(await deploy(world, { options })).toMatchObject({ outcome: "conflicts", reason: "still-in-use", message: expect.stringContaining("version 0 of support, which callers get") });
    await publish(world);
    expect(await deploy(world, { options })).toMatchObject({ outcome: "deployed" });
  });

  test("the agent stays while a published version of an agent that is not managed hands over to it, or cannot be read", async () => {
    const world = createMemoryWorld(smallProject());
    const options = { ...FREE, prune: "delete" as const };
    await deploy(world, { ...PRODUCTION, options });
    const { reader, writer, ...retell } = world.retell("production");
    const engine = await writer.createEngine("retell-llm", { general_tools: [{ type: "agent_swap", name: "s", agent_id: idOf(world, "Sales", "production") }] });
    const { agentId } = await writer.createAgent("voice", { agent_name: "By hand", response_engine: { type: "retell-llm", llm_id: engine.id } });
    retell.publish(agentId, 0);
    await writer.createVersion({ agentId, channel: "voice" }, 0);
    retell.edit(agentId, { engine: { general_tools: null } });
    world.git.commit("production", { "agents/sales/agent.json": null });
    const run = () => deploy(world, { ...PRODUCTION, options });
    expect(await run()).toMatchObject({ outcome: "conflicts", reason: "still-in-use", message: expect.stringContaining(`version 0 of the agent ${agentId} ("By hand"), which is not managed here`) });
    await writer.publishVersion(agentId, 1, { title: "", description: "" });
    const memory = world.retell("production");
    memory.before = ({ method, subject }) => {
      if (method === "readAgent" && subject === agentId) throw new PlatformError({ platform: "retell", reason: "retell-unavailable" }, "no answer");
    };
    expect(await run()).toMatchObject({ outcome: "conflicts", reason: "still-in-use", message: expect.stringContaining("not known whether another agent hands over to it: no answer") });
    memory.before = undefined;
    expect(await run()).toMatchObject({ outcome: "deployed" });
    expect(await reader.readAgent({ agentId, channel: "voice" })).not.toBeNull();
  });

  test("published versions are read only where something is to go", async () => {
    const world = createMemoryWorld(smallProject());
    await deploy(world);
    world.retell("staging").calls.length = 0;
    await deploy(world, { options: { ...inputs.options, prune: "delete" } });
    expect(world.retell("staging").calls.filter(({ method }) => method === "readAgent")).toHaveLength(2);
  });

  test("the agent stays while a shared component swaps to it", async () => {
    const world = createMemoryWorld(smallProject());
    await deploy(world);
    const options = { ...inputs.options, prune: "delete" as const };
    const component = await world.retell("staging").components.writer.createComponent({ name: "Hand over", nodes: [{ id: "n", type: "agent_swap", agent_id: idOf(world, "Sales") }] });
    world.git.commit("staging", { "agents/sales/agent.json": null });
    expect(await deploy(world, { options })).toMatchObject({ outcome: "conflicts", reason: "still-in-use", message: expect.stringContaining('the shared component "Hand over"') });
    await world.retell("staging").components.writer.deleteComponent(component.id);
    expect(await deploy(world, { options })).toMatchObject({ outcome: "deployed" });
  });

  test("a copied state file deletes nothing, with a mark or without", async () => {
    const world = createMemoryWorld(smallProject());
    await deploy(world);
    const state = world.git.commits.get(world.git.branches.get("retell/state/staging") ?? "")?.files.get("agents/sales/staging.json") ?? "";
    world.git.commit("retell/state/staging", { "agents/ghost/staging.json": state });
    const report = await deploy(world, { options: { ...inputs.options, prune: "delete" } });
    expect(report).toMatchObject({ outcome: "failed", reason: "unclear-identity", message: expect.stringContaining("agents/ghost/staging.json on the state branch") });
    expect(world.retell("staging").agents.size).toBe(2);
  });
});

test("a record that was led to another agent by hand: nothing is written while the true one bears our mark", async () => {
  const world = createMemoryWorld(smallProject());
  await deploy(world);
  const { writer, reader } = world.retell("staging");
  const engine = await writer.createEngine("retell-llm", { start_speaker: "agent", general_prompt: "Somebody else's" });
  const { agentId } = await writer.createAgent("voice", { agent_name: "Sales", voice_id: "retell-Cimo", response_engine: { type: "retell-llm", llm_id: engine.id } });
  const state = world.git.commits.get(world.git.branches.get("retell/state/staging") ?? "")?.files.get("agents/sales/staging.json") ?? "";
  const ours = (JSON.parse(state) as { agent_id: string }).agent_id;
  world.git.commit("retell/state/staging", { "agents/sales/staging.json": state.replaceAll(ours, agentId) });
  world.git.commit("staging", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
  world.retell("staging").calls.length = 0;
  for (const adopt of [false, true]) {
    expect(await deploy(world, { options: { ...inputs.options, adopt, onConsoleEdit: "overwrite" } })).toMatchObject({ outcome: "conflicts", reason: "unclear-identity", message: expect.stringContaining(`which bears no mark of it in Retell, but ${ours} does`) });
  }
  expect(calls(world)).toEqual([]);
  // Without the other one the record is believed again.
  await writer.deleteAgent({ agentId: ours, channel: "voice" });
  expect(await deploy(world, { options: { ...inputs.options, onConsoleEdit: "overwrite" } })).toMatchObject({ outcome: "deployed" });
  expect((await reader.readAgent({ agentId, channel: "voice" }))?.title).toContain("retell-actions");
});

test("a copied folder with the state file of an older tool: the message names the file, and without it a new agent is made", async () => {
  const world = createMemoryWorld(smallProject());
  await deploy(world);
  const copy = smallProject()["agents/sales/agent.json"] ?? "";
  world.git.commit("staging", { "agents/copy/agent.json": copy, "agents/copy/staging.json": JSON.stringify({ agent_id: idOf(world, "Sales") }), "agents/copy/overwrite.staging.json": JSON.stringify({ deployed_at: null, fields: { "agent.voice_speed": 1 } }) });
  expect(await deploy(world)).toMatchObject({ outcome: "failed", reason: "unclear-identity", message: expect.stringContaining("Delete agents/copy/staging.json, and copy becomes an agent of its own.") });
  expect(world.retell("staging").agents.size).toBe(2);
  world.git.commit("staging", { "agents/copy/staging.json": null });
  expect(await deploy(world)).toMatchObject({ outcome: "deployed", outputs: { created: '["copy"]', updated: "[]" } });
});
