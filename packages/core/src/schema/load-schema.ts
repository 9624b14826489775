import type { FieldKind, FieldSchema } from "./field-schema.ts";
import { membersOf, propertyOf } from "./field-schema.ts";
import agent from "./generated/agent.json" with { type: "json" };
import llm from "./generated/llm.json" with { type: "json" };
import { NEWER_FIELDS } from "./newer-fields.ts";
import type { NewerField } from "./newer-fields.ts";
import { NULLABLE_FIELDS } from "./nullable-fields.ts";
import { compilePattern } from "./paths.ts";
import type { PathPattern, PatternStep } from "./paths.ts";
import { RANGES } from "./ranges.ts";

type Schemas = Readonly<Record<FieldKind, FieldSchema>>;

let loaded: Schemas | undefined;

/**
 * All that the suite knows of the fields of an agent or an LLM: the SDK's types, the newer fields and the documented ranges in one
 * schema. Built at the first call and shared; callers must not change it.
 */
export function fieldSchema(kind: FieldKind): FieldSchema {
  loaded ??= build();
  return loaded[kind];
}

/** The schemas at a pattern's place: several where a union leaves it open. Empty if the schema has no such place. */
export function schemasAt(pattern: PathPattern): FieldSchema[] {
  return find({ agent: fieldSchema("agent"), llm: fieldSchema("llm") }, pattern);
}

function build(): Schemas {
  const schemas: Schemas = { agent: resolveReferences(agent as Referring), llm: resolveReferences(llm as Referring) };
  for (const row of NEWER_FIELDS) for (const path of row.paths) addNewer(schemas, { path, row });
  for (const { paths } of NULLABLE_FIELDS) {
    for (const path of paths) for (const schema of find(schemas, path)) allowNull(schema);
  }
  for (const { paths, range } of RANGES.rows) {
    for (const path of paths) for (const schema of find(schemas, path)) Object.assign(schema, range);
  }
  return schemas;
}

interface Referring extends Omit<FieldSchema, "properties" | "items" | "anyOf" | "additionalProperties"> {
  $ref?: string;
  $defs?: Record<string, Referring>;
  properties?: Record<string, Referring>;
  items?: Referring;
  anyOf?: Referring[];
  additionalProperties?: Referring;
}

/** Replaces every reference by a copy of its own, so that what is added to one place does not appear in another. */
function resolveReferences(root: Referring): FieldSchema {
  const defs = root.$defs ?? {};
  const resolve = (schema: Referring): FieldSchema => {
    const { $ref, $defs: _defs, properties, items, anyOf, additionalProperties, ...rest } = schema;
    const target = $ref === undefined ? undefined : defs[$ref.slice("#/$defs/".length)];
    return {
      ...(target && resolve(target)),
      ...rest,
      ...(rest.enum && { enum: [...rest.enum] }),
      ...(properties && { properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, resolve(value)])) }),
      ...(items && { items: resolve(items) }),
      ...(anyOf && { anyOf: anyOf.map(resolve) }),
      ...(additionalProperties && { additionalProperties: resolve(additionalProperties) }),
    };
  };
  return resolve(root);
}

function addNewer(schemas: Schemas, { path, row }: { path: PathPattern; row: NewerField }): void {
  if ("field" in row) {
    const dot = path.lastIndexOf(".");
    const name = path.slice(dot + 1);
    for (const schema of find(schemas, path.slice(0, dot))) {
      for (const member of membersOf(schema)) if (member.properties) member.properties[name] ??= structuredClone(row.field);
    }
    return;
  }
  for (const schema of find(schemas, path)) {
    if ("values" in row) {
      for (const member of membersOf(schema)) if (member.enum) member.enum = [...new Set([...member.enum, ...row.values])];
    } else if ("variant" in row) {
      schema.anyOf?.push(structuredClone(row.variant));
    } else {
      const others = find(schemas, row.variantsFrom).flatMap(membersOf);
      const wanted = others.filter((other) => row.types.includes(propertyOf(other, "type")?.const ?? ""));
      schema.anyOf?.push(...wanted.map((member) => structuredClone(member)));
    }
  }
}

function allowNull(schema: FieldSchema): void {
  if (schema.anyOf) schema.anyOf.push({ type: "null" });
  else if (schema.type !== undefined) schema.type = [...new Set([schema.type, "null"].flat())];
}

function find(schemas: Schemas, pattern: PathPattern): FieldSchema[] {
  const { kind, steps } = compilePattern(pattern);
  if (kind !== "agent" && kind !== "llm") return [];
  return steps.reduce<FieldSchema[]>((at, step) => at.flatMap((schema) => follow(schema, step)), [schemas[kind]]);
}

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
      return members.filter((member) => {
        const property = propertyOf(member, step.key);
        return property?.const === step.value || property?.enum?.includes(step.value) === true;
      });
  }
}
