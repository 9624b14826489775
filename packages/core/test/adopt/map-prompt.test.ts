import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { cutPrompt, mapPieces } from "@retell-actions/core/adopt/map-prompt";
import { buildPrompt } from "@retell-actions/core/prompt/build-prompt";

const variables = { name: "Ann", firm: "Acme Inc.", none: "", lines: "one\ntwo" };

function build(texts: readonly string[], values: Readonly<Record<string, string>> = variables): string {
  return buildPrompt({
    pieces: texts.map((text) => ({ text, origin: { kind: "inline", file: "", pointer: "", offset: 0 } as const })),
    variables: new Map(Object.entries(values).map(([name, value]) => [name, { value, file: "", pointer: "" }])),
    sections: [],
  }).prompt.text;
}

/** The pieces that are left after the console's edit; or the fault. */
function mapped(texts: readonly string[], live: string, values: Readonly<Record<string, string>> = variables): string[] | string {
  const edit = { pieces: texts.map((text, index) => ({ section: texts.length === 1 ? undefined : `s${index}`, text })), variables: new Map(Object.entries(values)) };
  const cut = cutPrompt({ ...edit, live });
  if ("fault" in cut) return cut.fault;
  const result = mapPieces({ ...edit, wanted: cut.wanted });
  return "fault" in result ? result.fault : cut.order.map((index) => result.texts.get(index) ?? texts[index] ?? "");
}

