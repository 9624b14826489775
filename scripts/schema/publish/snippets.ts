import type { Json } from "@retell-actions/core/canonical/json";
import { membersOf, propertyOf, typesOf, type FieldSchema } from "@retell-actions/core/schema/field-schema";

/** Keys that a person reads first, in this order; others follow by name. */
const FIRST = ["type", "id", "name"];

/** The least that the object needs, with a place for the cursor wherever only its author knows the value. */
export function snippetBody(schema: FieldSchema): Json {
  let stops = 0;
  const body = (each: FieldSchema, key: string): Json => {
    const [member = {}] = membersOf(each);
    if (member.const !== undefined) return member.const;
    switch (typesOf(member)[0]) {
      case "string":
        return member.enum?.find((value) => value !== null) ?? `${startOf(key)}$${String(++stops)}`;
      case "number":
        return `^\${${String(++stops)}:${String(member.minimum ?? 0)}}`;
      case "boolean":
        return false;
      case "array":
        return Array.from({ length: member.minItems ?? 0 }, () => body(member.items ?? {}, key));
      default:
        return Object.fromEntries(inOrder(member.required ?? []).map((name) => [name, body(propertyOf(member, name) ?? {}, name)]));
    }
  };
  return body(schema, "");
}

/** What a reference to something of the repository begins with, by the key that holds it. */
export function startOf(key: string): string {
  switch (key) {
    case "agent_id":
      return "agent://";
    case "component_id":
      return "component://";
    case "knowledge_base_ids":
      return "knowledge://";
    case "cal_api_key":
      return "secret://";
    default:
      return "";
  }
}

function inOrder(keys: readonly string[]): string[] {
  const rank = (key: string): number => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length);
  return [...keys].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
