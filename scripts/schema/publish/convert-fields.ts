import type { Json } from "@retell-actions/core/canonical/json";
import { DEFAULTS } from "@retell-actions/core/schema/defaults";
import { membersOf, propertyOf, typesOf, type FieldKind, type FieldSchema, type JsonPath } from "@retell-actions/core/schema/field-schema";
import { FORMER_FIELDS } from "@retell-actions/core/schema/former-fields";
import { listIdentity } from "@retell-actions/core/schema/named-lists";
import type { PathRow } from "@retell-actions/core/schema/paths";
import { RETIRED_VALUES, type Retirement } from "@retell-actions/core/schema/retired-values";
import { SERVER_FIELD_TABLE } from "@retell-actions/core/schema/server-fields";
import { discriminatorOf, namesOf } from "@retell-actions/core/schema/variants";
import { withValue } from "../../docs/field-rows.ts";
import { describeField } from "./describe-field.ts";
import { mergeBodies } from "./merge-bodies.ts";
import { NAMED_PROMPT_KEYS, VARIABLE_NAMES } from "./own-fields.ts";
import type { PublishedSchema, Snippet } from "./published-schema.ts";
import { snippetBody, startOf } from "./snippets.ts";

/** What to convert. */
export interface ConvertOptions {
  readonly kind: FieldKind;
  /** The fields of the kind, with those of our own. */
  readonly schema: FieldSchema;
  /** For a merge patch: nothing is required, `null` removes, and items of named lists need only their name. */
  readonly patch: boolean;
}

/**
 * The schema of a document for editors. It says the same as `validateFields` about each single value: types and ranges are errors,
 * former and retired things are warnings, and whatever is not known passes. Rules that speak of several fields are left out.
 */
export function convertFields({ kind, schema, patch }: ConvertOptions): PublishedSchema {
  return convert({ kind, schema, patch, path: [], document: {}, said: undefined });
}

interface Spot extends ConvertOptions {
  readonly path: JsonPath;
  /** A document that holds what tells the variants on the way apart, for tables with conditions. */
  readonly document: Json;
  /** What the place is called, where the schema itself does not say it. */
  readonly said: string | undefined;
  /** The key by which the items of the list around are told apart. */
  readonly named?: "name" | "id";
}

/** Some keywords, and conditions that are joined with those of others. */
type Keywords = Omit<PublishedSchema, "type">;

function convert(spot: Spot): PublishedSchema {
  const { schema, patch, path } = spot;
  const members = membersOf(schema);
  const said = schema.description ?? members.find(({ description }) => description !== undefined)?.description ?? spot.said;
  if (members.some((member) => typesOf(member).length === 0)) return said === undefined ? {} : { description: said };
  const ofType = (type: string): FieldSchema[] => members.filter((member) => typesOf(member).includes(type));
  const [texts, numbers, lists, objects] = ["string", "number", "array", "object"].map(ofType) as [FieldSchema[], FieldSchema[], FieldSchema[], FieldSchema[]];
  const mayBeSections = takesSections(spot, texts);
  const types = new Set(members.flatMap(typesOf));
  if (mayBeSections) types.add("object");
  // `null` removes a key; in a list that is replaced whole, it would be an item.
  if (patch && typeof path.at(-1) !== "number") types.add("null");
  const limits = { ...lists[0], ...numbers[0], ...loosest(texts) };
  const found = DEFAULTS.find({ kind: spot.kind, path, root: spot.document });
  const fallback = found === undefined || found.confidence === "inferred" ? undefined : found.value;
  const description = describeField({ said, limits, fallback });
  const parts: Keywords[] = [
    ...(texts.length > 0 ? [textPart(spot, texts)] : []),
    ...(mayBeSections ? [NAMED_PROMPT_KEYS] : []),
    ...(numbers.length > 0 ? [numberPart(numbers[0] ?? {})] : []),
    ...(lists.length > 0 ? [listPart(spot, lists[0] ?? {})] : []),
    ...(objects.length > 0 ? [objectPart(spot, objects)] : []),
  ];
  const ordered = [...types].sort((a, b) => Number(a === "null") - Number(b === "null"));
  return {
    ...(description !== undefined && { description }),
    type: ordered.length === 1 ? (ordered[0] ?? "") : ordered,
    ...(fallback !== undefined && { default: fallback }),
    ...join(parts),
  };
}

