import type { Json } from "@retell-actions/core/canonical/json";
import type { FieldSchema } from "@retell-actions/core/schema/field-schema";
import { NAME_PATTERN } from "@retell-actions/core/schema/ranges";

/** What an editor shows of a field: Retell's own sentence, what the value may be, and what Retell uses without it. */
export function describeField(from: { readonly said: string | undefined; readonly limits: FieldSchema; readonly fallback: Json | undefined }): string | undefined {
  const sentences = [
    from.said === undefined || /[.!?…]$/.test(from.said) ? from.said : `${from.said}.`,
    ...limitSentences(from.limits),
    from.fallback === undefined ? undefined : `Default: ${JSON.stringify(from.fallback)}.`,
  ];
  return sentences.filter((sentence) => sentence !== undefined && sentence !== "").join(" ") || undefined;
}

function limitSentences(schema: FieldSchema): string[] {
  if (schema.pattern === NAME_PATTERN) return ["1 to 64 characters of a-z, A-Z, 0-9, _ and -."];
  const number = numberSentence(schema);
  return [
    ...(number === undefined ? [] : [number]),
    ...(between(schema.minLength, schema.maxLength, "character") ?? []),
    ...(between(schema.minItems, schema.maxItems, "item") ?? []),
  ];
}

function numberSentence({ minimum, exclusiveMinimum, maximum, multipleOf }: FieldSchema): string | undefined {
  const noun = multipleOf === 1 ? "A whole number" : "";
  const bounds =
    minimum !== undefined && maximum !== undefined
      ? `from ${String(minimum)} to ${String(maximum)}`
      : exclusiveMinimum !== undefined
        ? `more than ${String(exclusiveMinimum)}`
        : minimum !== undefined
          ? `at least ${String(minimum)}`
          : maximum !== undefined
            ? `at most ${String(maximum)}`
            : "";
  const text = [noun, bounds].filter((part) => part !== "").join(" ");
  return text === "" ? undefined : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function between(least: number | undefined, most: number | undefined, noun: string): string[] | undefined {
  if (least === undefined && most === undefined) return undefined;
  const count = most ?? least ?? 0;
  const words = `${noun}${count === 1 ? "" : "s"}`;
  if (least !== undefined && most !== undefined) return [`${String(least)} to ${String(most)} ${words}.`];
  return [`${least === undefined ? "At most" : "At least"} ${String(count)} ${words}.`];
}
