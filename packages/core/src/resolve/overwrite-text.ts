import { jsonAt, setJson } from "../adopt/edit-json.ts";
import { objectFrom, type Json } from "../canonical/json.ts";

/** The entries of one agent in one workspace. */
export interface OverwriteEntries {
  /** `deployed_at` of the agent's state; null for an agent of which no deployment is recorded. */
  readonly deployedAt: string | null;
  /** The console's values that Git may overwrite, by field; null stands for an absent one. */
  readonly fields: ReadonlyMap<string, Json>;
}

/** The text of `overwrite.<workspace>.json`; null where the file has nothing to say any more. What stays in it is not laid out anew. */
export function overwriteText(current: string | undefined, { deployedAt, fields }: OverwriteEntries): string | null {
  if (fields.size === 0) return null;
  const value = objectFrom([["deployed_at", deployedAt], ["fields", objectFrom([...fields].sort(([a], [b]) => (a < b ? -1 : 1)))]]);
  const isObject = current !== undefined && typeof jsonAt(current, []) === "object";
  return isObject ? setJson(current, { path: [], value }) : `${JSON.stringify(value, null, 2)}\n`;
}