function join(parts: readonly Keywords[]): Keywords {
  const allOf = parts.flatMap((part) => part.allOf ?? []);
  return { ...Object.assign({}, ...parts), ...(allOf.length > 0 && { allOf }) } as Keywords;
}

/** A union of known values and any text takes any text, as `validateFields` sees it. */
const loosest = (texts: readonly FieldSchema[]): FieldSchema | undefined => texts.find((member) => !member.enum && member.const === undefined) ?? texts[0];

/** Any text of an engine may be named by its sections; a word that Retell knows, and what tells things apart, is no such text. */
function takesSections({ kind, path }: Spot, texts: readonly FieldSchema[]): boolean {
  const isOfEngine = kind === "llm" || kind === "flow" || kind === "component";
  const isWord = texts.some((member) => member.enum ?? member.const ?? member.pattern);
  return isOfEngine && texts.length > 0 && !isWord && path[0] !== "prompt_config" && !["id", "name"].includes(String(path.at(-1)));
}

/** Texts that stand for others: what they will be is not known here. Source: `schema/check-scalar.ts`. */
const PLACEHOLDER = "^(secret|agent|knowledge|component)://|\\{\\{";

/** The texts that people write at length. */
const PROSE = ["general_prompt", "global_prompt", "begin_message", "state_prompt", "text"];

function textPart(spot: Spot, texts: readonly FieldSchema[]): Keywords {
  const { kind, path, document } = spot;
  const { minLength, maxLength, pattern } = loosest(texts) ?? {};
  const retired = RETIRED_VALUES.find({ kind, path, root: document })?.values ?? {};
  const values = [...new Set(texts.flatMap((member) => (member.const === undefined ? (member.enum ?? []) : [member.const])))];
  const offered = values.filter((value) => value !== null && !Object.hasOwn(retired, value));
  const limits: PublishedSchema = {
    ...(minLength !== undefined && { minLength }),
    ...(maxLength !== undefined && { maxLength }),
    ...(pattern !== undefined && { pattern, patternErrorMessage: 'Made of a-z, A-Z, 0-9, "_" and "-", at most 64 of them.' }),
  };
  const allOf = [
    ...(Object.keys(limits).length > 0 ? [{ if: { not: { pattern: PLACEHOLDER } }, then: limits }] : []),
    ...Object.entries(retired).map(([value, retirement]) => retiredValue(value, retirement)),
  ];
  const snippets = textSnippets(spot);
  return {
    ...(offered.length > 0 && { examples: offered }),
    ...(snippets.length > 0 && { defaultSnippets: snippets }),
    ...(allOf.length > 0 && { allOf }),
  };
}

function textSnippets({ kind, path }: Spot): Snippet[] {
  const key = String(path.findLast((step) => typeof step === "string") ?? "");
  if (PROSE.includes(key) && kind !== "agent" && kind !== "chat") {
    return [
      { label: '"…"', description: "The text itself.", body: "$1" },
      { label: '{"$prompt": …}', description: "A section below prompts/.", body: { $prompt: "$1" } },
    ];
  }
  const around = path.at(-2);
  const start = around === "headers" || around === "query_params" ? "secret://" : startOf(key);
  if (start === "" || path.length === 1 && key === "agent_id") return [];
  return [{ label: `"${start}…"`, description: start === "secret://" ? "The secret RETELL_SECRET_… of the job." : "Something of this repository, by its name.", body: `${start}$1` }];
}

function retiredValue(value: string, { on, note, successor }: Retirement): PublishedSchema {
  const message = `Retell retires ${JSON.stringify(value)} on ${on}${note === undefined ? "" : ` (${note})`}.${successor === undefined ? "" : ` Write ${JSON.stringify(successor)} instead.`}`;
  // A second `enum` at the same value would keep editors from showing the description of this one.
  const given = { type: "string", pattern: patternOf([value.replace(/[.+*?^$()[\]{}|\\]/g, "\\$&")]) };
  return { if: given, then: { enum: [value], enumDescriptions: [message], deprecationMessage: message } };
}

