import fc from "fast-check";
import type { Content } from "@retell-actions/core/canonical/content";
import type { Json, JsonObject } from "@retell-actions/core/canonical/json";

const names = ["alpha", "beta", "gamma", "x y", "constructor", "__proto__"];

/** JSON as it comes from `JSON.parse`: `__proto__` is a key like any other. */
function parsed(entries: readonly (readonly [string, Json])[]): JsonObject {
  const unique = [...new Map(entries)];
  return JSON.parse(`{${unique.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`) as JsonObject;
}

const scalar: fc.Arbitrary<Json> = fc.constantFrom<Json>(0, 1, true, false, "", "a", "b", null, "secret://NAME", "agent://other");
const small = (depth: number): fc.Arbitrary<Json> =>
  depth === 0
    ? scalar
    : fc.oneof(
        { weight: 3, arbitrary: scalar },
        { weight: 1, arbitrary: fc.array(scalar, { maxLength: 2 }) },
        { weight: 2, arbitrary: fc.array(fc.tuple(fc.constantFrom(...names), small(depth - 1)), { maxLength: 3 }).map(parsed) },
      );

const tool = fc
  .record({ name: fc.constantFrom(...names), url: fc.option(fc.constantFrom("u", "v"), { nil: undefined }), headers: fc.option(small(1), { nil: undefined }) })
  .map(({ name, url, headers }) =>
    parsed([
      ["name", name],
      ...(url === undefined ? [] : [["url", url] as const]),
      ...(headers === undefined ? [] : [["headers", headers] as const]),
    ]),
  );
/** Mostly readable as a named list; sometimes with a name twice, or with an item that is no object. */
const tools = fc.oneof(
  { weight: 6, arbitrary: fc.uniqueArray(tool, { maxLength: 3, selector: (item) => item["name"] }) },
  { weight: 1, arbitrary: fc.array(fc.oneof(tool, fc.constant<Json>("odd")), { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constant<Json>(null) },
);

const fields = (keys: Readonly<Record<string, fc.Arbitrary<Json>>>): fc.Arbitrary<JsonObject> =>
  fc.record(Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, fc.option(value, { nil: undefined })]))).map((record) =>
    parsed(Object.entries(record).flatMap(([key, value]) => (value === undefined ? [] : [[key, value as Json] as const]))),
  );

/** Small contents over few keys, so that two of them often meet: scalars, objects, named lists, a set of ids. */
export const contentArbitrary: fc.Arbitrary<Content> = fc.record({
  agent: fields({ volume: scalar, nested: small(2), list: fc.array(scalar, { maxLength: 2 }) }),
  llm: fields({
    general_prompt: fc.constantFrom("p", "q"),
    general_tools: tools,
    knowledge_base_ids: fc.array(fc.constantFrom("k1", "k2", "k3"), { maxLength: 3 }),
    states: fc.uniqueArray(
      fc.record({ name: fc.constantFrom("s1", "s2"), tools }).map(({ name, tools: list }): JsonObject => ({ name, tools: list })),
      { maxLength: 2, selector: (state) => state["name"] },
    ),
  }),
});

/** The same content with arrays of named things in another order; everything else stays. */
export function reversedLists(value: Json): Json {
  if (Array.isArray(value)) {
    const names = value.map((item) => (typeof item === "object" && item !== null && !Array.isArray(item) ? item["name"] : undefined));
    const items = value.map(reversedLists);
    return names.every((name) => typeof name === "string") && new Set(names).size === names.length ? items.reverse() : items;
  }
  if (typeof value !== "object" || value === null) return value;
  return parsed(Object.entries(value).map(([key, field]) => [key, reversedLists(field)] as const));
}
