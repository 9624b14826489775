import { isDeepStrictEqual } from "node:util";
import { expect } from "@jest/globals";
import { FAILS_STEP, REASON_CODES, type Outcome } from "@retell-actions/core/outcome";
import type { WholePicture } from "@retell-actions/lab/faults/whole-picture";
import { KEYS, type RunResult } from "@retell-actions/lab/scene/scene";
import type { Case } from "./cases.ts";
import type { Played, Undisturbed } from "./play.ts";

/** Headings that a run which knows too little must not have. */
const ALL_IS_WELL = /^#+ .*(\bpassed\b|\bin[- ]sync\b)/im;

/** What a message says that tells people what to do. */
const REMEDY = /\b(again|re-?run|next run|check|add|change|give|leave|pass|allow|merge|decide|delete|open|report it|set|wait|later|look|lower|remove|restore|write)\b/i;

/** A deleted agent's engine that Retell keeps, since something may use it: that is for people, who are told. */
const LEFT_ENGINE = /Its engine \S+ stays in Retell/;

/** Expects one of the stated ends of a case, and says which. */
export function expectStatedEnd(one: Case, played: Played, undisturbed: Undisturbed): string {
  const { run, before, after, rerun } = played;
  const outcome = run.outputs["outcome"] as Outcome;
  const reason = run.outputs["reason-code"] ?? "";
  expect(played.fired).toBeGreaterThan(0);
  // No request that GitHub's description does not know.
  expect(played.violations).toEqual([]);
  expect(Object.keys(FAILS_STEP)).toContain(outcome);
  expect(Object.keys(REASON_CODES)).toContain(reason);
  expect(reason).not.toBe("defect");
  expect([outcome, run.conclusion]).toEqual([outcome, FAILS_STEP[outcome] ? "failure" : "success"]);
  expect(shown(run)).not.toMatch(new RegExp(Object.values(KEYS).join("|")));
  // Nothing is sent to Retell that the undisturbed run does not send.
  expect(played.writes.filter((write) => !undisturbed.writes.has(write))).toEqual([]);
  const left = run.annotations.filter(({ level, message }) => level === "warning" && LEFT_ENGINE.test(message)).length;
  if (rerun !== undefined) {
    expect({ conclusion: rerun.run.conclusion, log: rerun.run.conclusion === "success" ? "" : rerun.run.log }).toEqual({ conclusion: "success", log: "" });
    expect(withoutLeftEngines(rerun.picture.kept, undisturbed.picture.kept, left)).toEqual(undisturbed.picture.kept);
  }
  const isMadeUp = rerun === undefined || isDeepStrictEqual(rerun.picture.told, undisturbed.picture.told);
  if (one.times === "always" && leavesUnread(one)) expect([outcome, run.conclusion]).toEqual([outcome, "failure"]);
  if (run.conclusion === "success") {
    expect(outcome).toBe(undisturbed.outcome);
    expect(withoutLeftEngines(after.kept, undisturbed.picture.kept, left)).toEqual(undisturbed.picture.kept);
    if (left > 0) return "recovered; the engine that Retell would not delete is in the log";
    if (isDeepStrictEqual(after.told, undisturbed.picture.told)) return "recovered";
    expect(run.annotations.filter(({ level }) => level !== "error")).not.toEqual([]);
    return isMadeUp ? "recovered; what could not be shown is in the log" : "recovered; what could not be shown is in the log, and the next run does not show it";
  }
  expect(isMadeUp ? undefined : rerun?.picture.told).toEqual(isMadeUp ? undefined : undisturbed.picture.told);
  expect(run.annotations.filter(({ message }) => !message.startsWith("Process completed")).map(({ message }) => message).join("\n")).toMatch(REMEDY);
  if (outcome === "failed") {
    expect(run.summary).not.toMatch(ALL_IS_WELL);
    // `failed` says that Retell is as it was, but for an engine that nothing uses yet: its mark is all it says, and the next run takes it.
    for (const workspace of ["staging", "production"] as const) expect(withoutStubs(after.kept[workspace])).toEqual(withoutStubs(before.kept[workspace]));
  }
  return `${outcome}: ${reason}`;
}

/** L3: what Retell holds and was never read is not well, whatever else was. */
function leavesUnread({ call, kind }: Case): boolean {
  return call.of === "retell" && !call.write && ["status", "silence", "drop-before", "drop-after", "cut", "truncate", "body"].includes(kind.action.kind);
}

/** Without as many engines as a run says that it left, beyond those there should be: no agent uses them, so they come last. */
function withoutLeftEngines(kept: WholePicture["kept"], wanted: WholePicture["kept"], left: number): unknown {
  const of = (workspace: unknown): { readonly engines: readonly unknown[] } => workspace as { engines: unknown[] };
  const cut = (name: string): unknown => ({ ...of(kept[name]), engines: of(kept[name]).engines.slice(0, Math.max(of(wanted[name]).engines.length, of(kept[name]).engines.length - left)) });
  return { ...kept, staging: cut("staging"), production: cut("production") };
}

function withoutStubs(workspace: unknown): unknown {
  const { engines, ...rest } = workspace as { engines: unknown[] };
  return { ...rest, engines: engines.filter((engine) => !/"general_prompt":"retell-actions /.test(JSON.stringify(engine))) };
}

function shown(run: RunResult): string {
  return [run.log, run.summary, JSON.stringify(run.annotations), JSON.stringify(run.outputs)].join("\n");
}
