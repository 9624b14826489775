import { diffArrays } from "diff";

/** Lines up to this length get a second look; longer ones cost too much for what they tell. */
const LONGEST_LINE = 8_000;
const MOST_EDITS = 300;
/** Less than this share of the shorter line in common: it is another line, not a changed one. */
const LEAST_COMMON = 0.4;
/** Words of unchanged text kept on each side of a change, in characters. */
const AROUND = 40;

/**
 * The words in which two lines differ, as git's `--word-diff` writes them: `You are a [-helpful-]{+kind+} agent`, with
 * longer unchanged stretches as `…`. Undefined where the lines have too little in common, are short enough to be
 * compared by eye, or too long.
 */
export function diffWords(before: string, after: string): string | undefined {
  if (Math.max(before.length, after.length) > LONGEST_LINE || Math.min(before.length, after.length) < 24) return undefined;
  const script = diffArrays(words(before), words(after), { maxEditLength: MOST_EDITS });
  if (script === undefined) return undefined;
  const common = script.filter(({ added, removed }) => !added && !removed).reduce((sum, { value }) => sum + value.join("").length, 0);
  if (common < LEAST_COMMON * Math.min(before.length, after.length)) return undefined;
  const runs = joinChanges(script);
  return runs
    .map(({ same, removed, added }, index) => {
      const change = (removed === "" ? "" : `[-${removed}-]`) + (added === "" ? "" : `{+${added}+}`);
      return shorten(same, { atStart: index === 0, atEnd: index === runs.length - 1 && change === "" }) + change;
    })
    .join("");
}

/** Unchanged text and the change after it. */
interface Run {
  same: string;
  removed: string;
  added: string;
}

/** Changes with nothing but a blank between them are one change: `[-a b-]{+c d+}` instead of one per word. */
function joinChanges(script: readonly { readonly value: string[]; readonly added: boolean; readonly removed: boolean }[]): Run[] {
  const runs: Run[] = [{ same: "", removed: "", added: "" }];
  for (const [index, { value, added, removed }] of script.entries()) {
    const text = value.join("");
    const run = runs.at(-1);
    if (run === undefined) continue;
    if (removed) run.removed += text;
    else if (added) run.added += text;
    else if (run.removed + run.added === "") run.same += text;
    else if (text.trim() === "" && index < script.length - 1 && run.removed !== "" && run.added !== "") {
      run.removed += text;
      run.added += text;
    } else runs.push({ same: text, removed: "", added: "" });
  }
  for (const [index, run] of runs.entries()) {
    // The blank that joined two words may have ended up at the end of both sides: there it is no change.
    const blank = /\s+$/.exec(run.removed)?.[0] ?? "";
    if (blank === "" || !run.added.endsWith(blank)) continue;
    run.removed = run.removed.slice(0, -blank.length);
    run.added = run.added.slice(0, -blank.length);
    const next = runs[index + 1];
    if (next === undefined) runs.push({ same: blank, removed: "", added: "" });
    else next.same = blank + next.same;
  }
  return runs.filter(({ same, removed, added }) => same + removed + added !== "");
}

function words(line: string): string[] {
  return line.match(/[\p{L}\p{N}\p{M}_]+|\s+|[^\p{L}\p{N}\p{M}_\s]/gu) ?? [];
}

function shorten(text: string, { atStart, atEnd }: { readonly atStart: boolean; readonly atEnd: boolean }): string {
  const characters = [...text];
  const room = (atStart ? 0 : AROUND) + (atEnd ? 0 : AROUND);
  if (characters.length <= room + 4) return text;
  const head = atStart ? "" : characters.slice(0, AROUND).join("");
  const tail = atEnd ? "" : characters.slice(-AROUND).join("");
  return `${head}…${tail}`;
}
