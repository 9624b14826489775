import fc from "fast-check";
import { FRAGMENTS, KEYS, SCALARS } from "./hostile.ts";

/** Any text: words of the parser, hostile runs and characters of all kinds, joined. */
export function anyText(words: readonly string[]): fc.Arbitrary<string> {
  const word = words.length === 0 ? fc.constant("a") : fc.constantFrom(...words);
  const piece = fc.oneof({ weight: 8, arbitrary: word }, { weight: 2, arbitrary: fc.constantFrom(...FRAGMENTS) }, { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 6 }) }, { weight: 2, arbitrary: fc.constantFrom(" ", "\n", "a", "1") });
  return fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(""));
}

/** A JSON string, escaped one way or the other. */
export function stringText(words: readonly string[]): fc.Arbitrary<string> {
  return fc.tuple(anyText(words), fc.boolean()).map(([text, escaped]) => (escaped ? JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`) : JSON.stringify(text)));
}

/** Any JSON as text, with keys that stand twice and scalars that are no JSON among it. */
export function jsonText(words: readonly string[]): fc.Arbitrary<string> {
  const scalar = fc.oneof(fc.constantFrom(...SCALARS), word(words), stringText(words), fc.double().map(String));
  return fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: false },
      { weight: 3, arbitrary: scalar },
      { weight: 1, arbitrary: fc.array(tie("value"), { maxLength: 4 }).map((items) => `[${items.join(",")}]`) },
      { weight: 2, arbitrary: fc.array(fc.tuple(keyText(words), tie("value")), { maxLength: 5 }).map((members) => `{${members.map(([key, value]) => `${key}:${value}`).join(",")}}`) },
    ),
  })).value;
}

function word(words: readonly string[]): fc.Arbitrary<string> {
  return (words.length === 0 ? fc.constant("a") : fc.constantFrom(...words)).map((text) => JSON.stringify(text));
}

function keyText(words: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof({ weight: 3, arbitrary: word(words) }, { weight: 1, arbitrary: fc.constantFrom(...KEYS).map((key) => JSON.stringify(key)) });
}

/** Fields by name, each as JSON text. */
export type FieldTexts = Readonly<Record<string, fc.Arbitrary<string>>>;

/** An object whose fields are there and right most of the time; now and then one is missing, of another type, twice, or strange. */
export function objectText(fields: FieldTexts, words: readonly string[] = Object.keys(fields)): fc.Arbitrary<string> {
  const any = jsonText(words);
  const members = Object.entries(fields).map(([key, value]) =>
    fc.oneof(
      { weight: 60, arbitrary: value.map((text) => [`${JSON.stringify(key)}: ${text}`]) },
      { weight: 2, arbitrary: fc.constant<string[]>([]) },
      { weight: 1, arbitrary: any.map((text) => [`${JSON.stringify(key)}: ${text}`]) },
    ),
  );
  const extra = fc.oneof({ weight: 9, arbitrary: fc.constant<string[]>([]) }, { weight: 1, arbitrary: fc.tuple(keyText(words), any).map(([key, value]) => [`${key}: ${value}`]) });
  return fc.tuple(fc.tuple(...members), extra, fc.constantFrom(", ", ",\n  ", ",\r\n")).map(([parts, more, comma]) => `{${[...parts.flat(), ...more].join(comma)}}`);
}

/** A list of texts of JSON. */
export function listText(item: fc.Arbitrary<string>, maxLength = 3): fc.Arbitrary<string> {
  return fc.array(item, { maxLength }).map((items) => `[${items.join(", ")}]`);
}

/** One of these values, as JSON text. */
export function oneOf(...values: readonly unknown[]): fc.Arbitrary<string> {
  return fc.constantFrom(...values.map((value) => JSON.stringify(value)));
}
