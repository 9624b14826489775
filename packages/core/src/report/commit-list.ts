import type { CommitLine } from "../ports/github.ts";
import { name, prose } from "./escape.ts";
import { count } from "./words.ts";

/** Characters of a subject; git keeps no limit. */
const LONGEST_SUBJECT = 120;

/** Commits as a Markdown list, the newest first; beyond `most` only their number. `commits` come oldest first. */
export function commitList(commits: readonly CommitLine[], most: number): string {
  const shown = commits.toReversed().slice(0, most);
  const lines = shown.map((commit) => `- ${name(commit.sha.slice(0, 7))} ${prose(cut(commit.subject))} (${prose(cut(commit.author))})`);
  const rest = commits.length - shown.length;
  return rest === 0 ? lines.join("\n") : `${lines.join("\n")}\n\n… and ${count(rest, "older commit")}`;
}

function cut(text: string): string {
  const characters = [...text];
  return characters.length > LONGEST_SUBJECT ? `${characters.slice(0, LONGEST_SUBJECT - 1).join("")}…` : text;
}
