import { isJsonObject, type Json } from "../canonical/json.ts";
import type { FieldPath } from "../diff/field-path.ts";

/** A field that shall be built differently: as the console holds it (a `FieldChange`), or as a merge or a person decided. */
export interface AdoptEdit {
  readonly path: FieldPath;
  /** `formatPath(path)`. */
  readonly name: string;
  /** The value to be built, in symbols; undefined for none. Mostly what Retell holds. */
  readonly live: Json | undefined;
}

/** False for a value with half a character (a lone surrogate) in a text: neither UTF-8 nor canonical JSON can hold it. */
export function isWellFormed(value: Json | undefined): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (Array.isArray(value)) return value.every(isWellFormed);
  return !isJsonObject(value) || Object.entries(value).every(([key, item]) => key.isWellFormed() && isWellFormed(item));
}
