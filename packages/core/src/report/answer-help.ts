import { COMMANDS_WORKFLOW } from "./command-lines.ts";
import { table } from "./row-list.ts";

/** Every command with one line. Source: `design.md`, "resolve-conflicts". */
const COMMANDS: readonly (readonly [string, string])[] = [
  ["use-git", "Git's values win: the next deploy overwrites exactly the console's values that the report shows."],
  ["use-console", "The console's values win: they are written into the files."],
  ["merge", "Both: texts of which the sides changed different lines or sentences are merged, and what only the console changed is accepted."],
  ["diff", "Shows both sides as they are now, with commands to copy; `diff --full` with the whole texts."],
  ["status", "Shows how the agents are, which versions exist, and when drift was last looked for."],
  ["help", "Shows this."],
];

/** How commands are written, and what a digest is. */
export function helpText(): string {
  const rows = COMMANDS.map(([verb, meaning]) => [`\`/retell ${verb}\``, meaning]);
  return [
    table(["Command", "What it does"], rows),
    "One command per line, at the line's start: `/retell VERB [WORKSPACE] AGENT [FIELD …] [@DIGEST]`.",
    [
      "- `AGENT` is an agent's name or `all`; the workspace can be left out where only one is meant.",
      "- Fields are named as the tables have them; without fields a command is about every open one. A name with blanks or quotes stands in backticks.",
      "- `@DIGEST` names what Retell held when a report was written; the reports print it with their commands. If Retell holds something else meanwhile, nothing is decided and the answer is a fresh comparison. Without it, the digest of the last report before your comment counts.",
      `- By hand: \`gh workflow run ${COMMANDS_WORKFLOW} -f command='use-git staging my-agent @DIGEST'\`. There the digest has to be written out.`,
      "- Only people with write permission may command; quoted and edited comments are not carried out.",
    ].join("\n"),
  ].join("\n\n");
}
