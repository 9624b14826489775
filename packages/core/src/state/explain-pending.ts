import type { Content } from "../canonical/content.ts";
import { PARTS } from "../canonical/content.ts";
import { objectFrom, own, type Json } from "../canonical/json.ts";
import { setLeaf } from "../diff/apply-changes.ts";
import type { Baseline } from "../diff/classify.ts";
import { equalInEffect, type FieldFacts } from "../diff/equality.ts";
import { formatPath } from "../diff/field-path.ts";
import { walkLeaves } from "../diff/walk.ts";
import { standIns } from "./engine-shell.ts";
import { MAIN_PROMPT } from "../project/prompt-texts.ts";
import type { PendingWrite } from "./agent-state.ts";

/** What Retell holds today of an agent that an unfinished run was writing. */
export interface PendingEvidence {
  readonly live: Content;
  /** The version's title, where that run's mark stands if it began to write. */
  readonly title: string | null;
  /** The latest change of agent or engine, epoch milliseconds; 0 if unknown. */
  readonly modifiedAt: number;
  /** When that run ended; undefined where nobody knows. */
  readonly runEndedAt: number | undefined;
}

/**
 * The baseline after a run that died: what it had written counts as ours, everything else stays as it was recorded.
 *
 * A value equal to what the run was sending is ours. Where the version bears the run's mark and nothing was changed after
 * the run's end, the run is also the author of what Retell made of its values (normalised, filled in, side effects).
 * Without that evidence a differing value is somebody's edit: a conflict too many is safe, an edit overwritten is not.
 */
export function explainPending(baseline: Baseline | null, pending: PendingWrite, evidence: PendingEvidence, facts: FieldFacts): Baseline | null {
  // A delete sends no values that it could explain.
  if (pending.operation === "delete") return baseline;
  const marked = evidence.title === pending.mark && isBeforeEnd(evidence);
  const start = baseline ?? unwritten(pending, evidence.live, { marked, facts });
  const ours = marked && baseline !== null ? takeWrittenKeys(start, pending, evidence.live, facts) : start;
  return takeEqualFields(ours, pending, evidence.live, facts);
}

/** GitHub tells the end of a run in whole seconds, cut off: all of that second belongs to the run. */
function isBeforeEnd({ modifiedAt, runEndedAt }: PendingEvidence): boolean {
  return modifiedAt > 0 && runEndedAt !== undefined && Math.floor(modifiedAt / 1000) <= Math.floor(runEndedAt / 1000);
}

/**
 * An agent that the run was creating: what Git never mentioned is Retell's own; the rest only if the run's authorship is
 * certain. Agents come into being with their fields, engines as a shell with our mark, of which nothing is to stay.
 */
function unwritten(pending: PendingWrite, live: Content, { marked, facts }: { marked: boolean; facts: FieldFacts }): Baseline {
  let seen = live;
  const isShell = PARTS.some((part) => part !== "agent" && part !== "component" && own(live[part] ?? {}, MAIN_PROMPT[part]) === pending.mark);
  for (const { path, values } of walkLeaves({ sent: pending.sent, live })) {
    const ours = marked || (isShell && path[0] !== "agent") || values.sent === undefined || equalInEffect(facts, path, values.sent, values.live);
    if (!ours) seen = setLeaf(seen, path, undefined);
  }
  const engine = PARTS.flatMap((part) => {
    const content = pending.sent[part];
    if (part === "agent" || part === "component" || content === undefined) return [];
    return [[part, isShell ? standIns(part, pending.mark) : marked ? content : {}] as const];
  });
  const created = objectFrom(Object.entries(pending.sent.agent).filter(([key]) => marked && own(live.agent, key) !== undefined));
  return { sent: { agent: created, ...Object.fromEntries(engine) }, seen };
}

function takeWrittenKeys(baseline: Baseline, pending: PendingWrite, live: Content, facts: FieldFacts): Baseline {
  let { sent, seen } = baseline;
  const planned = new Set(pending.keys);
  for (const part of PARTS) {
    const keys = new Set([live[part], seen[part]].flatMap((object) => Object.keys(object ?? {})));
    for (const key of keys) {
      const name = `${part}.${key}`;
      const now = own(live[part] ?? {}, key);
      if (planned.has(name)) {
        if (sameTree(facts, [part, key], own(pending.over[part] ?? {}, key), now)) continue;
        sent = setLeaf(sent, [part, key], own(pending.sent[part] ?? {}, key));
        seen = setLeaf(seen, [part, key], now);
      } else if (own(pending.sent[part] ?? {}, key) === undefined) {
        seen = setLeaf(seen, [part, key], now);
      }
    }
  }
  // Console edits that the run left standing were not its work.
  const kept = new Set(pending.kept);
  for (const { path, values } of walkLeaves({ pending: pending.sent, sent: baseline.sent, seen: baseline.seen, live })) {
    if (kept.has(formatPath(path))) seen = setLeaf(seen, path, values.seen);
  }
  return { sent, seen };
}

function takeEqualFields(baseline: Baseline, pending: PendingWrite, live: Content, facts: FieldFacts): Baseline {
  let { sent, seen } = baseline;
  const planned = new Set(pending.keys);
  for (const { path, values } of walkLeaves({ pending: pending.sent, sent: baseline.sent, seen: baseline.seen, live })) {
    if (!planned.has(`${String(path[0])}.${String(path[1])}`)) continue;
    const mentioned = values.pending !== undefined || values.sent !== undefined;
    if (!mentioned || !equalInEffect(facts, path, values.pending, values.live)) continue;
    sent = setLeaf(sent, path, values.pending);
    seen = setLeaf(seen, path, values.live);
  }
  return { sent, seen };
}

function sameTree(facts: FieldFacts, path: readonly string[], a: Json | undefined, b: Json | undefined): boolean {
  return walkLeaves({ a, b }, path).every((leaf) => equalInEffect(facts, leaf.path, leaf.values.a, leaf.values.b));
}
