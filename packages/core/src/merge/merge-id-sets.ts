import { canonicalJson } from "../canonical/content-hash.ts";
import type { Json } from "../canonical/json.ts";
import type { Sides } from "./three-way.ts";

/**
 * Merges lists whose order means nothing: what either side took out is gone, what either side added is there, once. Kept
 * items come first, in the order of base; then those that Git added, then the console's.
 */
export function mergeIdSets({ base, git, console }: Sides<readonly Json[]>): Json[] {
  const [old, ours, theirs] = [byText(base), byText(git), byText(console)];
  const kept = [...old].filter(([text]) => ours.has(text) && theirs.has(text));
  const added = [...ours, ...theirs].filter(([text]) => !old.has(text));
  return [...new Map([...kept, ...added]).values()];
}

function byText(items: readonly Json[]): Map<string, Json> {
  return new Map(items.map((item) => [canonicalJson(item), item]));
}
