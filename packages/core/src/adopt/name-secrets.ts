import { holdsFingerprint } from "../canonical/fingerprint.ts";
import { isJsonObject, objectFrom, type Json } from "../canonical/json.ts";
import type { FieldPath } from "../diff/field-path.ts";

/** A value without credentials: `secret://NAME` where one was, and those names. */
export interface WithoutCredentials {
  readonly value: Json;
  readonly names: readonly string[];
}

/** Gives every credential that was typed into the console the name of a secret to be created. */
export type NameSecrets = (field: { readonly agent: string; readonly path: FieldPath; readonly live: Json }) => WithoutCredentials;

/**
 * Names made of agent, item and field, such as `SALES_CRM_AUTHORIZATION`; none of `taken`, and the same credential has the
 * same name everywhere. A text that holds a credential becomes the secret as a whole, since references are whole values.
 */
export function nameSecrets(taken: Iterable<string>): NameSecrets {
  const used = new Set(taken);
  const byText = new Map<string, string>();
  return ({ agent, path, live }) => {
    const names = new Set<string>();
    const replace = (value: Json): Json => {
      if (Array.isArray(value)) return value.map(replace);
      if (isJsonObject(value)) return objectFrom(Object.entries(value).map(([key, item]) => [key, replace(item)] as const));
      if (typeof value !== "string" || !holdsFingerprint(value)) return value;
      const name = byText.get(value) ?? freeName(proposedName(agent, path), used);
      byText.set(value, name);
      used.add(name);
      names.add(name);
      return `secret://${name}`;
    };
    return { value: replace(live), names: [...names] };
  };
}

/** A name for the secret of one field: agent, items on the way, and key. */
export function proposedName(agent: string, path: FieldPath): string {
  const words = [agent, ...path.flatMap((step) => (typeof step === "string" ? [] : [step.item])), path.findLast((step) => typeof step === "string") ?? ""];
  const name = words
    .map((word) => word.toUpperCase().replace(/[^A-Z0-9]+/g, "_").replace(/^_+|_+$/g, ""))
    .filter((word) => word !== "")
    .join("_");
  return /^[A-Z]/.test(name) ? name : `AGENT_${name}`;
}

/** The name itself, or with a number behind it that is not used yet. */
export function freeName(name: string, used: { has(name: string): boolean }): string {
  let free = name;
  for (let count = 2; used.has(free); count += 1) free = `${name}_${count}`;
  return free;
}
