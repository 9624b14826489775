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
 * Picks the member of a union that an object is meant to be: by the key that tells the members apart (`type`, `mode`, …), else by
 * the keys that it has in common. `members` holds object schemas only, at least one.
 */
export function chooseVariant(members: readonly FieldSchema[], value: JsonObject): VariantChoice {
  const first = members[0] ?? {};
  if (members.length <= 1) return { found: first };
  const key = discriminatorOf(members);
  if (key === undefined) return { found: mostAlike(members, value) };
  const known = members.map((member) => propertyOf(member, key)?.const ?? "");
  const given: Json | undefined = Object.hasOwn(value, key) ? value[key] : undefined;
  if (given === undefined) {
    const lenient = members.filter((member) => !member.required?.includes(key));
    return lenient.length === 0 ? { undecided: "missing", key, known } : { found: mostAlike(lenient, value) };
  }
  if (typeof given !== "string") return { undecided: "not-a-string", key, known };
  const found = members.find((member) => propertyOf(member, key)?.const === given);
  return found ? { found } : { unknown: given, key, known };
}

/** The key whose value names the member of the union, if there is one. */
export function discriminatorOf(members: readonly FieldSchema[]): string | undefined {
  const candidates = Object.keys(members[0]?.properties ?? {});
  return candidates.find((key) => {
    const values = members.map((member) => propertyOf(member, key)?.const);
    return values.every((value) => value !== undefined) && new Set(values).size === members.length;
  });
}

function mostAlike(members: readonly FieldSchema[], value: JsonObject): FieldSchema {
  const score = (member: FieldSchema): number => Object.keys(value).filter((key) => propertyOf(member, key)).length;
  return members.reduce((best, member) => (score(member) > score(best) ? member : best));
}
