import type { Json, JsonObject } from "../canonical/json.ts";
import type { FieldSchema } from "./field-schema.ts";
import { propertyOf } from "./field-schema.ts";

/** How an object was matched with the object members of a union. */
export type VariantChoice =
  | { readonly found: FieldSchema }
  /** The key that tells the members apart has a value that none of them has. */
  | { readonly unknown: string; readonly key: string; readonly known: readonly string[] }
  /** That key is absent where every member requires it, or it is no string. */
  | { readonly undecided: "missing" | "not-a-string"; readonly key: string; readonly known: readonly string[] };

/**
 * Picks the member of a union that an object is meant to be: by the key that tells the members apart (`type`, `mode`, …), and where
 * several members share a value of it or there is no such key, by the keys that it has in common. `members` holds object schemas only,
 * at least one.
 */
export function chooseVariant(members: readonly FieldSchema[], value: JsonObject): VariantChoice {
  const first = members[0] ?? {};
  if (members.length <= 1) return { found: first };
  const key = discriminatorOf(members);
  if (key === undefined) return { found: mostAlike(members, value) };
  const known = [...new Set(members.flatMap((member) => namesOf(member, key)))];
  const given: Json | undefined = Object.hasOwn(value, key) ? value[key] : undefined;
  if (given === undefined) {
    const lenient = members.filter((member) => !member.required?.includes(key));
    return lenient.length === 0 ? { undecided: "missing", key, known } : { found: mostAlike(lenient, value) };
  }
  if (typeof given !== "string") return { undecided: "not-a-string", key, known };
  const found = members.filter((member) => namesOf(member, key).includes(given));
  return found.length > 0 ? { found: mostAlike(found, value) } : { unknown: given, key, known };
}

/** The key whose value names the member of the union, if there is one: rather one whose every value names one member only. */
export function discriminatorOf(members: readonly FieldSchema[]): string | undefined {
  const candidates = Object.keys(members[0]?.properties ?? {}).filter((key) => members.every((member) => namesOf(member, key).length > 0));
  const exact = candidates.find((key) => {
    const values = members.flatMap((member) => namesOf(member, key));
    return new Set(values).size === values.length;
  });
  return exact ?? candidates.find((key) => new Set(members.map((member) => namesOf(member, key).join("|"))).size > 1);
}

/** The values of a key that a member of a union is known by: its constant, or its known words. */
export function namesOf(member: FieldSchema, key: string): readonly string[] {
  const property = propertyOf(member, key);
  if (property?.const !== undefined) return [property.const];
  return property?.enum?.filter((value) => value !== null) ?? [];
}

function mostAlike(members: readonly FieldSchema[], value: JsonObject): FieldSchema {
  const score = (member: FieldSchema): number => Object.keys(value).filter((key) => propertyOf(member, key)).length;
  return members.reduce((best, member) => (score(member) > score(best) ? member : best));
}