function numberPart({ minimum, exclusiveMinimum, maximum, multipleOf }: FieldSchema): Keywords {
  return {
    ...(minimum !== undefined && { minimum }),
    ...(exclusiveMinimum !== undefined && { exclusiveMinimum }),
    ...(maximum !== undefined && { maximum }),
    ...(multipleOf !== undefined && { multipleOf }),
  };
}

function listPart(spot: Spot, { items, minItems, maxItems }: FieldSchema): Keywords {
  const identity = listIdentity({ kind: spot.kind, path: spot.path });
  const named = identity === undefined || identity.by === "value" ? undefined : identity.by;
  const { named: _around, ...here } = spot;
  return {
    ...(minItems !== undefined && { minItems }),
    ...(maxItems !== undefined && { maxItems }),
    // Any other list is replaced whole, so its items are as in the file itself.
    ...(items && { items: convert({ ...here, schema: items, path: [...spot.path, 0], patch: spot.patch && named !== undefined, said: undefined, ...(named && { named }) }) }),
  };
}

function objectPart(spot: Spot, objects: readonly FieldSchema[]): Keywords {
  const shaped = objects.filter(({ properties }) => properties);
  const [first] = shaped;
  if (first === undefined) return mapPart(spot, objects[0]?.additionalProperties);
  if (shaped.length > 1) return unionPart(spot, shaped);
  const body = objectBody(spot, first);
  if (spot.named === undefined) return body;
  return { ...withItemKeys(spot, body), defaultSnippets: spot.patch ? itemSnippets(spot) : [{ label: "{ … }", body: snippetBody(first) }] };
}

function mapPart(spot: Spot, each: FieldSchema | undefined): Keywords {
  if (each === undefined) return {};
  const isOfVariables = spot.path[0] === "prompt_config" && (spot.path[1] === "variables" || spot.path[1] === "dynamic_variables");
  return {
    additionalProperties: convert({ ...withoutName(spot), schema: each, path: [...spot.path, "*"], said: undefined }),
    ...(isOfVariables && { propertyNames: VARIABLE_NAMES }),
  };
}

function withoutName({ named: _named, ...spot }: Spot): Spot {
  return spot;
}

