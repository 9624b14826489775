import { afterEach, describe, expect, test } from "@jest/globals";
import { createRetell } from "@retell-actions/core/adapters/retell/create-retell";
import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import { parseRecordedState } from "@retell-actions/core/state/recorded";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { voiceAddress } from "@retell-actions/lab/memory/voice-address";
import { startFake } from "../../../core/test/adapters/fake-server.ts";
import { recordingLog } from "../../../core/test/adapters/recording-log.ts";
import { deploy, idOf, inputs } from "../../../../actions/deploy/test/deploy-run.ts";

const told = (what: string): void => tellCase({ matrix: "attacks", subject: "forged records", what, outcome: "held" });
const STATE = "retell/state/staging";
const filesOf = (world: MemoryWorld, branch = STATE): ReadonlyMap<string, string> => world.git.commits.get(world.git.branches.get(branch) ?? "")?.files ?? new Map();
const recordOf = (world: MemoryWorld, name: string): Record<string, unknown> => JSON.parse(filesOf(world).get(`agents/${name}/staging.json`) ?? "{}") as Record<string, unknown>;
const written = (world: MemoryWorld): string[] => world.retell("staging").calls.filter(({ write }) => write).map(({ method }) => method);

/** A deployed project whose state branch a person then writes to, before Git changes the agent `sales`. */
async function forged(forge: (world: MemoryWorld) => Record<string, string | null>): Promise<MemoryWorld> {
  const world = createMemoryWorld(smallProject());
  await deploy(world);
  world.git.commit(STATE, forge(world));
  world.git.commit("staging", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
  world.retell("staging").calls.length = 0;
  return world;
}
const withKeys = (world: MemoryWorld, name: string, keys: Record<string, unknown>): Record<string, string> => ({ [`agents/${name}/staging.json`]: `${JSON.stringify({ ...recordOf(world, name), ...keys }, null, 2)}\n` });
/** What people would lose: every agent's content as Retell holds it, without the one that Git changed. */
const others = (world: MemoryWorld): unknown => [...world.retell("staging").agents.values()].filter(({ id }) => id !== idOf(world, "Sales")).map(({ id, versions }) => [id, [...versions.values()]]);

describe("a record that a person wrote on the state branch", () => {
  test("with another agent's engine: that engine is not written to", async () => {
    const world = await forged((of) => withKeys(of, "sales", { llm_id: recordOf(of, "support")["llm_id"] }));
    const engines = () => JSON.stringify([...world.retell("staging").engines.values()].filter(({ id }) => id === recordOf(world, "support")["llm_id"]));
    const before = [engines(), JSON.stringify(others(world))];
    await deploy(world, { options: { ...inputs.options, onConsoleEdit: "overwrite" } });
    expect([engines(), JSON.stringify(others(world))]).toEqual(before);
    told("another agent's engine");
  });

  test.each<[what: string, keys: Record<string, unknown>]>([
    ["an id that leads to another route", { agent_id: "../list-agents" }],
    ["an id with a query", { agent_id: "agent_1?version=0" }],
    ["an id that is a folder's parent", { agent_id: ".." }],
    ["an id with a line break", { agent_id: "agent_1\r\nHost: evil.example" }],
    ["an engine's id that leads to another route", { llm_id: "x/../../delete-agent/agent_1" }],
  ])("with %s is unreadable: the agent stops, the others do not", async (what, keys) => {
    const world = await forged((of) => withKeys(of, "sales", keys));
    expect(await deploy(world)).toMatchObject({ outcome: "failed", reason: "unreadable-state", outputs: { failed: '["sales"]', unchanged: '["support"]' } });
    expect(written(world)).toEqual([]);
    told(what);
  });

  test("with keys of JavaScript's own objects changes nothing but itself", async () => {
    const world = await forged((of) => ({
      "agents/sales/staging.json": (filesOf(of).get("agents/sales/staging.json") ?? "").replace("{", '{"__proto__": {"incomplete": true, "polluted": 1}, "constructor": {"prototype": {"polluted": 2}},'),
    }));
    expect(await deploy(world)).toMatchObject({ outcome: "deployed", outputs: { updated: '["sales"]' } });
    expect([({} as Record<string, unknown>)["polluted"], Object.prototype]).toEqual([undefined, {}]);
    told("prototype keys");
  });

  test.each(["__proto__", "constructor", "$(touch pwned)", "a\nb", "-x", "\u202esales", "x".repeat(300)])("for a folder %j that no project can have stops the run, and is shown as text", async (name) => {
    const world = await forged((of) => ({ [`agents/${name}/staging.json`]: filesOf(of).get("agents/sales/staging.json") ?? "" }));
    const report: ActionReport = await deploy(world, { options: { ...inputs.options, prune: "delete" } });
    expect(["failed", "conflicts"]).toContain(report.outcome);
    expect(written(world)).toEqual([]);
    expect(report.summary).not.toMatch(/[\u202a-\u202e]|^# /m);
    told(`a folder ${JSON.stringify(name.slice(0, 20))}`);
  });

  test("of another workspace, of another format, empty, or no JSON is unreadable, never new", async () => {
    const world = createMemoryWorld(smallProject());
    await deploy(world);
    const text = filesOf(world).get("agents/sales/staging.json") ?? "";
    for (const forgery of [text.replace('"workspace": "staging"', '"workspace": "production"'), text.replace('"format": 1', '"format": 2'), "", "[]", "null", "{}", text.slice(0, -10), `${text}{}`]) {
      const { agents } = parseRecordedState("a".repeat(40), new Map([["agents/sales/staging.json", { kind: "file", text: forgery }]]), "staging");
      expect(agents.get("sales")).toMatchObject({ kind: "unreadable" });
    }
    // Shared resources have records of their own.
    const knowledge = { format: 1, workspace: "staging", knowledge_base_id: "../list-knowledge-bases", sources: [], config_hash: null, source_commit: null, source_branch: null, deployed_by: null, workflow_run_id: null, deployed_at: null, sent: null, seen: null };
    const { resources } = parseRecordedState("a".repeat(40), new Map([["knowledge/faq/staging.json", { kind: "file", text: JSON.stringify(knowledge) }]]), "staging");
    expect(resources?.get("knowledge://faq")).toEqual({ kind: "unreadable", problem: '"../list-knowledge-bases" cannot be an id of Retell' });
    told("another workspace or format");
  });

  test("of another organisation stops the run before its first write", async () => {
    const workspaceFile = (organization: unknown) => (of: MemoryWorld) => ({ "workspace.json": JSON.stringify({ ...(JSON.parse(filesOf(of).get("workspace.json") ?? "{}") as object), organization }) });
    const other = await forged(workspaceFile({ id: "org_of_somebody", name: "Somebody" }));
    await expect(deploy(other)).rejects.toMatchObject({ reason: "wrong-organization" });
    expect(written(other)).toEqual([]);
    told("another organisation");
  });

  test("that claims the lock for a run that is over, or that cannot exist, does not keep the workspace busy", async () => {
    for (const run of ["404", "not a run", "-1", "1e99", "../../actions"]) {
      const world = await forged((of) => ({
        "workspace.json": JSON.stringify({ ...(JSON.parse(filesOf(of).get("workspace.json") ?? "{}") as object), pending: { run, attempt: 1, job: "deploy", until: "2020-01-01T00:00:00Z", commit: "a".repeat(40), agents: ["sales", "../x", "__proto__"] } }),
      }));
      expect(await deploy(world)).toMatchObject({ outcome: "deployed", outputs: { updated: '["sales"]' } });
    }
    told("a forged lock");
  });
});

describe("an id of whatever origin", () => {
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
  });

  test.each(["../list-agents", "a/../../delete-agent/b", "a?version=1", "a#b", "a%2fb", "a\\b", "a b\r\nX: y", "é", "."])("%j stays one part of the address, or is refused", async (id) => {
    const fake = await startFake(() => ({ status: 404, json: { status: "error", message: "not found" } }));
    stops.push(() => fake.close());
    const retell = createRetell({ apiKey: "key_0123456789abcdef", baseUrl: fake.url, readOnly: false, concurrency: 1, log: recordingLog(), sleep: async () => {} });
    await retell.reader.readAgent(voiceAddress(id)).catch(() => undefined);
    await retell.writer?.deleteAgent(voiceAddress(id)).catch(() => undefined);
    for (const { url } of fake.seen) {
      const path = new URL(url, fake.url).pathname;
      expect(path).toMatch(/^\/(?:get|delete)-agent\/[^/]+$/);
      expect(decodeURIComponent(path.split("/")[2] ?? "")).toBe(id);
    }
    told(`an id ${JSON.stringify(id)}`);
  });
});
