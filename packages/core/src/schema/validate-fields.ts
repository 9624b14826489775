import type { Json, JsonObject } from "../canonical/json.ts";
import { checkTogether } from "./check-together.ts";
import { checkScalar } from "./check-scalar.ts";
import type { FieldKind, FieldSchema, JsonPath } from "./field-schema.ts";
import { jsonTypeOf, membersOf, propertyOf, typesOf } from "./field-schema.ts";
import { ProblemList } from "./field-problem.ts";
import type { FieldProblem } from "./field-problem.ts";
import { describeExpected, showPath } from "./field-text.ts";
import { fieldSchema } from "./load-schema.ts";
import { reportUnknownKey } from "./report-unknown-key.ts";
import { retirementOf } from "./retired-values.ts";
import { SERVER_FIELD_TABLE, SUITE_KEYS } from "./server-fields.ts";
import { suggest } from "./suggest.ts";
import { chooseVariant } from "./variants.ts";

/** What to check. */
export interface ValidateFieldsOptions {
  readonly kind: FieldKind;
  /** The fields of the agent, engine or component, as written in the file. Keys that are the suite's own are passed over. */
  readonly value: Json;
  /** Where `value` stands in the user's file, e.g. `["llm_config"]`; put in front of every path. */
  readonly root?: JsonPath;
  /** Also report fields without which Retell would not create the object. Off for a part, such as an overlay. */
  readonly complete?: boolean;
}

/**
 * Checks the content of an agent, an engine or a component against everything the suite knows of Retell's fields. Errors are what Retell would
 * refuse; whatever is merely unknown is a warning. Takes any JSON, never throws, and reports in the order of the file.
 */
export function validateFields(options: ValidateFieldsOptions): FieldProblem[] {
  const list = new ProblemList();
  const check: Check = { ...options, root: options.root ?? [], complete: options.complete ?? false, list, document: options.value };
  checkValue(check, { schema: fieldSchema(options.kind), value: options.value, path: [] });
  checkTogether(options.kind, { value: options.value, root: check.root, list });
  return list.problems;
}

/** One run: what is checked, and where its problems go. */
interface Check extends Required<ValidateFieldsOptions> {
  readonly list: ProblemList;
  readonly document: Json;
}

interface Spot {
  readonly schema: FieldSchema;
  readonly value: Json;
  /** From the root of the document, not of the file. */
  readonly path: JsonPath;
}

function checkValue(check: Check, { schema, value, path }: Spot): void {
  if (check.list.isFull) return;
  const members = membersOf(schema);
  const type = jsonTypeOf(value);
  const fitting = members.filter((member) => {
    const types = typesOf(member);
    return types.length === 0 || types.includes(type);
  });
  const first = fitting[0];
  if (!first) {
    reportWrongType(check, { schema, value, path });
  } else if (Array.isArray(value)) {
    checkList(check, { schema: first, value, path });
  } else if (typeof value === "object" && value !== null) {
    checkObject(check, { members: fitting, value, path });
  } else {
    // A union of known values and any text takes any text.
    const loosest = fitting.find((member) => !member.enum && member.const === undefined) ?? first;
    checkScalar({ kind: check.kind, document: check.document, root: check.root, list: check.list }, { schema: loosest, value, path });
  }
}

function reportWrongType(check: Check, { schema, value, path }: Spot): void {
  const where = showPath(path, check.kind);
  const expected = describeExpected(schema);
  if (value === null) {
    check.list.add({
      code: "null-not-allowed",
      severity: "error",
      path: [...check.root, ...path],
      message: `${where} cannot be null. Leave it out, or write ${expected}.`,
    });
    return;
  }
  const type = jsonTypeOf(value);
  const variable = typeof value === "string" && value.includes("{{") ? " Variables are replaced in text fields only." : "";
  check.list.add({
    code: "wrong-type",
    severity: "error",
    path: [...check.root, ...path],
    message: `${where} must be ${expected}, but is ${type === "array" ? "a list" : type === "object" ? "an object" : `a ${type}`}.${variable}`,
  });
}

function checkList(check: Check, { schema, value, path }: Spot & { value: Json[] }): void {
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    check.list.add({
      code: "out-of-range",
      severity: "error",
      path: [...check.root, ...path],
      message: `${showPath(path, check.kind)} needs at least ${String(schema.minItems)} item.`,
    });
  }
  if (schema.maxItems !== undefined && value.length > schema.maxItems) {
    check.list.add({
      code: "out-of-range",
      severity: "error",
      path: [...check.root, ...path],
      message: `${showPath(path, check.kind)} may have at most ${String(schema.maxItems)} items, but has ${String(value.length)}.`,
    });
  }
  const { items } = schema;
  if (!items) return;
  for (const [index, item] of value.entries()) {
    if (check.list.isFull) return;
    checkValue(check, { schema: items, value: item, path: [...path, index] });
  }
}

