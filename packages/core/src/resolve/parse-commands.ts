/** What a command asks for. */
export const VERBS = ["use-git", "use-console", "merge", "diff", "status", "help"] as const;
export type Verb = (typeof VERBS)[number];

/** One line of a comment that starts with `/retell`, cut into words. Nothing in it has been looked up. */
export interface CommandLine {
  /** As it was written, without blanks around it. */
  readonly line: string;
  /** The first word behind `/retell`, whatever it is; undefined where there is none. */
  readonly verb: string | undefined;
  /** The words behind the verb but digest and options; a word in backticks is one word, blanks and all. */
  readonly words: readonly string[];
  /** What stands behind `@`; undefined where no digest is written, more than one entry where several are. */
  readonly digests: readonly string[];
  readonly options: readonly string[];
}

/** A comment with more commands is no decision that anybody has thought about. */
export const MOST_COMMANDS = 50;

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const WORD = /`([^`]*)`|[^\s`]+/g;
const DIGEST = /^@([0-9a-f]+)$/;

/**
 * The commands of a comment, in order. A command is a line that starts with `/retell`; quoted lines, and lines in fenced or
 * indented code, are talk about commands, and lines that GitHub does not show are nobody's decision. Data in, data out: nothing is carried out, looked up or expanded here.
 */
export function parseCommands(comment: string): CommandLine[] {
  const commands: CommandLine[] = [];
  let fence: string | undefined;
  let hiddenUntil: RegExp | undefined;
  for (const raw of comment.split(/\r\n|\r|\n/)) {
    const mark = FENCE.exec(raw)?.[1];
    if (fence !== undefined) {
      if (mark !== undefined && mark[0] === fence[0] && mark.length >= fence.length && raw.trim() === mark) fence = undefined;
      continue;
    }
    if (hiddenUntil !== undefined) {
      const end = hiddenUntil.exec(raw);
      if (end !== null) hiddenUntil = hiddenAfter(raw.slice(end.index + end[0].length));
      continue;
    }
    if (mark !== undefined) {
      fence = mark;
      continue;
    }
    hiddenUntil = hiddenAfter(raw);
    if (/^(?: {4}|\t)/.test(raw) || !/^ {0,3}\/retell(?=\s|$)/.test(raw)) continue;
    commands.push(parseLine(raw.trim()));
  }
  return commands;
}

/** HTML of which nothing is shown, however long it is. Source: CommonMark, "HTML blocks" and "Raw HTML". */
const UNSEEN = [
  { open: "<!--", close: "-->", end: /-->/ },
  { open: "<?", close: "?>", end: /\?>/ },
  { open: "<![CDATA[", close: "]]>", end: /\]\]>/ },
] as const;

/**
 * What ends the hidden text that begins in a line and goes on in the next one: HTML that is not shown, or the title of a link's definition,
 * which is how people write comments in Markdown. Undefined where nothing hidden goes on.
 */
function hiddenAfter(line: string): RegExp | undefined {
  const text = line.replace(/`[^`]*`/g, "");
  for (const { open, close, end } of UNSEEN) {
    const opened = text.lastIndexOf(open);
    if (opened >= 0 && !text.includes(close, opened + open.length)) return end;
  }
  const title = /^ {0,3}\[[^\]]+\]:\s*\S+\s+(["'(])(.*)$/.exec(text);
  const close = title?.[1] === "(" ? ")" : title?.[1];
  // A blank line ends the definition, title or not.
  if (title === null || close === undefined || title[2]?.includes(close) === true) return undefined;
  return close === ")" ? /\)|^\s*$/ : close === '"' ? /"|^\s*$/ : /'|^\s*$/;
}

/** One command, as the input of a manual run has it: with or without the leading `/retell`. */
export function parseCommand(text: string): CommandLine {
  const line = text.trim();
  return parseLine(/^\/retell(?=\s|$)/.test(line) ? line : `/retell ${line}`.trim());
}

function parseLine(line: string): CommandLine {
  const words: string[] = [];
  const digests: string[] = [];
  const options: string[] = [];
  for (const match of line.slice("/retell".length).matchAll(WORD)) {
    const [text, quoted] = match;
    const digest = quoted === undefined ? DIGEST.exec(text)?.[1] : undefined;
    if (digest !== undefined) digests.push(digest);
    else if (quoted === undefined && text.startsWith("--")) options.push(text);
    else words.push(quoted ?? text);
  }
  const [verb, ...rest] = words;
  return { line, verb, words: rest, digests, options };
}
