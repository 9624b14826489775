import { diffArrays } from "diff";
import { findTags } from "../prompt/tags.ts";

/** A run of a written text: literal characters, or the tag of a build-time variable; with what it is built to. */
interface Run {
  readonly written: string;
  readonly built: string;
  readonly isTag: boolean;
}

/** A replaced run `[start, end)` of the built text. */
interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Beyond this many changed words the text between the first and the last change counts as replaced. */
const MOST_EDITS = 1_000;

const WORD = /[\p{L}\p{M}\p{N}_]+|[^\S\n]+|\n|[^\p{L}\p{M}\p{N}_\s]/gu;

/**
 * The written text of which `after` is built, where the tags of variables whose values were left alone stand as they are
 * written. Compared word by word: a changed word is never half a tag.
 */
export function keepTags(input: { readonly text: string; readonly variables: ReadonlyMap<string, string>; readonly after: string }): string {
  const runs = runsOf(input.text, input.variables);
  if (!runs.some((run) => run.isTag)) return input.after;
  const built = runs.map((run) => run.built).join("");
  const replacements = replacementsOf(built, input.after);
  let written = "";
  let next = 0;
  let at = 0;
  const replaceWhile = (isDue: (one: Replacement) => boolean): void => {
    for (let one = replacements[next]; one !== undefined && isDue(one); one = replacements[++next]) {
      written += built.slice(at, one.start) + one.text;
      at = one.end;
    }
  };
  let start = 0;
  for (const run of runs) {
    const end = start + run.built.length;
    if (run.isTag && !replacements.some((one) => isInside(one, start, end))) {
      replaceWhile((one) => one.start <= start);
      written += built.slice(at, start) + run.written;
      at = Math.max(at, end);
    } else {
      replaceWhile((one) => one.start < end);
      written += built.slice(at, end);
      at = Math.max(at, end);
    }
    start = end;
  }
  replaceWhile(() => true);
  return written;
}

/** True if the replacement changes what is between `start` and `end`; an insertion at either end does not. */
function isInside(one: Replacement, start: number, end: number): boolean {
  return one.start < end && one.end > start;
}

function runsOf(text: string, variables: ReadonlyMap<string, string>): Run[] {
  const runs: Run[] = [];
  const literal = (part: string): void => void (part === "" || runs.push({ written: part, built: part, isTag: false }));
  let at = 0;
  for (const tag of findTags(text)) {
    const value = variables.get(tag.name);
    if (value === undefined) continue;
    literal(text.slice(at, tag.start));
    runs.push({ written: text.slice(tag.start, tag.end), built: value, isTag: true });
    at = tag.end;
  }
  literal(text.slice(at));
  return runs;
}

function replacementsOf(before: string, after: string): Replacement[] {
  const [old, now] = [words(before), words(after)];
  let first = 0;
  while (first < old.length && first < now.length && old[first] === now[first]) first += 1;
  let last = 0;
  while (last < old.length - first && last < now.length - first && old.at(-1 - last) === now.at(-1 - last)) last += 1;
  const middle = { old: old.slice(first, old.length - last), now: now.slice(first, now.length - last) };
  const script = diffArrays(middle.old, middle.now, { maxEditLength: MOST_EDITS }) ?? [
    { value: middle.old, removed: true, added: false },
    { value: middle.now, removed: false, added: true },
  ];
  const found: Replacement[] = [];
  let at = old.slice(0, first).join("").length;
  for (const { value, added, removed } of script) {
    const text = value.join("");
    const previous = found.at(-1);
    const touches = previous !== undefined && previous.end === at;
    if (added) {
      if (touches) found[found.length - 1] = { ...previous, text: previous.text + text };
      else found.push({ start: at, end: at, text });
    } else if (removed) {
      if (touches) found[found.length - 1] = { ...previous, end: at + text.length };
      else found.push({ start: at, end: at + text.length, text: "" });
      at += text.length;
    } else at += text.length;
  }
  return found;
}

function words(text: string): string[] {
  return text.match(WORD) ?? [];
}