interface ObjectSpot {
  readonly members: readonly FieldSchema[];
  readonly value: JsonObject;
  readonly path: JsonPath;
}

function checkObject(check: Check, { members, value, path }: ObjectSpot): void {
  const shaped = members.filter((member) => member.properties);
  const map = members.find((member) => !member.properties);
  if (shaped.length === 0) {
    const each = map?.additionalProperties;
    if (each) for (const [key, item] of Object.entries(value)) checkValue(check, { schema: each, value: item, path: [...path, key] });
    return;
  }
  const choice = chooseVariant(shaped, value);
  if ("found" in choice) {
    checkFields(check, { schema: choice.found, value, path });
    return;
  }
  const known = choice.known.join(", ");
  if ("unknown" in choice) {
    reportUnknownVariant(check, { path: [...path, choice.key], given: choice.unknown, known: choice.known });
  } else if (choice.undecided === "missing") {
    check.list.add({
      code: "missing-field",
      severity: "error",
      path: [...check.root, ...path],
      message: `${showPath(path, check.kind)} needs \`${choice.key}\`: one of ${known}.`,
    });
  } else {
    check.list.add({
      code: "wrong-type",
      severity: "error",
      path: [...check.root, ...path, choice.key],
      message: `${showPath([...path, choice.key], check.kind)} must be one of ${known}.`,
    });
  }
}

function reportUnknownVariant(check: Check, { path, given, known }: { path: JsonPath; given: string; known: readonly string[] }): void {
  const retired = retirementOf({ kind: check.kind, path, root: check.document, value: given });
  if (retired) {
    checkScalar({ kind: check.kind, document: check.document, root: check.root, list: check.list }, { schema: {}, value: given, path });
    return;
  }
  const meant = suggest(given, known);
  check.list.add({
    code: "unknown-variant",
    severity: "warning",
    path: [...check.root, ...path],
    message:
      `${showPath(path, check.kind)} has the value ${JSON.stringify(given)}, which this version does not know; the object is sent as it is, ` +
      `unchecked.${meant === undefined ? ` Known are ${known.join(", ")}.` : ` Did you mean \`${meant}\`?`}`,
    ...(meant !== undefined && { hint: meant }),
  });
}

function checkFields(check: Check, { schema, value, path }: Spot & { value: JsonObject }): void {
  const own = path.length === 0 ? SUITE_KEYS[check.kind] : [];
  for (const [key, field] of Object.entries(value)) {
    if (check.list.isFull) return;
    if (own.includes(key)) continue;
    const at = [...path, key];
    const server = SERVER_FIELD_TABLE.find({ kind: check.kind, path: at, root: check.document });
    if (server) {
      reportOwned(check, { path: at, owner: server.owner });
      continue;
    }
    const known = propertyOf(schema, key);
    if (known) checkValue(check, { schema: known, value: field, path: at });
    if (!known || path.length === 0) reportUnknownKey(check, { schema, known: known !== undefined, path: at });
  }
  const needed = path.length === 0 && !check.complete ? [] : (schema.required ?? []);
  for (const key of needed) {
    // The engine is this suite's to attach, whatever kind of engine the file describes.
    if (Object.hasOwn(value, key) || (path.length === 0 && key === "response_engine")) continue;
    check.list.add({
      code: "missing-field",
      severity: "error",
      path: [...check.root, ...path],
      message: `${showPath(path, check.kind)} needs \`${key}\`; Retell refuses it without.`,
      hint: key,
    });
  }
}

function reportOwned(check: Check, { path, owner }: { path: JsonPath; owner: "retell" | "suite" }): void {
  const where = showPath(path, check.kind);
  const at = [...check.root, ...path];
  if (owner === "suite") {
    check.list.add({
      code: "reserved-field",
      severity: "error",
      path: at,
      message: `${where} is used by these actions to mark what they own. Remove it from the file.`,
    });
    return;
  }
  check.list.add({
    code: "server-field",
    severity: "warning",
    path: at,
    message: `${where} is filled in by Retell, so its value in the file is ignored. Remove it.`,
  });
}
