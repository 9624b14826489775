import { compareThreeWays, type Sides } from "./three-way.ts";
import { versionsOf, type Version } from "./versions.ts";
import { isBreak, isLayout, isSentenceEnd, wordTokens } from "./word-tokens.ts";

/** Of the shorter text's words a side has to keep this share, else it wrote another text, and single words that both have mean nothing. */
const LEAST_KEPT = 1 / 3;
/** Characters of one side; a longer conflict costs too much for what a second look may find. */
const LONGEST = 100_000;

/**
 * The second look at a conflict of lines: the merged text, if the two sides changed words of different sentences or lines,
 * and the merge stands its proof: merged once more with either side it gives itself. Undefined in any doubt.
 */
export function mergeWords({ base, git, console }: Sides<string>): string | undefined {
  if (Math.max(base.length, git.length, console.length) > LONGEST) return undefined;
  const versions = versionsOf({ base, cut: wordTokens, isBlank: isLayout, asGit: false });
  const sides = { base: versions.base, git: versions.read(git), console: versions.read(console) };
  const text = mergeOnce(sides);
  if (text === undefined) return undefined;
  const merged = versions.read(text);
  return mergeOnce({ ...sides, git: merged }) === text && mergeOnce({ ...sides, console: merged }) === text ? text : undefined;
}

function mergeOnce(sides: Sides<Version>): string | undefined {
  if (!keepsEnough(sides.base, sides.git) || !keepsEnough(sides.base, sides.console)) return undefined;
  const stretches = compareThreeWays({ versions: sides, separates: (from, to) => separates(sides.base.elements, from, to) });
  let text = "";
  for (const stretch of stretches) {
    if (stretch.kind === "conflict" || stretch.kind === "doubt") return undefined;
    const side = stretch.kind === "console" ? "console" : "git";
    text += sides[side].elements.slice(...stretch[side]).join("");
  }
  return text;
}

function keepsEnough(base: Version, side: Version): boolean {
  const words = countWords(base.elements);
  const replaced = side.hunks.reduce((sum, { b0, b1 }) => sum + countWords(base.elements.slice(b0, b1)), 0);
  return words - replaced >= LEAST_KEPT * Math.min(words, countWords(side.elements));
}

function countWords(tokens: readonly string[]): number {
  return tokens.reduce((sum, token) => (isLayout(token) ? sum : sum + 1), 0);
}

/**
 * Two changes are apart if a sentence ends between them, or a line with something of it left. Within one sentence two right
 * changes can make a wrong one: `Never tell` and `do not offer` are not `Never tell … do not offer`.
 */
function separates(tokens: readonly string[], from: number, to: number): boolean {
  const seen = { end: false, break: false, sign: false };
  for (let i = from; i < to; i++) {
    const token = tokens[i] ?? "";
    if (isLayout(token)) {
      if (seen.end) return true;
      seen.break ||= isBreak(token);
    } else {
      seen.end = isSentenceEnd(token);
      seen.sign = true;
    }
    if (seen.break && seen.sign) return true;
  }
  return false;
}
