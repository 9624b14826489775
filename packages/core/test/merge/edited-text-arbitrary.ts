import fc from "fast-check";

/** Words that tend to break cuts: emoji with joiners and skin tones, flags, combining marks, right-to-left, tags, no letters at all. */
const WORDS = ["be", "kind", "the", "caller", "agent", "the", "{{name}}", "5", "10.5", "👩‍👧", "👍🏽", "🇩🇪", "e\u0301te\u0301", "שלום", "مرحبا", "你好。", "-", "$&", "\ud83d"];

const word = fc.constantFrom(...WORDS);
const line = fc.oneof({ weight: 5, arbitrary: fc.array(word, { minLength: 1, maxLength: 9 }).map((words) => words.join(" ")) }, { weight: 2, arbitrary: fc.constantFrom("", "", "  ", "# Rules", "Be kind to the caller.") });
const lineEnd = fc.constantFrom("\n", "\n", "\n", "\r\n");

/** Lines with their ends, sometimes without the last one; the same line often comes twice. */
const lines = fc.tuple(fc.array(fc.tuple(line, lineEnd), { maxLength: 16, size: "max" }), fc.boolean()).map(([list, isOpen]) => {
  const all = list.map(([text, end]) => text + end);
  if (isOpen && all.length > 0) all.push("last words");
  return all;
});

type Edit = readonly ["insert" | "append" | "delete" | "replace" | "word" | "double", at: number, inLine: number, size: number];
const edit: fc.Arbitrary<Edit> = fc.tuple(fc.constantFrom("insert", "append", "delete", "replace", "word", "word", "double"), fc.nat(1000), fc.nat(1000), fc.integer({ min: 1, max: 3 }));

/** Every inserted word bears its writer's mark and a number, so that it can be found again. */
function withEdits(base: readonly string[], { edits, mark }: { readonly edits: readonly Edit[]; readonly mark: string }): string {
  const edited = [...base];
  for (const [index, [kind, place, inLine, size]] of edits.entries()) {
    const at = place % (edited.length + 1);
    const fresh = `${mark}${String(index)}${mark}`;
    const old = edited[at];
    if (kind === "insert" || old === undefined) edited.splice(at, 0, `${fresh}\n`, ...(size === 1 ? [] : ["\n"]));
    else if (kind === "append") edited.push(`${edited.length > 0 && edited.at(-1)?.endsWith("\n") === false ? "\n" : ""}${fresh}`);
    else if (kind === "delete") edited.splice(at, size);
    else if (kind === "replace") edited.splice(at, size, `${fresh}\n`);
    else if (kind === "double") edited.splice(at, 0, old);
    else {
      const words = old.split(/(?<= )/);
      words.splice(inLine % words.length, size === 3 ? 1 : 0, `${fresh} `);
      edited[at] = words.join("");
    }
  }
  return edited.join("");
}

/** A text and two edited versions of it. */
export const editedTexts: fc.Arbitrary<{ readonly base: string; readonly git: string; readonly console: string }> = fc
  .tuple(lines, fc.array(edit, { minLength: 1, maxLength: 2 }), fc.array(edit, { minLength: 1, maxLength: 2 }), fc.array(edit, { maxLength: 1 }))
  .map(([base, git, console, common]) => {
    // What both do first is the same on both sides.
    const both = { edits: common, mark: "b" };
    const [ours, theirs] = [withEdits(base, both), withEdits(base, both)].map((text) => text.split(/(?<=\n)/));
    return { base: base.join(""), git: withEdits(ours ?? [], { edits: git, mark: "g" }), console: withEdits(theirs ?? [], { edits: console, mark: "c" }) };
  });

/** The marks of one writer in a text, as often as they stand there. */
export function marksIn(text: string, mark: string): readonly string[] {
  return text.match(new RegExp(`${mark}\\d+${mark}`, "g")) ?? [];
}
