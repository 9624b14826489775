import { amendMembers, amendSchema, isWhere, withMembers } from "./amend-schema.ts";
import type { Amendment } from "./amend-schema.ts";
import type { FieldKind, FieldSchema } from "./field-schema.ts";
import { FIELD_KINDS, membersOf, propertyOf } from "./field-schema.ts";
import agent from "./generated/agent.json" with { type: "json" };
import chat from "./generated/chat.json" with { type: "json" };
import component from "./generated/component.json" with { type: "json" };
import flow from "./generated/flow.json" with { type: "json" };
import llm from "./generated/llm.json" with { type: "json" };
import shared from "./generated/shared.json" with { type: "json" };
import { NEWER_FIELDS } from "./newer-fields.ts";
import type { NewerField } from "./newer-fields.ts";
import { NULLABLE_FIELDS } from "./nullable-fields.ts";
import { compilePattern, emptyTree, isOfKind, plant } from "./paths.ts";
import type { PathPattern, PathTree, PatternStep } from "./paths.ts";
import { RANGES } from "./ranges.ts";

const GENERATED: Readonly<Record<FieldKind, Referring>> = {
  agent: agent as Referring,
  chat: chat as Referring,
  llm: llm as Referring,
  flow: flow as Referring,
  component: component as Referring,
};

const loaded = new Map<FieldKind, FieldSchema>();

/**
 * All that the suite knows of the fields of a kind: the SDK's types, the newer fields and the documented ranges in one schema. Built
 * when that kind is first asked for. Alike places share their schemas, within a kind and among kinds; callers must not change them.
 */
export function fieldSchema(kind: FieldKind): FieldSchema {
  const known = loaded.get(kind);
  if (known) return known;
  const schema = amendSchema(resolved(GENERATED[kind]), amendmentsOf(kind));
  loaded.set(kind, schema);
  return schema;
}

/** The schemas at a pattern's place: several where a union leaves it open. Empty if the schema has no such place. */
export function schemasAt(pattern: PathPattern): FieldSchema[] {
  const { kind, steps } = compilePattern(pattern);
  const known = FIELD_KINDS.find((each) => each === kind);
  return known ? steps.reduce<FieldSchema[]>((at, step) => at.flatMap((schema) => follow(schema, step)), [fieldSchema(known)]) : [];
}

interface Referring extends Omit<FieldSchema, "properties" | "items" | "anyOf" | "additionalProperties"> {
  $ref?: string;
  properties?: Record<string, Referring>;
  items?: Referring;
  anyOf?: Referring[];
  additionalProperties?: Referring;
}

const DEFINITIONS: Readonly<Record<string, Referring>> = shared.$defs as Record<string, Referring>;

const resolvedDefinitions = new Map<string, FieldSchema>();

/** A shared definition, made once: a flow that names its edge in every node has one schema of an edge. */
function definition(name: string): FieldSchema {
  const known = resolvedDefinitions.get(name);
  if (known) return known;
  const schema = resolved(DEFINITIONS[name] ?? {});
  resolvedDefinitions.set(name, schema);
  return schema;
}

function resolved(schema: Referring): FieldSchema {
  const { $ref, properties, items, anyOf, additionalProperties, ...rest } = schema;
  const target = $ref === undefined ? undefined : definition($ref.slice($ref.lastIndexOf("/") + 1));
  if (target && Object.keys(schema).length === 1) return target;
  return {
    ...target,
    ...rest,
    ...(properties && { properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, resolved(value)])) }),
    ...(items && { items: resolved(items) }),
    ...(anyOf && { anyOf: anyOf.map(resolved) }),
    ...(additionalProperties && { additionalProperties: resolved(additionalProperties) }),
  };
}

function amendmentsOf(kind: FieldKind): PathTree<Amendment> {
  const tree = emptyTree<Amendment>();
  const add = (paths: readonly PathPattern[], amendment: (path: PathPattern) => { path: PathPattern; amend: Amendment }): void => {
    for (const each of paths) {
      if (!isOfKind(each, kind)) continue;
      const { path, amend } = amendment(each);
      plant(tree, { steps: compilePattern(path).steps, value: amend });
    }
  };
  for (const row of NEWER_FIELDS) add(row.paths, (path) => newer(row, path));
  for (const { paths } of NULLABLE_FIELDS) add(paths, (path) => ({ path, amend: allowNull }));
  for (const { paths, range } of RANGES.rows) add(paths, (path) => ({ path, amend: (schema) => ({ ...schema, ...range }) }));
  return tree;
}

/** Where a newer part is added, and how: a field is added to the objects that hold it. */
function newer(row: NewerField, path: PathPattern): { path: PathPattern; amend: Amendment } {
  if ("field" in row) {
    const dot = path.lastIndexOf(".");
    const name = path.slice(dot + 1);
    const amend: Amendment = (holder) =>
      holder.properties && !propertyOf(holder, name) ? { ...holder, properties: { ...holder.properties, [name]: row.field } } : holder;
    return { path: path.slice(0, dot), amend: (schema) => amendMembers(schema, amend) };
  }
  if ("values" in row) {
    const amend: Amendment = (schema) => (schema.enum ? { ...schema, enum: [...new Set([...schema.enum, ...row.values])] } : schema);
    return { path, amend: (schema) => amendMembers(schema, amend) };
  }
  if ("required" in row) {
    const amend: Amendment = (schema) => ({ ...schema, required: [...new Set([...(schema.required ?? []), row.required])] });
    return { path, amend: (schema) => amendMembers(schema, amend) };
  }
  if ("variant" in row) return { path, amend: (schema) => withMembers(schema, [row.variant]) };
  return {
    path,
    amend: (schema) => {
      const others = schemasAt(row.variantsFrom).flatMap(membersOf);
      return withMembers(schema, others.filter((other) => row.types.includes(propertyOf(other, "type")?.const ?? "")));
    },
  };
}

function allowNull(schema: FieldSchema): FieldSchema {
  if (schema.anyOf) return withMembers(schema, [NULL]);
  return schema.type === undefined ? schema : { ...schema, type: [...new Set([schema.type, "null"].flat())] };
}

const NULL: FieldSchema = { type: "null" };

function follow(schema: FieldSchema, step: PatternStep): FieldSchema[] {
  const members = membersOf(schema);
  switch (step.step) {
    case "key":
      return members.flatMap((member) => propertyOf(member, step.name) ?? member.additionalProperties ?? []);
    case "any-key":
      return members.flatMap((member) => [...Object.values(member.properties ?? {}), ...[member.additionalProperties ?? []].flat()]);
    case "item":
      return members.flatMap((member) => member.items ?? []);
    case "where":
      return members.filter((member) => isWhere(member, step));
  }
}
