import { describe, expect, it } from "@jest/globals";
import { TARGETS } from "../fuzz/targets.ts";
import { readTexts } from "../fuzz/text-files.ts";
import { tryText } from "../fuzz/try-text.ts";

/** Texts that fuzzing begins with, and texts that once broke what reads them: none of them breaks anything. */
describe.each(TARGETS.map((target) => [target.name, target] as const))("%s", (name, target) => {
  const corpus = readTexts("corpus", name);

  it("is fuzzed from a corpus, of which it takes at least one text", () => {
    const outcomes = corpus.map(({ text }) => tryText(target, text, { twice: true }));
    expect(outcomes.filter(({ accepted }) => accepted)).not.toHaveLength(0);
  });

  const crashes = readTexts("crashes", name);
  if (crashes.length > 0) {
    it.each(crashes.map(({ file, text }) => [file, text]))("reads %s", (_file, text) => {
      expect(() => tryText(target, text, { twice: true })).not.toThrow();
    });
  }
});

it("every text belongs to a target", async () => {
  const { readdirSync } = await import("node:fs");
  for (const collection of ["corpus", "crashes"]) {
    expect(TARGETS.map(({ name }) => name)).toEqual(expect.arrayContaining(readdirSync(new URL(`../fuzz/${collection}`, import.meta.url))));
  }
});