/** An object with known fields, and with the fields that it had once, or that Retell or the suite fill in. */
function objectBody(spot: Spot, member: FieldSchema): Keywords {
  const { kind, path, document, patch } = spot;
  const properties: Record<string, PublishedSchema> = {};
  for (const key of [...new Set([...Object.keys(member.properties ?? {}), ...TABLE_KEYS])].sort()) {
    const place = { kind, path: [...path, key], root: document };
    const schema = propertyOf(member, key);
    const server = SERVER_FIELD_TABLE.find(place);
    const former = FORMER_FIELDS.find(place);
    const known = schema && convert({ ...withoutName(spot), schema, path: place.path, said: undefined });
    if (server) properties[key] = server.owner === "suite" ? RESERVED : FILLED_IN;
    else if (former) properties[key] = { ...known, deprecationMessage: `No field of today's API; use ${former.today.replaceAll("`", "")}.` };
    else if (known) properties[key] = known;
  }
  const required = patch ? [] : (member.required ?? []);
  return { properties, ...(required.length > 0 && { required }) };
}

const lastKeys = (rows: readonly PathRow[]): string[] => rows.flatMap(({ paths }) => paths.map((path) => path.slice(path.lastIndexOf(".") + 1)));

/** Keys that a table may speak of although no object knows them. */
const TABLE_KEYS: readonly string[] = [...new Set([...lastKeys(FORMER_FIELDS.rows), ...lastKeys(SERVER_FIELD_TABLE.rows)])];

const FILLED_IN: PublishedSchema = { deprecationMessage: "Retell fills this in; the value in the file is ignored. Remove it." };

const RESERVED: PublishedSchema = { not: {}, errorMessage: "The actions mark with this what they own. Remove it.", doNotSuggest: true };

/** Objects of several types: which fields one has is decided by the key that names the type; an unknown type passes. */
function unionPart(spot: Spot, shaped: readonly FieldSchema[]): Keywords {
  const key = discriminatorOf(shaped);
  if (key === undefined) return mergeBodies(shaped.map((member) => objectBody(spot, member)));
  const variants = variantsOf(shaped, key).map(({ names, member }) => {
    const at: Spot = { ...spot, document: withValue(spot.document, spot.path, { [key]: names[0] ?? "" }) };
    const { required = [], properties = {}, ...body } = objectBody(at, member);
    const { [key]: type, ...others } = properties;
    // The key says what it is.
    const { examples: _all, description: _said, ...named } = type === false || type === undefined ? {} : type;
    const rest = required.filter((name) => name !== key);
    return { names, member, body: { properties: { [key]: named, ...others }, ...(rest.length > 0 && { required: rest }), ...body } };
  });
  const retired = RETIRED_VALUES.find({ kind: spot.kind, path: [...spot.path, key], root: spot.document })?.values ?? {};
  const current = variants.filter(({ names }) => !names.every((name) => Object.hasOwn(retired, name)));
  const lenient = spot.patch ? current : variants.filter(({ member }) => !member.required?.includes(key));
  const merged = mergeBodies(lenient.map(({ body }) => body));
  const typed: PublishedSchema = { type: spot.patch ? ["string", "null"] : "string", examples: current.flatMap(({ names }) => names) };
  const base: Keywords = {
    properties: { [key]: typed },
    ...(lenient.length === 0 && { required: [key] }),
    allOf: [
      ...variants.map(({ names, body }) => ({ if: { properties: { [key]: { type: "string", pattern: patternOf(names), doNotSuggest: true as const } }, required: [key] }, then: body })),
      // Until the type is written, every field that could be meant.
      ...(lenient.length > 0 ? [{ if: { required: [key] }, else: merged }] : []),
    ],
  };
  const snippets = spot.patch && spot.named !== undefined ? itemSnippets(spot) : current.map(({ names, member }): Snippet => ({ label: names[0] ?? "", body: snippetBody(member) }));
  return { ...withItemKeys(spot, base), defaultSnippets: snippets };
}

interface Variant {
  readonly names: readonly string[];
  readonly member: FieldSchema;
}

/** The members of a union by what names them; two of one name are one, whose fixed texts are offered. */
function variantsOf(shaped: readonly FieldSchema[], key: string): Variant[] {
  const variants = new Map<string, Variant>();
  for (const member of shaped) {
    const names = namesOf(member, key);
    const id = names.join("|");
    const before = variants.get(id);
    variants.set(id, { names, member: before === undefined ? member : withFixedTexts(before.member, { member, key }) });
  }
  return [...variants.values()];
}

function withFixedTexts(first: FieldSchema, second: { readonly member: FieldSchema; readonly key: string }): FieldSchema {
  const properties = Object.entries(first.properties ?? {}).map(([name, schema]): [string, FieldSchema] => {
    const fixed = name === second.key ? undefined : propertyOf(second.member, name)?.const;
    return [name, fixed === undefined ? schema : { ...schema, enum: [fixed] }];
  });
  return { ...first, properties: Object.fromEntries(properties) };
}

const patternOf = (names: readonly string[]): string => (names.length === 1 ? `^${names[0] ?? ""}$` : `^(${names.join("|")})$`);

/** An item of a named list in a patch: its name says which one is meant. */
function withItemKeys({ patch, named }: Spot, body: Keywords): Keywords {
  if (!patch || named === undefined) return body;
  const remove: PublishedSchema = { enum: [true], description: `Removes the item of this ${named} from the list.` };
  return { ...body, properties: { ...body.properties, [named]: (body.properties?.[named] ?? { type: "string" }), $remove: remove }, required: [named] };
}

function itemSnippets({ named = "name" }: Spot): Snippet[] {
  return [
    { label: "change", description: `Changes the item of this ${named}.`, body: { [named]: "$1" } },
    { label: "remove", description: `Removes the item of this ${named}.`, body: { [named]: "$1", $remove: true } },
  ];
}
