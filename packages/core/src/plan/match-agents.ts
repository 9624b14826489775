import picomatch from "picomatch";

/**
 * Patterns of an `agents` input: separated by commas or line breaks, but not by the commas inside `{a,b}`; empty ones
 * are dropped.
 */
export function splitPatterns(text: string): string[] {
  const patterns: string[] = [];
  let current = "";
  let depth = 0;
  for (const character of text) {
    if (character === "{") depth += 1;
    if (character === "}") depth = Math.max(0, depth - 1);
    if (character === "\n" || character === "\r" || (character === "," && depth === 0)) {
      patterns.push(current);
      current = "";
      depth = 0;
    } else current += character;
  }
  return [...patterns, current].map((pattern) => pattern.trim()).filter((pattern) => pattern !== "");
}

/** Runs of `*`, and choices in `{}`, in one pattern; a name can be shared out among them in as many ways as the power of its length that they are. */
const MOST_CHOICES = 4;
const LONGEST_PATTERN = 1_000;

/**
 * Why a pattern cannot be used, as the end of a sentence; undefined if it can. Patterns become regular expressions, and one with many
 * stars or choices can take longer than any job.
 */
export function patternFault(pattern: string): string | undefined {
  if (pattern === "!") return "excludes nothing. Write the name or the pattern behind the exclamation mark";
  if (pattern.length > LONGEST_PATTERN) return `is longer than ${LONGEST_PATTERN} characters. Write several patterns`;
  const choices = (pattern.match(/\*+|\{/g) ?? []).length;
  return choices > MOST_CHOICES ? `has more than ${MOST_CHOICES} stars and choices. Write several patterns` : undefined;
}

/**
 * The names that match any pattern and no `!` pattern, whatever their order; only `!` patterns (or none) mean "all
 * except". Names match as a whole, so `sales` never means `a-sales`. `*`, `?`, `[abc]` and `{a,b}` have their meaning, anything else is
 * text, as in `Sales (EU)`. The patterns are without {@link patternFault}.
 */
export function matchAgents(patterns: readonly string[], names: readonly string[]): string[] {
  const options = { dot: true, nonegate: true };
  const excludes = patterns.filter((pattern) => pattern.startsWith("!")).map((pattern) => picomatch(withoutGroups(pattern.slice(1)), options));
  const includes = patterns.filter((pattern) => !pattern.startsWith("!")).map((pattern) => picomatch(withoutGroups(pattern), options));
  return names.filter((name) => (includes.length === 0 || includes.some((matches) => matches(name))) && !excludes.some((matches) => matches(name)));
}

/** Groups that repeat or may be absent can be shared out in ways without number, and names from the console have parentheses. */
function withoutGroups(pattern: string): string {
  return pattern.replace(/[()|+]/g, "\\$&");
}
