import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { buildPrompt, SEPARATOR, type PromptPiece, type PromptVariable } from "@retell-actions/core/prompt/build-prompt";
import { findTags } from "@retell-actions/core/prompt/tags";

const inline = (text: string): PromptPiece => ({ text, origin: { kind: "inline", file: "agent.json", pointer: "/p", offset: 0 } });
const variables = (values: Readonly<Record<string, string>>): Map<string, PromptVariable> =>
  new Map(Object.entries(values).map(([name, value]) => [name, { value, file: "agent.json", pointer: `/v/${name}` }]));
const build = (text: string, values: Readonly<Record<string, string>>): string =>
  buildPrompt({ pieces: [inline(text)], variables: variables(values), sections: [] }).prompt.text;

describe("buildPrompt", () => {
  test.each<[text: string, values: Record<string, string>, built: string]>([
    ["{{name}}", { name: "x" }, "x"],
    ["{{ name }} {{\tname}}", { name: "x" }, "x x"],
    ["{{{name}}}", { name: "x" }, "{x}"],
    ['{"a": {{name}}}', { name: "1" }, '{"a": 1}'],
    ["{name} {{other}} {{}} {{ }} }} {{", { name: "x" }, "{name} {{other}} {{}} {{ }} }} {{"],
    ["{{na\nme}} {{na me}}", { name: "x" }, "{{na\nme}} {{na me}}"],
    ["{{current_time_{{tz}}}}", {}, "{{current_time_{{tz}}}}"],
    ["{{Name}}", { name: "x" }, "{{Name}}"],
    ["a{{name}}b", { name: "" }, "ab"],
    ["{{__proto__}} {{constructor}}", { name: "x" }, "{{__proto__}} {{constructor}}"],
    ["{{a}}", { a: "{{b}}", b: "no" }, "{{b}}"],
  ])("builds %j with %j", (text, values, built) => {
    expect(build(text, values)).toBe(built);
  });

  test.each(["$&", "$$", "$1", "$`", "$'", "$<name>", "\\1", "%s", "&amp;"])("known mistake 29: %s in a variable's value is literal", (value) => {
    expect(build("a {{v}} b {{v}}", { v: value })).toBe(`a ${value} b ${value}`);
  });

  test("tells what was used and what stays", () => {
    const { used, remaining } = buildPrompt({ pieces: [inline("{{a}} {{b}}"), inline("{{ c }}")], variables: variables({ a: "1", z: "2" }), sections: [] });
    expect([...used]).toEqual(["a"]);
    expect(remaining).toEqual([
      { name: "b", start: 6, end: 11, piece: 0 },
      { name: "c", start: 0, end: 7, piece: 1 },
    ]);
  });

  const text = fc.array(fc.constantFrom("{{", "}}", "{{a}}", "{{ b }}", "{{c}}", "a", "$&", "\n", "{", "}", "é", "😀"), { maxLength: 10 }).map((parts) => parts.join(""));
  const piece = fc.record({ text, offset: fc.nat(3), file: fc.boolean() }).map(
    ({ text: content, offset, file }): PromptPiece => ({
      text: content,
      origin: file ? { kind: "file", file: "s.txt", offset } : { kind: "inline", file: "agent.json", pointer: "/p", offset },
    }),
  );

  test("the source map covers the text exactly, and every run equals its source", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4 }), fc.dictionary(fc.constantFrom("a", "b"), text), (pieces, values) => {
        const { prompt } = buildPrompt({ pieces, variables: variables(values), sections: [] });
        let at = 0;
        let index = 0;
        for (const { start, length, source } of prompt.segments) {
          expect(start).toBe(at);
          expect(length).toBeGreaterThan(0);
          at += length;
          const run = prompt.text.slice(start, at);
          if (source.kind === "separator") {
            expect(run).toBe(SEPARATOR);
            index++;
          } else if (source.kind === "variable") expect(run).toBe(values[source.name]);
          else {
            const from = pieces[index];
            const offset = (source.kind === "file" ? source.fileOffset : source.valueOffset) - (from?.origin.offset ?? 0);
            expect(run).toBe(from?.text.slice(offset, offset + length));
          }
        }
        expect(at).toBe(prompt.text.length);
      }),
    );
  });

  test("without variables the text is what was written", () => {
    fc.assert(fc.property(fc.string(), (written) => expect(build(written, {})).toBe(written)));
  });
});

describe("findTags", () => {
  test("finds the inner tag of nested braces", () => {
    expect(findTags("{{current_time_{{tz}}}}")).toEqual([{ name: "tz", start: 15, end: 21 }]);
  });
});
