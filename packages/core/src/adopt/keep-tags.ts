import { findTags } from "../prompt/tags.ts";
import { align } from "./align.ts";

/** A written text with its tags, and what it shall be built to. */
export interface TagEdit {
  readonly text: string;
  /** Values of the build-time variables by name; all other tags are text. */
  readonly variables: ReadonlyMap<string, string>;
  readonly after: string;
}

/**
 * What became of a tag's value in the built text: it stands there as it was (`kept`), `value` stands in its place and
 * shares no word with it, or its text was edited or is gone (`lost`).
 */
export interface TagFate {
  readonly name: string;
  readonly fate: "kept" | "lost" | { readonly value: string };
}

/** A run of a written text: literal characters, or the tag of a build-time variable; with what it is built to. */
interface Run {
  readonly written: string;
  readonly built: string;
  /** Of a tag. */
  readonly name: string | undefined;
}

/** A replaced run `[start, end)` of the built text. */
interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Scripts that do not put blanks between words, where a sentence would be one word: each character stands for itself. */
const SINGLE = String.raw`[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]`;
const WORD = new RegExp(String.raw`${SINGLE}\p{M}*|(?:(?!${SINGLE})[\p{L}\p{M}\p{N}])+|[^\S\n]+|\n|[^\p{L}\p{M}\p{N}\s]`, "gu");
const HAS_WORD = /[\p{L}\p{N}]/u;

/**
 * The written text of which `after` is built, where the tags of variables whose values were left alone stand as they are
 * written. Compared word by word: a changed word is never half a tag.
 */
export function keepTags({ text, variables, after }: TagEdit): string {
  const runs = runsOf(text, variables);
  if (!runs.some((run) => run.name !== undefined)) return after;
  const { built, replacements } = compare(runs, after);
  const parts: string[] = [];
  let next = 0;
  let at = 0;
  const replaceWhile = (isDue: (one: Replacement) => boolean): void => {
    for (let one = replacements[next]; one !== undefined && isDue(one); one = replacements[++next]) {
      parts.push(built.slice(at, one.start), one.text);
      at = one.end;
    }
  };
  let start = 0;
  const touched = touchedWithin(replacements);
  for (const run of runs) {
    const end = start + run.built.length;
    if (run.name !== undefined && !touched(start, end)) {
      replaceWhile((one) => one.start <= start);
      parts.push(built.slice(at, start), run.written);
    } else {
      replaceWhile((one) => one.start < end);
      parts.push(built.slice(at, end));
    }
    at = Math.max(at, end);
    start = end;
  }
  replaceWhile(() => true);
  return parts.join("");
}

/** What became of every tag of the text, in order. */
export function tagFates({ text, variables, after }: TagEdit): TagFate[] {
  const runs = runsOf(text, variables);
  if (!runs.some((run) => run.name !== undefined)) return [];
  const { replacements, imageOf } = compare(runs, after);
  const touched = touchedWithin(replacements);
  const fates: TagFate[] = [];
  let start = 0;
  for (const { name, built } of runs) {
    const end = start + built.length;
    if (name !== undefined) {
      const value = touched(start, end) ? imageOf(start, end) : undefined;
      fates.push({ name, fate: touched(start, end) ? (value === undefined ? "lost" : { value }) : "kept" });
    }
    start = end;
  }
  return fates;
}

/** True if a replacement changes what is between `start` and `end`; an insertion at either end does not. Asked from left to right. */
function touchedWithin(replacements: readonly Replacement[]): (start: number, end: number) => boolean {
  let next = 0;
  return (start, end) => {
    while ((replacements[next]?.end ?? Infinity) <= start) next += 1;
    return (replacements[next]?.start ?? Infinity) < end;
  };
}

