import type { FieldSchema } from "./field-schema.ts";
import { membersOf, propertyOf } from "./field-schema.ts";
import { stepText } from "./paths.ts";
import type { PathTree, PatternStep } from "./paths.ts";

/** Gives a schema in place of another one; the given one stays as it is. */
export type Amendment = (schema: FieldSchema) => FieldSchema;

/**
 * A schema with all amendments of a tree of places. Only what lies on the way to an amended place is copied; the rest stays shared with
 * the given schema. A place is amended before the places below it, so an amendment may add a field or member that others amend.
 */
export function amendSchema(schema: FieldSchema, tree: PathTree<Amendment>): FieldSchema {
  return amendAt(schema, [tree]);
}

function amendAt(schema: FieldSchema, trees: readonly PathTree<Amendment>[]): FieldSchema {
  const amended = trees.flatMap((tree) => tree.values).reduce((current, amend) => amend(current), schema);
  const ahead = trees.filter((tree) => tree.branches.size > 0);
  return ahead.length === 0 ? amended : amendBelow(amended, ahead);
}

function amendBelow(schema: FieldSchema, trees: readonly PathTree<Amendment>[]): FieldSchema {
  if (schema.anyOf) {
    const anyOf = mapped(schema.anyOf, (member) => amendBelow(member, trees));
    return anyOf === schema.anyOf ? schema : { ...schema, anyOf };
  }
  const conditional = next(trees, (step) => step.step === "where" && isWhere(schema, step));
  // A condition is no step down: what follows it speaks of the same schema.
  if (conditional.length > 0) {
    const others = trees.map((tree) => ({ values: [], branches: new Map([...tree.branches].filter(([, { step }]) => step.step !== "where")) }));
    const amended = conditional.flatMap((tree) => tree.values).reduce((current, amend) => amend(current), schema);
    return amendBelow(amended, [...others, ...conditional]);
  }
  return amendChildren(schema, trees);
}

function amendChildren(schema: FieldSchema, trees: readonly PathTree<Amendment>[]): FieldSchema {
  const changed: Partial<FieldSchema> = {};
  const anyKey = next(trees, (step) => step.step === "any-key");
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const ahead = [...trees.flatMap(({ branches }) => branches.get(stepText({ step: "key", name }))?.next ?? []), ...anyKey];
    const amended = ahead.length === 0 ? property : amendAt(property, ahead);
    if (amended !== property) changed.properties = { ...(changed.properties ?? schema.properties), [name]: amended };
  }
  if (schema.items) {
    const ahead = next(trees, (step) => step.step === "item");
    if (ahead.length > 0) changed.items = amendAt(schema.items, ahead);
  }
  if (schema.additionalProperties && anyKey.length > 0) changed.additionalProperties = amendAt(schema.additionalProperties, anyKey);
  return Object.keys(changed).length === 0 ? schema : { ...schema, ...changed };
}

function next(trees: readonly PathTree<Amendment>[], takes: (step: PatternStep) => boolean): PathTree<Amendment>[] {
  return trees.flatMap((tree) => [...tree.branches.values()].flatMap((branch) => (takes(branch.step) ? [branch.next] : [])));
}

/** Whether a value of this schema may hold that value under that key. */
export function isWhere(schema: FieldSchema, { key, value }: { readonly key: string; readonly value: string }): boolean {
  const property = propertyOf(schema, key);
  return property?.const === value || property?.enum?.includes(value) === true;
}

/** Amends every member of a union, or the schema itself where it is no union. */
export function amendMembers(schema: FieldSchema, amend: Amendment): FieldSchema {
  return schema.anyOf ? { ...schema, anyOf: schema.anyOf.map((member) => amendMembers(member, amend)) } : amend(schema);
}

/** Adds members to a union, each only once; a schema that is no union stays as it is. */
export function withMembers(schema: FieldSchema, members: readonly FieldSchema[]): FieldSchema {
  return schema.anyOf ? { ...schema, anyOf: [...new Set([...schema.anyOf, ...members.flatMap(membersOf)])] } : schema;
}

function mapped<Item>(items: Item[], change: (item: Item) => Item): Item[] {
  const changed = items.map(change);
  return changed.every((item, index) => item === items[index]) ? items : changed;
}
