import type { JsonObject } from "../canonical/json.ts";
import type { FieldKind } from "../schema/field-schema.ts";

/** A finding about a field; the path leads from the given value. */
export interface FieldProblem {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Checks the fields of one part against what Retell documents. Pure; unknown fields are warnings. */
export type FieldValidator = (input: { readonly kind: FieldKind; readonly value: JsonObject }) => readonly FieldProblem[];
