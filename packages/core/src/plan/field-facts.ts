import { fieldKindOf } from "../canonical/canonical-form.ts";
import type { Content, Part } from "../canonical/content.ts";
import type { Json } from "../canonical/json.ts";
import type { FieldFacts } from "../diff/equality.ts";
import type { FieldPath } from "../diff/field-path.ts";
import { documentedDefault } from "../schema/defaults.ts";
import type { FieldKind } from "../schema/field-schema.ts";
import { isKnownField, isNullable } from "../schema/known-fields.ts";
import { isLayoutField } from "../schema/layout-fields.ts";
import { listIdentity } from "../schema/named-lists.ts";
import { currentValue } from "../schema/retired-values.ts";

/**
 * The tables of `schema/` as the comparison asks them. `roots` are versions of the agent at hand: what a field means can
 * depend on the values beside it (a tool's `type`), so the first root that has the field decides.
 */
export function fieldFacts(roots: readonly (Content | undefined)[]): FieldFacts {
  const places = (path: FieldPath) => {
    const [part, ...rest] = path.map((step) => (typeof step === "string" ? step : step.item));
    const documents = roots.map((root) => root?.[part as Part]).filter((root) => root !== undefined);
    return (documents.length === 0 ? [undefined] : documents).map((root) => ({ kind: fieldKindOf(part as Part, root), path: rest, root }));
  };
  return {
    isKnown: (path) => path.length < 2 || places(path).some(isKnownField),
    defaultOf: (path) => firstDefined(places(path), (place) => documentedDefault(place)?.value),
    isNullable: (path) => places(path).some(isNullable),
    isIdSet: (path) => places(path).some((place) => listIdentity(place)?.by === "value"),
    isLayout: (path) => places(path).some(isLayoutField),
    successorOf: (path, value) => successor(places(path)[0], value),
  };
}

function firstDefined<A, B>(items: readonly A[], ask: (item: A) => B | undefined): B | undefined {
  for (const item of items) {
    const answer = ask(item);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

function successor(place: { kind: FieldKind; path: string[]; root: Json | undefined } | undefined, value: Json): Json | undefined {
  if (place === undefined || typeof value !== "string") return undefined;
  const current = currentValue({ ...place, value });
  return current === value ? undefined : current;
}
