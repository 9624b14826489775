import type { Json } from "../canonical/json.ts";
import type { FieldPath } from "../diff/field-path.ts";

/** A field that the console holds differently, as a `FieldChange` has it. */
export interface AdoptEdit {
  readonly path: FieldPath;
  /** `formatPath(path)`. */
  readonly name: string;
  /** What Retell holds, in symbols; undefined where it holds nothing. */
  readonly live: Json | undefined;
}