describe("an edited prompt goes back to its pieces", () => {
  test.each<[string, string[], string, string[]]>([
    ["nothing changed", ["Hi {{name}}", "Bye"], "Hi Ann\n\nBye", ["Hi {{name}}", "Bye"]],
    ["one word", ["Hi {{name}}", "Bye"], "Hello Ann\n\nBye", ["Hello {{name}}", "Bye"]],
    ["several pieces", ["Hi {{name}}", "Middle", "Bye {{firm}}"], "Hey Ann\n\nMiddle\n\nBye bye Acme Inc.", ["Hey {{name}}", "Middle", "Bye bye {{firm}}"]],
    ["blanks in a tag stay", ["Hi {{ name }} x"], "Hi Ann y", ["Hi {{ name }} y"]],
    ["text before and after a tag", ["{{name}}"], "Dear Ann, hi", ["Dear {{name}}, hi"]],
    ["an edited value becomes text", ["Hi {{name}} of {{firm}}"], "Hi Bob of Acme Inc.", ["Hi Bob of {{firm}}"]],
    ["a longer word is not the value", ["Hi {{name}}"], "Hi Anna", ["Hi Anna"]],
    ["half of a value", ["At {{firm}} now"], "At Acme now", ["At Acme now"]],
    ["a value over lines", ["a {{lines}} b"], "a one\ntwo c", ["a {{lines}} c"]],
    ["a variable without text", ["a{{none}} b"], "a c", ["a{{none}} c"]],
    ["two tags side by side", ["{{firm}}{{name}} x"], "Acme Inc.Ann y", ["{{firm}}{{name}} y"]],
    ["a paragraph between two pieces", ["A", "B"], "A\n\nNew\n\nB", ["A", "New\n\nB"]],
    ["a paragraph at the end", ["A", "B"], "A\n\nB\n\nNew", ["A", "B\n\nNew"]],
    ["a piece that loses its own blank line", ["A\n", "B"], "A\n\nB", ["A", "B"]],
    ["a line at the end of a piece", ["A", "B"], "A\nNew\n\nB", ["A\nNew", "B"]],
    ["a line at the start of a piece", ["A", "B"], "A\n\nNew\nB", ["A", "New\nB"]],
    ["a paragraph in the middle of a piece", ["A\n\nB", "C"], "A\n\nX\n\nB\n\nC", ["A\n\nX\n\nB", "C"]],
    ["a piece with other text altogether", ["A", "B", "C"], "A\n\nEntirely other\n\nC", ["A", "Entirely other", "C"]],
    ["a piece emptied, its blank lines left", ["A", "B", "C"], "A\n\n\n\nC", ["A", "", "C"]],
    ["an empty piece filled", ["A", "", "C"], "A\n\nB\n\nC", ["A", "B", "C"]],
    ["an empty first piece", ["", "B"], "\n\nC", ["", "C"]],
    ["blank lines doubled", ["A", "B"], "A\n\n\nB", ["A", "\nB"]],
    ["a run-time tag stays as it is", ["Hi {{user_number}} x"], "Hi {{user_number}} y", ["Hi {{user_number}} y"]],
    ["all of it", ["A"], "", [""]],
    ["a section taken out in the middle", ["A", "B", "C"], "A\n\nC", ["A", "C"]],
    ["a section taken out at the start", ["A", "B {{name}}", "C"], "B Ann\n\nC", ["B {{name}}", "C"]],
    ["a section taken out at the end, another edited", ["You sell.", "B", "C"], "You sell more.\n\nB", ["You sell more.", "B"]],
    ["several sections taken out", ["A", "B\n\nB2", "C", "D"], "A\n\nD", ["A", "D"]],
    ["an empty section taken out", ["A", "", "C"], "A\n\nC", ["A", "C"]],
    ["one of two alike taken out", ["A", "B", "A"], "A\n\nB", ["A", "B"]],
    ["every line edited, and a paragraph added to the first piece", ["Be kind and brief.\n\nAsk for names.", "Say goodbye now."], "Be kind and short.\n\nNever lie.\n\nAsk for their names.\n\nSay goodbye then.", ["Be kind and short.\n\nNever lie.\n\nAsk for their names.", "Say goodbye then."]],
    ["two sections swapped", ["A", "B"], "B\n\nA", ["B", "A"]],
    ["a script without blanks between words", ["我是{{name}}的助手。请说。"], "我是Ann的助理。请说。", ["我是{{name}}的助理。请说。"]],
    ["characters that are put together", ["{{name}} 👩‍👩‍👧 e\u0301 x"], "Ann 👩‍👧 e\u0300 x", ["{{name}} 👩‍👧 e\u0300 x"]],
    ["text from right to left", ["שלום {{name}}, מה שלומך"], "שלום Ann, מה נשמע", ["שלום {{name}}, מה נשמע"]],
  ])("%s", (_, texts, live, expected) => {
    expect(mapped(texts, live)).toEqual(expected);
    expect(build(expected)).toBe(live);
  });

  test.each<[string, string[], string, RegExp]>([
    ["a lost blank line", ["A", "B"], "A\nB", /blank line between the sections "s0" and "s1"/],
    ["everything gone", ["A", "B"], "", /nothing is left/],
    ["fewer paragraphs, and none that was there", ["A", "B", "C"], "X\n\nY", /blank line between the sections "s1" and "s2"/],
    ["a typed tag", ["A"], "A {{name}}", /tag \{\{name\}\}/],
  ])("%s is a fault", (_, texts, live, fault) => {
    expect(mapped(texts, live)).toMatch(fault);
  });
});

const line = fc.constantFrom("", "Be kind.", "Hi {{name}},", "{{ firm }} sells", "x{{none}}y", "{{lines}}", "{{first_name}}", "Ann", "a b c", "{", "}}", "$& ä 😀");
const piece = fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => lines.join("\n"));
const pieces = fc.array(piece, { minLength: 1, maxLength: 4 });
const typed = fc.constantFrom("", "new", "\n", "\n\n", " ", "Ann", "Acme", "{{name}}", "{{x}}", "{", "two words");

/** A text after some replacements at random places. */
function typedInto(text: string): fc.Arbitrary<string> {
  return fc
    .array(fc.record({ at: fc.nat(text.length), length: fc.nat(6), by: typed }), { minLength: 1, maxLength: 3 })
    .map((edits) => edits.reduce((now, { at, length, by }) => now.slice(0, at) + by + now.slice(at + length), text));
}

