import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { formatPath, type Step } from "@retell-actions/core/diff/field-path";
import { commandLine, dispatchLine, isNameable } from "@retell-actions/core/report/command-lines";
import { commandFence } from "@retell-actions/core/report/escape";
import { parseCommand, parseCommands } from "@retell-actions/core/resolve/parse-commands";
import { rendered } from "./rendered.ts";

test("the workspace is written out, and the digest stands last", () => {
  expect(commandLine({ verb: "use-git", workspace: "staging", agent: "support", digest: "0123456789ab" })).toBe("/retell use-git staging support @0123456789ab");
  expect(commandLine({ verb: "diff", workspace: "staging", agent: "all", full: true })).toBe("/retell diff --full staging all");
});

test("only unusual names of fields stand in backticks", () => {
  const fields = ["agent.voice_speed", "llm.general_tools[crm].url", 'llm.general_tools["look up"].url', "llm.general_tools[\"o'brien\"].url"];
  expect(commandLine({ verb: "merge", workspace: "prod-eu", agent: "support", fields, digest: "0123456789ab" })).toBe(
    "/retell merge prod-eu support agent.voice_speed llm.general_tools[crm].url `llm.general_tools[\"look up\"].url` `llm.general_tools[\"o'brien\"].url` @0123456789ab",
  );
});

test("by hand, as one word of a shell", () => {
  expect(dispatchLine({ verb: "use-git", workspace: "staging", agent: "a", fields: ['llm.general_tools["it\'s $HOME"].url'], digest: "0123456789ab" })).toBe(
    `gh workflow run retell-commands.yml -f command='use-git staging a \`llm.general_tools["it'\\''s $HOME"].url\` @0123456789ab'`,
  );
});

describe("what is printed is what is read", () => {
  const text = fc.oneof(fc.string({ unit: "grapheme", maxLength: 12 }), fc.constantFrom("look up", "@abc", "--full", "a|b", "</details>", "```", "x\n/retell use-git all", "\u202etxt", "sk-live-0123456789abcdefghij"));
  const step: fc.Arbitrary<Step> = fc.oneof(text, text.map((item) => ({ item })));
  const path = fc.array(step, { maxLength: 4 }).map((steps) => formatPath(["llm", ...steps]));

  test("by the parser of commands, from the page that shows it", () => {
    fc.assert(
      fc.property(fc.array(path, { maxLength: 3 }), (paths) => {
        const fields = paths.filter(isNameable);
        const line = commandLine({ verb: "use-git", workspace: "staging", agent: "support", fields, digest: "0123456789ab" });
        const [shown, ...others] = rendered(commandFence(line)).fences;
        expect(others).toEqual([]);
        const copied = shown?.text ?? "";
        expect(parseCommands(copied)).toEqual([{ line, verb: "use-git", words: ["staging", "support", ...fields], digests: ["0123456789ab"], options: [] }]);
        expect(parseCommand(line.slice("/retell ".length))).toMatchObject({ words: ["staging", "support", ...fields] });
      }),
      { numRuns: 300 },
    );
  });

  test("and a name that would not come through is not nameable", () => {
    for (const field of ["", "llm[\"a`b\"]", "llm\n.x", "llm[\"\u202etxt\"]", "llm[\"sk-live-0123456789abcdefghij\"]"]) expect(isNameable(field)).toBe(false);
    expect(isNameable('llm.general_tools["look up"].url')).toBe(true);
  });
});
