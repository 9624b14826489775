import { beforeEach, describe, expect, test } from "@jest/globals";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import { deploy, detect, idOf, pulls } from "./support.ts";

const WORKFLOW = "drift.yml";
let world: MemoryWorld;

beforeEach(async () => {
  world = createMemoryWorld(smallProject());
  await deploy(world);
  lookedAt("2026-11-24T02:20:00Z");
});

/** A scheduled run of the workflow that was complete. The world's clock stands at 02:30. */
function lookedAt(time: string): void {
  world.github.scheduledSuccesses.set(WORKFLOW, Date.parse(time));
}

/** Looks incrementally; which agents were read, by name. */
async function look(changes: Parameters<typeof detect>[1] = {}): Promise<{ report: ActionReport; read: string[] }> {
  world.retell("staging").calls.length = 0;
  const report = await detect(world, { workspace: "staging", read: "incremental", ...changes, job: { workflowFile: WORKFLOW, ...changes.job } });
  const ids = new Set(world.retell("staging").calls.filter(({ method }) => method === "readAgent").map(({ subject }) => subject));
  return { report, read: ["Sales", "Support"].filter((name) => ids.has(idOf(world, name))) };
}

const statuses = (report: ActionReport): unknown[] => (report.result["agents"] as unknown as { agent: string; status: string; not_read_since?: string }[]).map(({ agent, status, not_read_since: since }) => [agent, status, since?.slice(0, 4)]);

describe("an incremental look", () => {
  test("reads no agent that Retell's lists show unchanged, and never calls it just in sync", async () => {
    const { report, read } = await look();
    expect(read).toEqual([]);
    expect(report).toMatchObject({ outcome: "in-sync", outputs: { "has-drift": "false" } });
    expect(statuses(report)).toEqual([["sales", "in-sync-not-read", "2026"], ["support", "in-sync-not-read", "2026"]]);
    expect(report.message).toMatch(/2 agents were not read this time, .* in sync \(not read since 2026-11-2\d \d\d:\d\d UTC, each of them or later\)/);
    expect(report.summary).toMatch(/0 in sync, 2 in sync \(not read since 2026-/);
    expect(report.summary).not.toContain("Every agent is as it was deployed");
  });

  test("finds an edit of an agent by the list's time, and one of an engine by its content, and reads those", async () => {
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 1.4 } });
    expect(await look()).toMatchObject({ read: ["Sales"], report: { outcome: "drift-detected", outputs: { "drifted-agents": '{"staging":["sales"]}' } } });
  });

  test("finds an edit of an engine that moves no time of the agent", async () => {
    world.retell("staging").edit(idOf(world, "Support"), { engine: { model_temperature: 0.9 } });
    expect(await look()).toMatchObject({ read: ["Support"], report: { outcome: "drift-detected", outputs: { "drifted-agents": '{"staging":["support"]}' } } });
  });

  test("reads everything while a drift is told, so that a look that skips closes nothing", async () => {
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 1.4 } });
    await look();
    expect((await look()).read).toEqual(["Sales", "Support"]);
    expect(pulls(world)).toMatchObject([{ state: "open" }]);
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 1 } });
    expect((await look()).read).toEqual(["Sales", "Support"]);
    expect(pulls(world)).toMatchObject([{ state: "closed" }]);
    // The edit and its way back moved the list's time past what was recorded: it stays to be read.
    expect(await look()).toMatchObject({ read: ["Sales"], report: { outcome: "in-sync" } });
  });

  test("so does one whose drift is told in an issue", async () => {
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 1.4 } });
    await look({ mode: "issue" });
    expect((await look({ mode: "issue" })).read).toEqual(["Sales", "Support"]);
  });

  test.each([
    ["nothing says when the workflow ran last", () => world.github.scheduledSuccesses.clear(), "no scheduled run"],
    ["it ran more than a day ago", () => lookedAt("2026-11-23T02:00:00Z"), "no scheduled run"],
    ["the job may not ask", () => void (world.github.mayReadRuns = false), "actions: read"],
  ])("reads all when %s", async (_when, arrange, why) => {
    arrange();
    expect((await look()).read).toEqual(["Sales", "Support"]);
    expect(world.log.text()).toContain(why);
  });

  test("is not chosen for a small workspace", async () => {
    expect((await look({ read: "auto" })).read).toEqual(["Sales", "Support"]);
    expect((await look({ read: "full" })).read).toEqual(["Sales", "Support"]);
  });

  test("an agent whose record says nothing of its last change is read", async () => {
    const tip = world.git.branches.get("retell/state/staging") ?? "";
    const path = "agents/sales/staging.json";
    const { last_change: change, ...state } = JSON.parse(world.git.commits.get(tip)?.files.get(path) ?? "{}") as Record<string, unknown>;
    expect(change).toMatchObject({ engine_version: 0 });
    world.git.commit("retell/state/staging", { [path]: JSON.stringify({ ...state, last_change: "soon" }) });
    expect((await look()).read).toEqual(["Sales"]);
  });

  test("content that waits to be deployed is told of an agent that was not read", async () => {
    world.git.commit("staging", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
    const { report, read } = await look();
    expect(read).toEqual([]);
    expect(statuses(report)).toContainEqual(["sales", "undeployed", "2026"]);
  });

  test("a deployment that keeps a console edit leaves nothing that could be taken for unchanged", async () => {
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 1.4 } });
    world.git.commit("staging", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
    await deploy(world, "staging", { keep: true });
    expect(await look()).toMatchObject({ read: ["Sales"], report: { outcome: "drift-detected" } });
  });
});
