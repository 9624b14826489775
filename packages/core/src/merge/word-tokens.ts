/** A line break: CRLF is one. */
const BREAK = /^(?:\r\n|[\n-\r\u0085\u2028\u2029])$/;
const BLANK = /^\s+$/;

/**
 * In order of the alternatives: a line break; a run of blanks; a word with its combining marks and joiners; any other
 * character with what belongs to it (marks, a skin tone, the parts of a joined emoji, both letters of a flag).
 */
const TOKEN =
  /\r\n|[\n-\r\u0085\u2028\u2029]|[^\S\n-\r\u0085\u2028\u2029]+(?![\p{M}\u200c\u200d])|[\p{L}\p{N}\p{M}_\u200c\u200d]+|(?:\p{RI}\p{RI}|.)[\p{M}\p{EMod}\u{e0020}-\u{e007f}]*(?:\u200d\S[\p{M}\p{EMod}]*)*/gsu;

/**
 * The text cut into words, runs of blanks, line breaks and single other characters. Joined they are the text. No cut goes
 * through a CRLF, a surrogate pair, or between a character and its combining marks.
 */
export function wordTokens(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

/** True for a line break. */
export const isBreak = (token: string): boolean => BREAK.test(token);

/** True for a run of blanks or a line break. */
export const isLayout = (token: string): boolean => BLANK.test(token);

/** True for a mark that ends a sentence; a blank or a line break has to follow. */
export const isSentenceEnd = (token: string): boolean => /^[.!?\u3002\uff01\uff1f\u0964\u061f]$/u.test(token);
