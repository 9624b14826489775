import { canonicalJson } from "../canonical/content-hash.ts";
import type { Content, Part } from "../canonical/content.ts";
import { objectFrom, own, type Json, type JsonObject } from "../canonical/json.ts";
import { setLeaf } from "../diff/apply-changes.ts";
import type { FieldChange } from "../diff/classify.ts";
import type { ObservedChange } from "../report/report-input.ts";

/**
 * What counts as seen after one write to a part: Retell's answer for the keys that were sent, the state re-read just
 * before for the others. Another key that differs in the answer is observed: if Git mentions it, it stays out (somebody
 * edited it within the window of the write); if not, it goes in (a side effect of the write).
 */
export function seenAfterWrite(input: {
  part: Part;
  before: JsonObject;
  answer: JsonObject;
  sentKeys: ReadonlySet<string>;
  mentioned: JsonObject;
}): { seen: JsonObject; observed: ObservedChange[] } {
  const { before, answer, sentKeys } = input;
  const observed: ObservedChange[] = [];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(answer)])].sort();
  const seen = objectFrom(
    keys.map((key) => {
      const was = own(before, key);
      const is = own(answer, key);
      if (sentKeys.has(key) || same(was, is)) return [key, is] as const;
      const mentioned = own(input.mentioned, key) !== undefined;
      observed.push({ name: `${input.part}.${key}`, before: was ?? null, after: is ?? null, mentioned });
      return [key, mentioned ? was : is] as const;
    }),
  );
  return { seen, observed };
}

/** Console edits that a run left standing stay out of what is seen, so that they are still found next time. */
export function withoutKeptEdits(seen: Content, changes: readonly FieldChange[]): Content {
  let kept = seen;
  for (const change of changes) {
    if (change.class === "console-edit" || change.class === "conflict") kept = setLeaf(kept, change.path, change.seen);
  }
  return kept;
}

function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || b === undefined) return (a ?? null) === (b ?? null);
  return canonicalJson(a) === canonicalJson(b);
}
