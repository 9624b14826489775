import type { Json } from "../canonical/json.ts";
import type { JsonPath } from "./field-schema.ts";
import type { ProblemList } from "./field-problem.ts";
import { quote } from "./field-text.ts";
import { memberOf } from "./paths.ts";

/** A part of a document whose single fields were checked before, and where it stands in the user's file. */
export interface Together {
  readonly value: Json | undefined;
  readonly root: JsonPath;
  readonly list: ProblemList;
}

/** Whether a field is there and not `null`. */
export const isSet = (value: Json | undefined): boolean => value !== undefined && value !== null;

/** The items of a list; none of anything else. */
export function itemsOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** A list whose items must bear different names. */
export interface Duplicates {
  readonly items: readonly Json[];
  readonly path: JsonPath;
  readonly what: string;
  readonly list: ProblemList;
  /** Names that are in use elsewhere already. */
  readonly taken?: ReadonlySet<Json | undefined>;
  /** Error unless said: for what is documented to be refused. */
  readonly severity?: "warning";
  /** The field that holds the name; `name` unless said. */
  readonly key?: "name" | "id" | "tool_id";
}

/** Reports every item whose name another one bears already. */
export function reportDuplicates({ items, path, what, list, taken, severity, key = "name" }: Duplicates): void {
  const seen = new Set(taken);
  for (const [index, item] of items.entries()) {
    const name = memberOf(item, key);
    if (typeof name !== "string") continue;
    if (seen.has(name)) {
      list.add({
        code: "duplicate-name",
        severity: severity ?? "error",
        path: [...path, index, key],
        message:
          key === "name"
            ? `Another ${what} is already named ${quote(name)}. Names must be unique among all that are available at one time.`
            : `Another ${what} already has the \`${key}\` ${quote(name)}. Give each its own.`,
      });
    }
    seen.add(name);
  }
}
