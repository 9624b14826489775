import type { Fields } from "../retell/schema/schema.ts";
import { isObject } from "../retell/schema/validate.ts";
import { fakeCredential, isCredentialShape } from "./fake-credential.ts";

/** What a value of the corpus can stand for: something that has an id only in an organisation. */
export type ReferenceKind = "agent" | "component" | "knowledge";

/** A reference of the corpus: `{"$agent": "swap-day"}`, `{"$component": …}`, `{"$knowledge": …}`. */
export interface CorpusReference {
  readonly kind: ReferenceKind;
  readonly slug: string;
}

/** A value with its made texts in place, and the credentials among them. */
export interface Expanded {
  readonly value: unknown;
  readonly credentials: readonly string[];
}

/**
 * Puts made texts where the markers stand: `{"$credential": label, "shape": shape, "in": "Bearer {}"}` and
 * `{"$long": "Clause {n}", "times": 400}`, the text so many times with a running number. References stay.
 * Throws for a shape that cannot be made.
 */
export function expand(value: unknown): Expanded {
  const credentials: string[] = [];
  const expanded = transform(value, (node) => {
    const label = node["$credential"];
    if (typeof label === "string") {
      const shape = String(node["shape"]);
      if (!isCredentialShape(shape)) throw new Error(`The credential "${label}" has an unknown shape: ${shape}.`);
      const credential = fakeCredential(label, shape);
      credentials.push(credential);
      return { instead: typeof node["in"] === "string" ? node["in"].split("{}").join(credential) : credential };
    }
    const long = node["$long"];
    if (typeof long !== "string") return undefined;
    const times = Array.from({ length: Number(node["times"]) }, (_, index) => long.split("{n}").join(String(index + 1)));
    return { instead: times.join("\n\n") };
  });
  return { value: expanded, credentials };
}

/** The references in a value, in order, repetitions included. */
export function referencesIn(value: unknown): CorpusReference[] {
  const found: CorpusReference[] = [];
  transform(value, (node) => {
    const reference = referenceOf(node);
    if (reference !== undefined) found.push(reference);
    return undefined;
  });
  return found;
}

/** The value with an id for each reference. */
export function withIds(value: unknown, idOf: (reference: CorpusReference) => string): unknown {
  return transform(value, (node) => {
    const reference = referenceOf(node);
    return reference === undefined ? undefined : { instead: idOf(reference) };
  });
}

function referenceOf(node: Fields): CorpusReference | undefined {
  const [key, ...others] = Object.keys(node);
  if (key === undefined || others.length > 0) return undefined;
  const kind = (["agent", "component", "knowledge"] as const).find((one) => key === `$${one}`);
  const slug = node[key];
  return kind === undefined || typeof slug !== "string" ? undefined : { kind, slug };
}

/** A copy in which `replace` answers for objects; what it does not answer for is copied. */
function transform(value: unknown, replace: (node: Fields) => { readonly instead: unknown } | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => transform(item, replace));
  if (!isObject(value)) return value;
  const replaced = replace(value);
  if (replaced !== undefined) return replaced.instead;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, transform(item, replace)]));
}
