import { hideCredentials } from "./hide-credentials.ts";

/**
 * Untrusted text in GitHub's Markdown. What is put into a comment through these functions can neither leave its place
 * (table cell, code span, fence, paragraph) nor mention, refer, link, or hide anything.
 */

/**
 * Characters that a reader cannot see or that reorder what is seen: controls other than tab and line feed, bidirectional
 * controls ("Trojan Source", CVE-2021-42574), blank letters, tags. ZWJ and ZWNJ stay, since emoji and scripts need them.
 */
const UNSEEN =
  /(?![\t\n])[\p{Cc}\p{Zl}\p{Zp}]|\u00ad|\u061c|\u115f|\u1160|\u17b4|\u17b5|\u180e|[\u200b\u200e\u200f]|[\u202a-\u202e]|[\u2060-\u206f]|\u3164|\ufeff|\uffa0|[\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]/gu;

/** U+200B. GitHub recognises mentions, references and bare addresses in rendered text, so that only this stops it; a backslash does not. */
const BREAK = "\u200b";

/** The text with characters that cannot be seen written as `‹U+202E›`, and lone surrogates as U+FFFD. */
export function visible(text: string): string {
  return text.toWellFormed().replace(UNSEEN, (character) => `‹U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}›`);
}

/** A JSON text with characters that cannot be seen in JSON's own escapes: what is copied from a page has the same value. */
export function visibleJson(json: string): string {
  return json.replace(UNSEEN, (character) => character.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""));
}

/** One line of running text, for paragraphs, list items, headings and table cells. Line breaks become blanks. */
export function prose(text: string): string {
  return escapeProse(visible(hideCredentials(text)));
}

/** The same for messages of ours, in which what stands between backticks is code. */
export function proseWithCode(text: string): string {
  const parts = text.replace(/\s+/g, " ").trim().split(/`([^`]+)`/);
  return parts.map((part, index) => (index % 2 === 1 ? code(part) : (part.startsWith(" ") ? " " : "") + prose(part) + (part.length > 1 && part.endsWith(" ") ? " " : ""))).join("");
}

function escapeProse(text: string): string {
  return breakAutolinks(text.replace(/\s+/g, " ").trim())
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/\$/g, "&#36;")
    // Within a word an underscore is one: field names stay readable in the source of a comment.
    .replace(/[\\`*~[\]|!]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\$&")
    .replace(/^([-+=#]|\d+(?=[.)]))/, (start) => (/^\d/.test(start) ? `&#${start.charCodeAt(0)};${start.slice(1)}` : `\\${start}`));
}

/** A mention (`@x`), reference (`#1`, `GH-1`), address (`https://`, `www.`, `a@b.c`) does not survive a break in it. */
function breakAutolinks(text: string): string {
  return text
    .replace(/(?<=\S)@/g, `${BREAK}@`)
    .replace(/[@#]/g, `$&${BREAK}`)
    .replace(/(?<![\p{L}\p{N}])gh-(?=\d)/giu, `$&${BREAK}`)
    .replace(/(?:https?|ftp):(?=\/\/)/gi, `$&${BREAK}`)
    .replace(/www(?=\.)/gi, `$&${BREAK}`);
}

/** A code span for values and field names, fit for table cells too. Line breaks become blanks. */
export function code(text: string): string {
  return span(hideCredentials(text));
}

/** A code span for names and paths out of the repository's tree. They are no values: nothing in them is hidden. */
export function name(text: string): string {
  return span(text);
}

function span(text: string): string {
  const line = visible(text).replace(/[\t\n]+/g, " ");
  if (line.trim() === "") return "` `";
  // A backslash before a pipe: no code span in a table cell can hold it, see "Tables (extension)" in the GFM specification.
  if (line.includes("\\|")) return htmlCode(line);
  const ticks = "`".repeat(longestRun(line) + 1);
  const padded = /^`|`$|^ .* $/.test(line) ? ` ${line} ` : line;
  return ticks + padded.replaceAll("|", "\\|") + ticks;
}

/** Text as HTML, for `<summary>`, where Markdown is not read. */
export function html(text: string): string {
  return breakAutolinks(visible(text).replace(/\s+/g, " ")).replace(/(?!\p{L}|\p{N}|\p{M})[^ \u200b.,/()–…‹›+-]/gu, (character) => `&#${character.codePointAt(0) ?? 32};`);
}

/** A code span as HTML: for `<summary>`, and for the rare text that no Markdown code span can hold. */
export function htmlCode(text: string): string {
  return `<code>${html(text)}</code>`;
}

/** A fenced block that nothing in `text` can close. `info` is a language. Stands on its own lines, blank lines around it. */
export function fence(text: string, info: "diff" | "json" | "text"): string {
  return block(hideCredentials(text.replace(/\r\n/g, "\n")), info);
}

/** A fenced block for a command made of names, where {@link fence} might hide a name that looks like a credential. */
export function commandFence(line: string): string {
  return block(line, "text");
}

function block(text: string, info: string): string {
  const body = visible(text).replace(/\n$/, "");
  const ticks = "`".repeat(Math.max(3, longestRun(body) + 1));
  return `${ticks}${info}\n${body}\n${ticks}`;
}

/** A link to an http(s) address of ours; anything else gives the bare label. The label is escaped. */
export function link(label: string, url: string): string {
  let address: URL;
  try {
    address = new URL(url);
  } catch {
    return prose(label);
  }
  if (address.protocol !== "https:" && address.protocol !== "http:") return prose(label);
  return `[${prose(label)}](${address.href.replace(/[()<>\\|`]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)})`;
}

/** Bytes in UTF-8, the unit of GitHub's limits. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

function longestRun(text: string): number {
  let longest = 0;
  for (const run of text.match(/`+/g) ?? []) longest = Math.max(longest, run.length);
  return longest;
}
