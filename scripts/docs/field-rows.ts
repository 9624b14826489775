import { isJsonObject, type Json, type JsonObject } from "@retell-actions/core/canonical/json";
import { DEFAULTS } from "@retell-actions/core/schema/defaults";
import { membersOf, propertyOf, typesOf, type FieldKind, type FieldSchema, type JsonPath } from "@retell-actions/core/schema/field-schema";
import { FORMER_FIELDS } from "@retell-actions/core/schema/former-fields";
import { SERVER_FIELD_TABLE } from "@retell-actions/core/schema/server-fields";
import { discriminatorOf, namesOf } from "@retell-actions/core/schema/variants";

/** One field that users may write, as the reference shows it. */
export interface FieldRow {
  /** From where the table starts: `handbook_config.ai_disclosure`, `edges[].id`, `action(type=prompt).text`. */
  readonly name: string;
  readonly schema: FieldSchema;
  readonly required: boolean;
  /** The documented default; `null` is one. */
  readonly default: Json | undefined;
}

/** Where a table starts. */
export interface TableStart {
  readonly kind: FieldKind;
  readonly schema: FieldSchema;
  readonly path: JsonPath;
  /** A document that holds an object at the path, with what tells its variant. */
  readonly document: Json;
  /** True for a field that another table explains: it gets a row, and its own fields do not. */
  readonly stopsAt?: (name: string) => boolean;
}

/** All fields below a place in order of their names; what Retell fills in, what it had once and what the suite writes is left out. */
export function fieldRows(start: TableStart): FieldRow[] {
  return rowsOf({ ...start, stopsAt: start.stopsAt ?? (() => false), name: "" });
}

interface Spot extends Required<TableStart> {
  readonly name: string;
}

function rowsOf(spot: Spot): FieldRow[] {
  return Object.keys(spot.schema.properties ?? {})
    .sort()
    .flatMap((key) => {
      const schema = propertyOf(spot.schema, key);
      const path = [...spot.path, key];
      if (schema === undefined || isNotWritten({ ...spot, path, own: schema })) return [];
      const name = spot.name === "" ? key : `${spot.name}.${key}`;
      const found = DEFAULTS.find({ kind: spot.kind, path, root: spot.document });
      const row = { name, schema, required: spot.schema.required?.includes(key) === true, default: found?.value };
      return [row, ...(spot.stopsAt(name) ? [] : below({ ...spot, schema, path, name }))];
    });
}

/** The fields of a list's items and of an object's variants. */
function below(spot: Spot): FieldRow[] {
  const members = membersOf(spot.schema);
  const lists = members.filter(({ items }) => items);
  const objects = members.filter(({ properties }) => properties);
  const key = objects.length > 1 ? discriminatorOf(objects) : undefined;
  return [
    ...lists.flatMap((list) => below({ ...spot, schema: list.items ?? {}, path: [...spot.path, 0], name: `${spot.name}[]` })),
    ...objects.flatMap((schema) => {
      const words = key === undefined ? [] : namesOf(schema, key);
      const variant = words[0] === undefined ? {} : { [key ?? ""]: words[0] };
      const name = words.length === 0 ? spot.name : `${spot.name}(${key ?? ""}=${words.join("/")})`;
      const rows = rowsOf({ ...spot, schema, name, document: withValue(spot.document, spot.path, variant) });
      // The name says it already.
      return rows.filter((row) => key === undefined || row.name !== `${name}.${key}`);
    }),
  ];
}

function isNotWritten({ kind, path, document, own }: { readonly kind: FieldKind; readonly path: JsonPath; readonly document: Json; readonly own: FieldSchema }): boolean {
  const place = { kind, path, root: document };
  return own.readOnly === true || SERVER_FIELD_TABLE.find(place) !== undefined || FORMER_FIELDS.find(place) !== undefined;
}

/** The document with an object at a path, whatever was there; lists on the way have one item. */
export function withValue(document: Json, path: JsonPath, value: JsonObject): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === "number") return [withValue(Array.isArray(document) ? (document[0] ?? {}) : {}, rest, value)];
  const object = isJsonObject(document) ? document : {};
  return { ...object, [step]: withValue(object[step] ?? {}, rest, value) };
}

/** Whether `null` may be written. */
export const takesNull = (schema: FieldSchema): boolean => membersOf(schema).some((member) => typesOf(member).includes("null"));
