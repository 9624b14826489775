import { describe, expect, test } from "@jest/globals";
import MarkdownIt from "markdown-it";
import { parseCommand, parseCommands } from "@retell-actions/core/resolve/parse-commands";
import { readCommand } from "@retell-actions/core/resolve/read-command";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { run } from "../../../../actions/resolve-conflicts/src/run.ts";
import { comment, idOf, INPUTS, validate, worldWithPullRequest } from "../../../../actions/resolve-conflicts/test/support.ts";

const told = (what: string): void => tellCase({ matrix: "attacks", subject: "commands in comments", what, outcome: "held" });
const COMMAND = "/retell use-git staging sales @0123456789ab";

/** Comments in whose text a command stands that nobody sees, or that is shown as code or as somebody else's words. */
const UNSEEN: [what: string, body: string][] = [
  ["in an HTML comment of several lines", `Fine with me.\n<!--\n${COMMAND}\n-->`],
  ["in an HTML comment that begins within a line", `Fine <!-- see\n${COMMAND}\nabove --> with me.`],
  ["in an HTML comment that never ends", `Fine with me.\n\n<!-- see\n\n${COMMAND}`],
  ["in a processing instruction", `Fine with me.\n\n<?note\n${COMMAND}\n?>`],
  ["in a CDATA section", `Fine with me.\n\n<![CDATA[\n${COMMAND}\n]]>`],
  ["in a second HTML comment of a line", `<!-- a --> b <!--\n${COMMAND}\n-->`],
  ["after an arrow that ends no comment", `<!--\n-- >\n${COMMAND}\n-->`],
  ["in the title of a link's definition", `[//]: # (see\n${COMMAND}\n)`],
  ["in the quoted title of a link's definition", `[note]: <> "see\n${COMMAND}\nabove"`],
  ["in a fence within which a comment begins", `\`\`\`\n<!--\n${COMMAND}\n\`\`\``],
  ["in a quotation", `> ${COMMAND}\n> \n>${COMMAND}`],
  ["in a fence that a longer one seems to end", `~~~~\n~~~\n${COMMAND}\n~~~~`],
  ["in a fence that a fence with words seems to end", `\`\`\`\n\`\`\` text\n${COMMAND}\n\`\`\``],
  ["in indented code after a tab", `\t${COMMAND}`],
];

/** What only looks like a command. */
const LOOKALIKES = [
  "\u2215retell use-git staging sales",
  "\uff0fretell use-git staging sales",
  "\\/retell use-git staging sales",
  "/\u200bretell use-git staging sales",
  "\u202e/retell use-git staging sales",
  "\ufeff/retell use-git staging sales",
  "/retel\u217c use-git staging sales",
  "/r\u0435tell use-git staging sales",
  "/RETELL use-git staging sales",
  "/retell: use-git staging sales",
  "/retell-x use-git staging sales",
  "- /retell use-git staging sales",
  "1. /retell use-git staging sales",
  "| /retell use-git staging sales |",
  "<b>/retell use-git staging sales</b>",
  "&#47;retell use-git staging sales",
  "**/retell use-git staging sales**",
  "text /retell use-git staging sales",
  "text\u2028/retell use-git staging sales",
  "text\u0085/retell use-git staging sales",
  "text\u000b/retell use-git staging sales",
];

describe("no command", () => {
  test.each(UNSEEN)("%s", (what, body) => {
    expect(parseCommands(body)).toEqual([]);
    told(what);
  });

  test.each(LOOKALIKES)("%j", (body) => {
    expect(parseCommands(body)).toEqual([]);
    told(`a look-alike: ${JSON.stringify(body)}`);
  });
});

test("a command that everybody sees stays one, whatever stands around it", () => {
  for (const body of [`<!-- a note -->\n${COMMAND}`, `<!--\nnote\n-->\n${COMMAND}`, `\`<!--\` opens a comment\n${COMMAND}`, `[docs]: https://example.com "Docs"\n${COMMAND}`, `[docs]: https://example.com\n${COMMAND}`, `[ ] (see\n${COMMAND}`, `<details>\n\n${COMMAND}\n\n</details>`, `${COMMAND}\n<!--`]) {
    expect(parseCommands(body).map(({ line }) => line)).toEqual([COMMAND]);
    // The page that people see has it as text.
    expect(new MarkdownIt({ html: true }).render(body).replace(/<!--[\s\S]*?-->|<pre>[\s\S]*?<\/pre>/g, "")).toContain("use-git staging sales");
  }
});

test("words that look like names, verbs or digests are none", () => {
  const vocabulary = { workspaces: ["staging", "production"], usual: ["staging"], agents: ["sales", "sales-eu"] };
  for (const words of [
    "use-git staging s\u0430les", "use-git staging sales\u200b", "use-git staging \u202esales", "use-git staging SALES", "use-git st\u0430ging sales", "use-git staging s\u00e1les", "use-git staging sa\u0301les", "use-git staging __proto__", "use-git staging ../sales", "use-git staging sales/../sales-eu",
    "use\u2010git staging sales", "USE-GIT staging sales", "toString staging sales", "use-git all-agents", "use-git staging, sales", "use-git staging:sales", "use-git @0123456789ab",
  ]) {
    expect(readCommand(parseCommand(words), vocabulary)).toMatchObject({ kind: "refused", reason: "unknown-command" });
    told(`words: ${JSON.stringify(words)}`);
  }
  // A digest of other characters is no digest: it is a word too many, which names no agent and no field of one.
  for (const digest of ["@0123456789AB", "\uff200123456789ab", "@\u0660123456789ab", "@ 0123456789ab", "@@0123456789ab"]) {
    expect(parseCommand(`use-git staging sales ${digest}`).digests).toEqual([]);
    told(`a digest: ${JSON.stringify(digest)}`);
  }
});

test("on an issue, or about another state than the one that was read: nothing is committed", async () => {
  const sales = smallProject()["agents/sales/agent.json"] ?? "";
  const { world, number } = await worldWithPullRequest({ "agents/sales/agent.json": sales.replace('"voice_speed": 1,', '"voice_speed": 1.2,') });
  world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 0.9 } });
  await validate(world, number);
  const tip = world.git.branches.get("feature");
  const { id } = world.github.comment(number, "/retell use-console staging sales");
  const job = world.github.commentJob(id);
  if (job.event.name !== "issue_comment") throw new Error("The comment caused no event.");
  world.git.checkout(world.git.branches.get("develop") ?? "");
  world.clock.advance(5_000);
  await expect(run(INPUTS, world.ports({ ...job, event: { ...job.event, isPullRequest: false } }))).rejects.toMatchObject({ reason: "invalid-input", message: expect.stringContaining("Commands work in pull requests") });
  expect(world.git.branches.get("feature")).toBe(tip);
  // The console moves on: the digest that the comment showed names another state.
  world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 0.8 } });
  expect(await comment(world, number, "/retell use-console staging sales")).toMatchObject({ outcome: "refused", reason: "live-changed" });
  expect(world.git.branches.get("feature")).toBe(tip);
  told("on an issue, and on another state");
});
