import type { Content } from "../canonical/content.ts";
import { own } from "../canonical/json.ts";
import { setLeaf } from "../diff/apply-changes.ts";
import type { Baseline } from "../diff/classify.ts";
import { equalInEffect, type FieldFacts } from "../diff/equality.ts";
import { walkLeaves } from "../diff/walk.ts";
import type { PendingComponent } from "./component-state.ts";
import { explainPending } from "./explain-pending.ts";

const BEGUN = "begun";

/**
 * The baseline after a run that died while it wrote a component; see `explainPending`. A component has no place for a mark:
 * that the run began to write is told by a value of it that is there and was not there before.
 */
export function explainComponent(input: {
  readonly baseline: Baseline | null;
  readonly pending: PendingComponent;
  readonly live: Content;
  readonly modifiedAt: number;
  readonly runEndedAt: number | undefined;
  readonly facts: FieldFacts;
}): Baseline | null {
  const { baseline, pending, live, facts } = input;
  if (pending.operation === "delete") return baseline;
  if (pending.operation === "create" || baseline === null) return unwritten(input);
  const begun = pending.keys.some((name) => {
    const path = ["component", name.slice("component.".length)];
    const [over, sent, now] = [pending.over, pending.sent, live].map((side) => own(side.component, path[1] ?? ""));
    return equalInEffect(facts, path, sent, now) && !equalInEffect(facts, path, over, now);
  });
  const journal = { ...pending, mark: BEGUN, kept: pending.kept ?? [] };
  return explainPending(baseline, journal, { live, title: begun ? BEGUN : null, modifiedAt: input.modifiedAt, runEndedAt: input.runEndedAt }, facts);
}

/** A component comes into being with all of its fields, so everything in it is the run's own unless it was changed later. */
function unwritten({ pending, live, facts, modifiedAt, runEndedAt }: Parameters<typeof explainComponent>[0]): Baseline {
  const isUntouched = modifiedAt > 0 && runEndedAt !== undefined && Math.floor(modifiedAt / 1000) <= Math.floor(runEndedAt / 1000);
  let seen = live;
  for (const { path, values } of walkLeaves({ sent: pending.sent, live })) {
    if (isUntouched || values.sent === undefined || equalInEffect(facts, path, values.sent, values.live)) continue;
    seen = setLeaf(seen, path, values.sent);
  }
  return { sent: pending.sent, seen };
}