function runsOf(text: string, variables: ReadonlyMap<string, string>): Run[] {
  const runs: Run[] = [];
  const literal = (part: string): void => void (part === "" || runs.push({ written: part, built: part, name: undefined }));
  let at = 0;
  for (const tag of findTags(text)) {
    const value = variables.get(tag.name);
    if (value === undefined) continue;
    literal(text.slice(at, tag.start));
    runs.push({ written: text.slice(tag.start, tag.end), built: value, name: tag.name });
    at = tag.end;
  }
  literal(text.slice(at));
  return runs;
}

interface Comparison {
  readonly built: string;
  readonly replacements: readonly Replacement[];
  /** What stands in place of `[start, end)`, where both neighbours stayed and none of its words did; undefined otherwise. */
  readonly imageOf: (start: number, end: number) => string | undefined;
}

function compare(runs: readonly Run[], after: string): Comparison {
  const built = runs.map((run) => run.built).join("");
  const [old, now] = [words(built), words(after)];
  const partner = align(old, now);
  const [oldStarts, nowStarts] = [startsOf(old), startsOf(now)];
  const imageOf = (start: number, end: number): string | undefined => {
    const first = indexOfStart(oldStarts, start);
    const behind = indexOfStart(oldStarts, end);
    if (first === undefined || behind === undefined || first === behind) return undefined;
    for (let token = first; token < behind; token += 1) if ((partner[token] ?? -1) >= 0 && HAS_WORD.test(old[token] ?? "")) return undefined;
    const isBlank = (token: number): boolean => old[token]?.trim() === "";
    // Which of several blanks stayed says nothing, so the words beside them decide where they can.
    let [from, to] = [first - 1, behind];
    while (from >= 0 && isBlank(from)) from -= 1;
    while (to < old.length && isBlank(to)) to += 1;
    const between = (left: number, right: number): string | undefined => {
      const [leftNow, rightNow] = [left < 0 ? -1 : (partner[left] ?? -1), right === old.length ? now.length : (partner[right] ?? -1)];
      return (left >= 0 && leftNow < 0) || rightNow < 0 ? undefined : after.slice(nowStarts[leftNow + 1], nowStarts[rightNow]);
    };
    const wide = between(from, to);
    const [lead, trail] = [built.slice(oldStarts[from + 1], start), built.slice(end, oldStarts[to])];
    if (wide !== undefined && wide.length >= lead.length + trail.length && wide.startsWith(lead) && wide.endsWith(trail)) return wide.slice(lead.length, wide.length - trail.length);
    return between(first - 1, behind);
  };
  return { built, replacements: replacementsOf({ old, now, partner, oldStarts, nowStarts, after }), imageOf };
}

function replacementsOf(sides: { readonly old: readonly string[]; readonly now: readonly string[]; readonly partner: Int32Array; readonly oldStarts: Int32Array; readonly nowStarts: Int32Array; readonly after: string }): Replacement[] {
  const { old, now, partner, oldStarts, nowStarts, after } = sides;
  const found: Replacement[] = [];
  let [from, fromNow] = [0, 0];
  for (let token = 0; token <= old.length; token += 1) {
    const at = token === old.length ? now.length : (partner[token] ?? -1);
    if (at < 0) continue;
    if (token > from || at > fromNow) found.push({ start: oldStarts[from] ?? 0, end: oldStarts[token] ?? 0, text: after.slice(nowStarts[fromNow], nowStarts[at]) });
    [from, fromNow] = [token + 1, at + 1];
  }
  return found;
}

function words(text: string): string[] {
  return text.match(WORD) ?? [];
}

/** Where each token starts, and where the last one ends. */
function startsOf(tokens: readonly string[]): Int32Array {
  const starts = new Int32Array(tokens.length + 1);
  let at = 0;
  for (const [index, token] of tokens.entries()) {
    at += token.length;
    starts[index + 1] = at;
  }
  return starts;
}

/** The token that starts at an offset, the number of tokens for the end of the text; undefined inside of a token. */
function indexOfStart(starts: Int32Array, offset: number): number | undefined {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return starts[low] === offset ? low : undefined;
}
