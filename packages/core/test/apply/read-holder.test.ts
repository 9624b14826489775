import { describe, expect, test } from "@jest/globals";
import { readHolder } from "@retell-actions/core/apply/read-holder";
import type { RunState } from "@retell-actions/core/ports/github";
import type { PendingRun } from "@retell-actions/core/state/workspace-state";

const NOW = Date.parse("2026-11-24T03:00:00Z");
const self = { runId: "9", attempt: 1, job: "deploy", now: NOW };
const pending = (run: string, more: Partial<PendingRun> = {}): PendingRun => ({ run, attempt: 1, job: "deploy", until: "2026-11-24T04:00:00Z", commit: "c", agents: ["sales"], ...more });
const runs = (states: Record<string, RunState>) => ({ runState: async (run: string): Promise<RunState> => states[run] ?? { kind: "unknown" } });
const over = (endedAt: number): RunState => ({ kind: "over", endedAt });

describe("who holds the workspace, and when the deploy behind the journals ended", () => {
  test.each<[string, PendingRun, Record<string, RunState>, unknown]>([
    ["a deploy that is over", pending("1"), { "1": over(100) }, { isOver: true, journalsEndedAt: 100 }],
    ["a deploy in progress", pending("1"), { "1": { kind: "in-progress" } }, { isOver: false, journalsEndedAt: undefined }],
    ["a publication that is over leaves no journals", pending("2", { kind: "publish" }), { "2": over(200) }, { isOver: true, journalsEndedAt: undefined }],
    ["a publication after a dead deploy: that one's end counts", pending("2", { kind: "publish", interrupted: pending("1") }), { "1": over(100), "2": over(200) }, { isOver: true, journalsEndedAt: 100 }],
    ["the same, and nobody knows when the deploy ended", pending("2", { kind: "publish", interrupted: pending("1") }), { "2": over(200) }, { isOver: true, journalsEndedAt: undefined }],
    ["a publication in progress after a dead deploy", pending("2", { kind: "publish", interrupted: pending("1") }), { "1": over(100), "2": { kind: "in-progress" } }, { isOver: false, journalsEndedAt: 100 }],
    ["an earlier step of this job", pending("9"), {}, { isOver: true, journalsEndedAt: NOW }],
  ])("%s", async (_, holder, states, expected) => {
    expect(await readHolder(holder, self, runs(states))).toEqual(expected);
  });
});
