import { isJsonObject } from "../canonical/json.ts";
import type { Baseline } from "./classify.ts";
import { equalInEffect, type FieldFacts } from "./equality.ts";
import { formatPath } from "./field-path.ts";
import { walkLeaves } from "./walk.ts";

/**
 * Names of fields that were sent and of which Retell's answer has nothing: misspelled, or of another API than this
 * workspace's (Retell drops unknown keys without a word; field reports). A field whose default was sent is no such one,
 * nor is an empty list or object.
 */
export function notKeptFields({ sent, seen }: Baseline, facts: FieldFacts): string[] {
  return walkLeaves({ sent, seen }).flatMap(({ path, values }) => {
    if (values.sent === undefined || values.seen !== undefined || isEmpty(values.sent)) return [];
    return equalInEffect(facts, path, values.sent, undefined) ? [] : [formatPath(path)];
  });
}

function isEmpty(value: unknown): boolean {
  return value === null || (Array.isArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0);
}
