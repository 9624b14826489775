import type { Json } from "@retell-actions/core/canonical/json";
import type { FieldFacts } from "@retell-actions/core/diff/equality";
import { formatPath } from "@retell-actions/core/diff/field-path";

/** Facts by the text of the path, for tests that bring their own tables; what is not said is known, plain and not nullable. */
export function factsOf(
  told: {
    readonly unknown?: readonly string[];
    readonly nullable?: readonly string[];
    readonly layout?: readonly string[];
    readonly sets?: readonly string[];
    readonly defaults?: Readonly<Record<string, Json>>;
    readonly successors?: Readonly<Record<string, string>>;
  } = {},
): FieldFacts {
  return {
    isKnown: (path) => told.unknown?.includes(formatPath(path)) !== true,
    isNullable: (path) => told.nullable?.includes(formatPath(path)) === true,
    isLayout: (path) => told.layout?.includes(formatPath(path)) === true,
    isIdSet: (path) => told.sets?.includes(formatPath(path)) === true,
    defaultOf: (path) => told.defaults?.[formatPath(path)],
    successorOf: (_path, value) => (typeof value === "string" ? told.successors?.[value] : undefined),
  };
}
