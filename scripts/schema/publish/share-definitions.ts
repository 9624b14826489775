import { mapInside, type PublishedSchema } from "./published-schema.ts";

/** A schema whose text is shorter is cheaper to repeat than to refer to. */
const SHORTEST = 85;

/** What stands beside a reference, since it belongs to the place and not to the shape. A tool that ignores it checks the same. */
const OF_THE_PLACE = ["description", "default", "deprecationMessage"] as const;

/**
 * The document with every schema that it holds more than once moved into `definitions`, with its description where that is the same, too;
 * named after where it was found first.
 */
export function shareDefinitions(document: PublishedSchema): PublishedSchema {
  const counts = new Map<string, number>();
  count(document, counts);
  const names = new Map<string, string>();
  const definitions: Record<string, PublishedSchema> = {};
  const isShared = (schema: PublishedSchema): boolean => {
    const text = textOf(schema);
    return text.length >= SHORTEST && (counts.get(text) ?? 0) > 1;
  };
  const define = (schema: PublishedSchema, from: { readonly hint: string; readonly content: () => PublishedSchema }): string => {
    const text = textOf(schema);
    const known = names.get(text);
    if (known !== undefined) return known;
    const name = freeName(from.hint, definitions);
    names.set(text, name);
    definitions[name] = {};
    definitions[name] = from.content();
    return name;
  };
  const refer = (name: string): PublishedSchema => ({ $ref: `#/definitions/${name}` });
  const rewriteShape = (schema: PublishedSchema, hint: string): PublishedSchema => {
    const { shape, said } = split(schema);
    if (!isShared(shape)) return mapInside(schema, inside(schema, hint));
    return { ...refer(define(shape, { hint, content: () => mapInside(shape, inside(shape, hint)) })), ...said };
  };
  const rewrite = (schema: PublishedSchema, hint: string): PublishedSchema =>
    OF_THE_PLACE.some((key) => schema[key] !== undefined) && isShared(schema) ? refer(define(schema, { hint, content: () => rewriteShape(schema, hint) })) : rewriteShape(schema, hint);
  const inside = (around: PublishedSchema, hint: string) => (schema: PublishedSchema, key: string): PublishedSchema => rewrite(schema, hintFor({ around, key, hint, schema }));
  const root = mapInside(document, inside(document, "root"));
  return { ...root, definitions: Object.fromEntries(Object.entries(definitions).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** A schema's text; each is asked for often, and holds many others. */
function textOf(schema: PublishedSchema): string {
  const known = texts.get(schema);
  if (known !== undefined) return known;
  const text = JSON.stringify(schema);
  texts.set(schema, text);
  return text;
}

const texts = new WeakMap<PublishedSchema, string>();

function split(schema: PublishedSchema): { shape: PublishedSchema; said: PublishedSchema } {
  const isOfThePlace = ([key]: [string, unknown]): boolean => OF_THE_PLACE.some((name) => name === key);
  const entries = Object.entries(schema);
  if (!entries.some(isOfThePlace)) return { shape: schema, said: {} };
  return { shape: Object.fromEntries(entries.filter((entry) => !isOfThePlace(entry))), said: Object.fromEntries(entries.filter(isOfThePlace)) };
}

function count(schema: PublishedSchema, counts: Map<string, number>): void {
  mapInside(schema, (inside) => {
    const { shape, said } = split(inside);
    const isNew = add(textOf(shape), counts);
    if (Object.keys(said).length > 0) add(textOf(inside), counts);
    // What is inside of a repeated shape is written once only.
    if (isNew || textOf(shape).length < SHORTEST) count(inside, counts);
    return inside;
  });
}

function add(text: string, counts: Map<string, number>): boolean {
  const before = counts.get(text) ?? 0;
  counts.set(text, before + 1);
  return before === 0;
}

/** `general_tools-transfer_call` for a variant, else the key; words of JSON Schema are no names. */
function hintFor(place: Place): string {
  return place.schema.properties?.["$prompt"] === undefined ? hintOf(place) : "text";
}

interface Place {
  readonly around: PublishedSchema;
  readonly key: string;
  readonly hint: string;
  readonly schema: PublishedSchema;
}

function hintOf({ around, key, hint, schema }: Place): string {
  if (key === "then" && around.if?.properties) {
    const [condition] = Object.values(around.if.properties);
    const value = condition === false ? undefined : condition?.pattern?.replace(/[^\w|]/g, "").split("|")[0];
    return value === undefined || value === "" ? hint : `${hint.replace(/-.*$/, "")}-${value}`;
  }
  return ["items", "then", "else", "if", "not", "allOf", "anyOf", "value"].includes(key) && !(around.properties && Object.values(around.properties).includes(schema)) ? hint : key;
}

function freeName(hint: string, definitions: Record<string, PublishedSchema>): string {
  const base = hint.replace(/[^\w$-]/g, "_");
  let name = base;
  for (let number = 2; Object.hasOwn(definitions, name); number++) name = `${base}-${String(number)}`;
  return name;
}
