import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseCommand, parseCommands } from "@retell-actions/core/resolve/parse-commands";
import { readCommand, type Vocabulary } from "@retell-actions/core/resolve/read-command";

const vocabulary: Vocabulary = { workspaces: ["staging", "prod-eu", "prod-us", "sales"], usual: ["staging"], agents: ["support", "sales", "help-desk"] };
const read = (line: string, words = vocabulary) => readCommand(parseCommand(line), words);

describe("which lines of a comment are commands", () => {
  test.each([
    ["one line", "/retell use-git staging support @0123456789ab", 1],
    ["several lines among prose", "I looked at it.\n/retell use-git support\nand\n/retell use-console sales\r\n/retell help", 3],
    ["no prefix, no command", "retell use-git support", 0],
    ["another word", "/retellish use-git support", 0],
    ["a quote", "> /retell use-git support", 0],
    ["a quote in a quote", ">> /retell use-git support\n> > /retell use-git all", 0],
    ["inside a fence", "```\n/retell use-git support\n```", 0],
    ["inside a fence of tildes with a shorter one inside", "~~~~\n~~~\n/retell use-git support\n~~~~", 0],
    ["after a fence", "```text\nx\n```\n/retell use-git support", 1],
    ["a fence that never ends", "```\n/retell use-git support", 0],
    ["indented code", "    /retell use-git support\n\t/retell use-git support", 0],
    ["up to three blanks are no code", "   /retell status", 1],
    ["in the middle of a line", "please /retell use-git support", 0],
    ["in a code span", "`/retell use-git support`", 0],
    ["nothing", "", 0],
  ])("%s", (_name, comment, count) => {
    expect(parseCommands(comment)).toHaveLength(count);
  });

  test("words, digest, options and quoted fields are told apart", () => {
    expect(parseCommand("/retell  use-git staging support `llm.general_tools[\"book a table\"].url` llm.model @0123456789ab --full")).toEqual({
      line: "/retell  use-git staging support `llm.general_tools[\"book a table\"].url` llm.model @0123456789ab --full",
      verb: "use-git",
      words: ["staging", "support", 'llm.general_tools["book a table"].url', "llm.model"],
      digests: ["0123456789ab"],
      options: ["--full"],
    });
    // The leading word may be left out in a manual run; a login is no digest.
    expect(parseCommand("diff support @octocat")).toMatchObject({ verb: "diff", words: ["support", "@octocat"], digests: [] });
  });

  test("any text is taken apart without an error, and gives back only words that are in it", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.string().map((text) => `/retell ${text}`)), (text) => {
        for (const { verb, words, digests, options } of parseCommands(text)) for (const word of [verb ?? "", ...words, ...digests, ...options]) expect(text).toContain(word);
      }),
      { numRuns: 500 },
    );
  });
});

describe("what a command means", () => {
  test("the pull request's workspace is meant where none is named", () => {
    expect(read("use-git support")).toEqual({ kind: "decide", line: "/retell use-git support", verb: "use-git", workspace: "staging", agent: "support", fields: [], digest: undefined });
    expect(read("use-console prod-eu support agent.voice_id llm.model @0123456789ab")).toMatchObject({ workspace: "prod-eu", agent: "support", fields: ["agent.voice_id", "llm.model"], digest: "0123456789ab" });
    expect(read("merge staging all")).toMatchObject({ verb: "merge", workspace: "staging", agent: "all" });
  });

  test("views", () => {
    expect(read("diff --full")).toEqual({ kind: "diff", line: "/retell diff --full", workspaces: ["staging"], agent: "all", full: true });
    expect(read("status prod-us")).toEqual({ kind: "status", line: "/retell status prod-us", workspaces: ["prod-us"], agent: "all" });
    expect(read("help whatever")).toEqual({ kind: "help", line: "/retell help whatever" });
  });

  test("a name of a workspace and an agent is the workspace only if an agent follows", () => {
    expect(read("use-git sales support")).toMatchObject({ workspace: "sales", agent: "support" });
    expect(read("use-git staging sales")).toMatchObject({ workspace: "staging", agent: "sales" });
    expect(read("use-git sales")).toMatchObject({ kind: "refused", reason: "unknown-command", message: expect.stringContaining("a workspace and an agent") });
  });

  test.each([
    ["nothing behind it", "/retell", "/retell use-git"],
    ["an unknown verb", "use-gti support", "Did you mean `use-git`?"],
    ["a push of the old tool", "push support", "There is no command"],
    ["no agent", "use-git", "Name an agent"],
    ["a misspelt agent", "use-git suport", 'Did you mean "support"?'],
    ["a field without an agent", "use-git llm.model", "Fields stand behind the agent's name"],
    ["fields of all", "use-git all llm.model", "one agent only"],
    ["an unknown option", "use-git support --force", '"--force" is no option'],
    ["--full of something else", "use-git support --full", "for `diff`"],
    ["two digests", "use-git support @0123456789ab @ba9876543210", "more than one digest"],
    ["a login in place of a digest", "use-git @octocat", "There is no agent"],
    ["fields of a view", "diff support llm.model", "takes no fields"],
  ])("%s is refused with what to write", (_name, line, message) => {
    expect(read(line)).toMatchObject({ kind: "refused", reason: "unknown-command", message: expect.stringContaining(message) });
  });

  test("with several workspaces of the branch, one has to be named", () => {
    expect(read("use-git support", { ...vocabulary, usual: ["prod-eu", "prod-us"] })).toMatchObject({ kind: "refused", message: expect.stringContaining("prod-eu, prod-us: `/retell use-git prod-eu support`") });
    expect(read("use-git support", { ...vocabulary, usual: [] })).toMatchObject({ kind: "refused", message: expect.stringContaining("Name the workspace") });
  });

  test("a word too many never becomes a decision about everything", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("use-git", "staging", "support", "sales", "all", "llm.model", "@0123456789ab", "--full", "x")), (words) => {
        const command = read(words.join(" "));
        if (command.kind === "decide" && command.agent === "all") expect(words).toContain("all");
      }),
    );
  });
});