test("what was inserted beside a text that others use goes to the neighbour that nobody else uses", () => {
  const wanted = (live: string, free: readonly boolean[]) => cutPrompt({ pieces: ["A", "B", "C"].map((text, index) => ({ section: text, text, isFree: free[index] ?? true })), variables: new Map(), live });
  expect(wanted("A\n\nNew\n\nB\n\nC", [true, false, true])).toMatchObject({ wanted: ["A\n\nNew", "B", "C"] });
  expect(wanted("A\n\nB\n\nNew\n\nC", [true, false, true])).toMatchObject({ wanted: ["A", "B", "New\n\nC"] });
  expect(wanted("A\n\nNew\n\nB\n\nC", [false, false, true])).toMatchObject({ wanted: ["A", "New\n\nB", "C"] });
});

describe("any edit of any prompt", () => {
  test("is mapped exactly, or told", () => {
    let exact = 0;
    fc.assert(
      fc.property(pieces.chain((texts) => fc.tuple(fc.constant(texts), typedInto(build(texts)))), ([texts, live]) => {
        const result = mapped(texts, live);
        if (typeof result === "string") return;
        exact += 1;
        expect(build(result)).toBe(live);
      }),
      { numRuns: 3_000 },
    );
    // A mapper that gave up on everything would pass above.
    expect(exact).toBeGreaterThan(1_500);
  });

  test("inside of one piece, and without a variable's name, is always mapped to that piece or shows the same text", () => {
    const scene = pieces.chain((texts) => fc.tuple(fc.constant(texts), fc.nat(texts.length - 1))).chain(([texts, index]) => {
      const before = texts.slice(0, index).map((text) => build([text]));
      const after = texts.slice(index + 1).map((text) => build([text]));
      return typedInto(build([texts[index] ?? ""]))
        .filter((text) => !/\{\{\s*(?:name|firm|none|lines)/.test(text) && !text.endsWith("\n") && !text.startsWith("\n"))
        .map((text) => ({ texts, live: [...before, text, ...after].join("\n\n") }));
    });
    fc.assert(
      fc.property(scene, ({ texts, live }) => {
        const result = mapped(texts, live);
        if (typeof result === "string") throw new Error(result);
        expect(build(result)).toBe(live);
      }),
      { numRuns: 2_000 },
    );
  });

  test("a word changed far from a tag keeps the tag", () => {
    const scene = fc.record({ before: fc.array(fc.constantFrom("alpha", "beta"), { minLength: 1, maxLength: 5 }), after: fc.array(fc.constantFrom<string>("gamma", "delta"), { minLength: 2, maxLength: 5 }), tag: fc.constantFrom("{{name}}", "{{ firm }}", "{{lines}}") });
    fc.assert(
      fc.property(scene, ({ before, after, tag }) => {
        const text = [...before, tag, ...after].join(" ");
        const now = [...before, tag, ...after.with(-1, "changed")].join(" ");
        expect(mapped([text], build([now]))).toEqual([now]);
      }),
    );
  });
});

describe("a paragraph between two sections", () => {
  const cut = (live: string) => cutPrompt({ pieces: [{ section: "steps", text: "# Steps\nBook it." }, { section: "closing", text: "# Closing\nSay goodbye." }], variables: new Map(), live });

  test("belongs to the one before, where the next begins with a heading of its own", () => {
    expect(cut("# Steps\nBook it.\n\nIf it is taken, offer another.\n\n# Closing\nSay goodbye.")).toMatchObject({ wanted: ["# Steps\nBook it.\n\nIf it is taken, offer another.", "# Closing\nSay goodbye."] });
  });

  test("with a heading too, it stays above the next", () => {
    expect(cut("# Steps\nBook it.\n\n# More\nAsk.\n\n# Closing\nSay goodbye.")).toMatchObject({ wanted: ["# Steps\nBook it.", "# More\nAsk.\n\n# Closing\nSay goodbye."] });
  });
});
