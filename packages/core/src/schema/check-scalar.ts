import type { Json } from "../canonical/json.ts";
import type { FieldKind, FieldSchema, JsonPath } from "./field-schema.ts";
import type { ProblemList } from "./field-problem.ts";
import { quote, showPath } from "./field-text.ts";
import { retirementOf } from "./retired-values.ts";
import { suggest } from "./suggest.ts";

/** What the check of one value needs of the run. */
export interface ScalarCheck {
  readonly kind: FieldKind;
  /** The whole document. */
  readonly document: Json;
  /** Where that stands in the user's file. */
  readonly root: JsonPath;
  readonly list: ProblemList;
}

/** Checks a text, number, boolean or null whose type is right: known and retired values, ranges, lengths, patterns. */
export function checkScalar(check: ScalarCheck, spot: { schema: FieldSchema; value: Json; path: JsonPath }): void {
  if (typeof spot.value === "number") checkNumber(check, { ...spot, value: spot.value });
  else if (typeof spot.value === "string" && !isPlaceholder(spot.value)) checkText(check, { ...spot, value: spot.value });
}

/** A text that stands for another one: what it will be is not known here. */
function isPlaceholder(text: string): boolean {
  return ["secret://", "agent://", "knowledge://", "component://"].some((start) => text.startsWith(start)) || text.includes("{{");
}

function checkNumber(check: ScalarCheck, { schema, value, path }: { schema: FieldSchema; value: number; path: JsonPath }): void {
  const { minimum, exclusiveMinimum, maximum } = schema;
  const outside =
    // JSON.parse reads 1e999 as Infinity, which no JSON text can hold.
    !Number.isFinite(value) ||
    (minimum !== undefined && value < minimum) ||
    (exclusiveMinimum !== undefined && value <= exclusiveMinimum) ||
    (maximum !== undefined && value > maximum) ||
    (schema.multipleOf === 1 && !Number.isInteger(value));
  if (!outside) return;
  const bounds = [
    ...(Number.isFinite(value) ? [] : ["smaller"]),
    ...(schema.multipleOf === 1 ? ["a whole number"] : []),
    ...(exclusiveMinimum !== undefined ? [`more than ${String(exclusiveMinimum)}`] : []),
    ...(minimum !== undefined && maximum !== undefined ? [`from ${String(minimum)} to ${String(maximum)}`] : []),
    ...(minimum !== undefined && maximum === undefined ? [`at least ${String(minimum)}`] : []),
    ...(minimum === undefined && maximum !== undefined ? [`at most ${String(maximum)}`] : []),
  ];
  check.list.add({
    code: "out-of-range",
    severity: "error",
    path: [...check.root, ...path],
    message: `${showPath(path, check.kind)} must be ${bounds.join(", ")}, but is ${String(value)}.`,
  });
}

function checkText(check: ScalarCheck, { schema, value, path }: { schema: FieldSchema; value: string; path: JsonPath }): void {
  const where = showPath(path, check.kind);
  const at = [...check.root, ...path];
  const retired = retirementOf({ kind: check.kind, path, root: check.document, value });
  if (retired) {
    const instead = retired.successor === undefined ? "" : ` Write ${quote(retired.successor)} instead.`;
    check.list.add({
      code: "retired-value",
      severity: "warning",
      path: at,
      message: `${where}: Retell retires ${quote(value)} on ${retired.on}${retired.note === undefined ? "" : ` (${retired.note})`}.${instead}`,
      ...(retired.successor !== undefined && { hint: retired.successor }),
    });
    return;
  }
  const known = schema.const === undefined ? schema.enum?.filter((item) => item !== null) : [schema.const];
  if (known && !known.includes(value)) {
    const meant = suggest(value, known);
    const few = known.length <= 12 ? ` Known are ${known.join(", ")}.` : "";
    check.list.add({
      code: "unknown-value",
      severity: "warning",
      path: at,
      message: `${where} has a value that this version does not know: ${quote(value)}.${meant === undefined ? few : ` Did you mean ${quote(meant)}?`} It is sent as it is.`,
      ...(meant !== undefined && { hint: meant }),
    });
  }
  // Counted as characters, not as UTF-16 units, like JSON Schema does.
  const length = schema.minLength === undefined && schema.maxLength === undefined ? 0 : [...value].length;
  const tooShort = schema.minLength !== undefined && length < schema.minLength;
  const tooLong = schema.maxLength !== undefined && length > schema.maxLength;
  if (tooShort || tooLong) {
    const bounds = tooShort ? `at least ${String(schema.minLength)}` : `at most ${String(schema.maxLength)}`;
    check.list.add({
      code: "out-of-range",
      severity: "error",
      path: at,
      message: `${where} must have ${bounds} characters, but has ${String(length)}.`,
    });
  }
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, "u").test(value)) {
    check.list.add({
      code: "out-of-range",
      severity: "error",
      path: at,
      message: `${where} must be made of a-z, A-Z, 0-9, "_" and "-", at most 64 of them, but is ${quote(value)}.`,
    });
  }
}
