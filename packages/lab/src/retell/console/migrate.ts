import type { OrganizationData } from "../data.ts";
import type { Fields } from "../schema/schema.ts";
import { isObject } from "../schema/validate.ts";

/**
 * Replaces a value in every version of every agent and engine, and in components: at the top level, and wherever a model
 * is chosen inside. Returns how many of them changed.
 */
export function migrate(data: OrganizationData, from: unknown, to: unknown): number {
  const versioned = [...data.agents.values(), ...data.engines.values()].flatMap(({ versions }) => versions);
  let changed = 0;
  for (const one of [...versioned, ...data.components.values()]) {
    const before = JSON.stringify(one.fields);
    one.fields = Object.fromEntries(
      Object.entries(one.fields).map(([key, value]) => [key, value === from ? structuredClone(to) : withChosen(value, key, { from, to })]),
    );
    if (JSON.stringify(one.fields) !== before) changed += 1;
  }
  return changed;
}

/** The value with the models of every `model_choice` in it replaced. */
function withChosen(value: unknown, key: string, change: { from: unknown; to: unknown }): unknown {
  if (Array.isArray(value)) return value.map((item) => withChosen(item, "", change));
  if (!isObject(value)) return value;
  const inside: Fields = Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withChosen(item, name, change)]));
  return key === "model_choice" && inside["model"] === change.from ? { ...inside, model: structuredClone(change.to) } : inside;
}
