import { membersOf, typesOf, type FieldSchema } from "@retell-actions/core/schema/field-schema";
import { NAME_PATTERN } from "@retell-actions/core/schema/ranges";
import { discriminatorOf, namesOf } from "@retell-actions/core/schema/variants";
import { codeSpan } from "./table.ts";

/** More known values than that stand in a table of their own. */
const MOST_VALUES = 8;

/** The known values of a text field, in their order. */
export function knownValues(schema: FieldSchema): readonly string[] {
  return schema.enum?.filter((value) => value !== null) ?? [];
}

/** Whether the known values of a field are so many that they are listed apart. */
export const hasLongList = (schema: FieldSchema): boolean => knownValues(schema).length > MOST_VALUES;

/** What may be written in a field, in words; `null` is told apart. `longList` gives the link for many known values. */
export function valueText(schema: FieldSchema, longList: (values: readonly string[]) => string): string {
  const members = membersOf(schema).filter((member) => member.type !== "null");
  const objects = members.filter((member) => member.properties);
  const key = objects.length > 1 ? discriminatorOf(objects) : undefined;
  const texts = members.filter((member) => !(member.properties && key !== undefined)).map((member) => memberText(member, longList));
  if (key !== undefined) {
    const words = objects.flatMap((member) => namesOf(member, key)).map((word) => codeSpan(JSON.stringify(word)));
    texts.unshift(`object with ${codeSpan(key)} ${[...new Set(words)].join(", ")}`);
  }
  return [...new Set(texts)].join("; or ") || "any value";
}

function memberText(schema: FieldSchema, longList: (values: readonly string[]) => string): string {
  const [type, ...others] = typesOf(schema).filter((each) => each !== "null");
  if (others.length > 0) return [type, ...others].map((each) => memberText({ type: each ?? "" }, longList)).join(" or ");
  switch (type) {
    case "string":
      return schema.const === undefined ? stringText(schema, longList) : codeSpan(JSON.stringify(schema.const));
    case "number":
    case "integer":
      return numberText(schema);
    case "boolean":
      return "true or false";
    case "array":
      return `list of ${schema.items === undefined ? "anything" : plural(schema.items, longList)}${bounds(schema.minItems, schema.maxItems, " item")}`;
    case "object":
      return schema.additionalProperties && !schema.properties ? `map of ${plural(schema.additionalProperties, longList)}` : "object";
    default:
      return "any value";
  }
}

function stringText(schema: FieldSchema, longList: (values: readonly string[]) => string): string {
  const values = knownValues(schema);
  if (values.length > 0) return hasLongList(schema) ? longList(values) : values.map((value) => codeSpan(JSON.stringify(value))).join(", ");
  if (schema.pattern === NAME_PATTERN) return `1 to 64 of ${codeSpan("a-z")}, ${codeSpan("A-Z")}, ${codeSpan("0-9")}, ${codeSpan("_")}, ${codeSpan("-")}`;
  return `text${bounds(schema.minLength, schema.maxLength, " character")}`;
}

function numberText(schema: FieldSchema): string {
  const { minimum, exclusiveMinimum, maximum, multipleOf } = schema;
  const noun = multipleOf === 1 ? "whole number" : "number";
  if (minimum !== undefined && maximum !== undefined) return `${noun}, ${show(minimum)} to ${show(maximum)}`;
  if (minimum !== undefined) return `${noun}, ${show(minimum)} or more`;
  if (exclusiveMinimum !== undefined) return `${noun}, more than ${show(exclusiveMinimum)}`;
  return maximum === undefined ? noun : `${noun}, ${show(maximum)} or less`;
}

function plural(schema: FieldSchema, longList: (values: readonly string[]) => string): string {
  const text = valueText(schema, longList);
  return text.replace(/^(text|object|number|whole number)(?=$|,| )/, "$1s");
}

function bounds(least: number | undefined, most: number | undefined, noun: string): string {
  if (least !== undefined && most !== undefined) return `, ${show(least)} to ${show(most)}${noun}s`;
  if (least !== undefined) return `, at least ${show(least)}${noun}${least === 1 ? "" : "s"}`;
  return most === undefined ? "" : `, at most ${show(most)}${noun}s`;
}

const show = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 6 });
