import type { PublishedSchema } from "./published-schema.ts";

/**
 * One object schema for an object that may be any of several: all their fields, each with what every one of them says of it, else with
 * the choice. Nothing is required.
 */
export function mergeBodies(bodies: readonly PublishedSchema[]): PublishedSchema {
  const found = new Map<string, PublishedSchema[]>();
  for (const body of bodies) {
    for (const [key, schema] of Object.entries(body.properties ?? {})) if (schema !== false) found.set(key, [...(found.get(key) ?? []), schema]);
  }
  return { properties: Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, schemas]) => [key, mergeFields(schemas)])) };
}

function mergeFields(schemas: readonly PublishedSchema[]): PublishedSchema {
  const current = schemas.filter(({ deprecationMessage }) => deprecationMessage === undefined);
  const distinct = new Map((current.length > 0 ? current : schemas).map((schema) => [JSON.stringify(withoutWords(schema)), schema]));
  const [first = {}, ...others] = distinct.values();
  if (others.length === 0) return first;
  const types = new Set([first, ...others].map(({ type }) => JSON.stringify(type)));
  return {
    ...(first.description !== undefined && { description: first.description }),
    // What an editor writes behind a key depends on the type that stands beside its description.
    ...(types.size === 1 && first.type !== undefined && { type: first.type }),
    anyOf: [first, ...others].map(withoutWords),
  };
}

function withoutWords({ description: _description, default: _default, ...rest }: PublishedSchema): PublishedSchema {
  return rest;
}
