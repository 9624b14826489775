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

/**
 * The names that match any pattern and no `!` pattern, whatever their order; only `!` patterns (or none) mean "all
 * except". Names match as a whole, so `sales` never means `a-sales`.
 */
export function matchAgents(patterns: readonly string[], names: readonly string[]): string[] {
  const options = { dot: true, nonegate: true };
  const excludes = patterns.filter((pattern) => pattern.startsWith("!")).map((pattern) => picomatch(pattern.slice(1), options));
  const includes = patterns.filter((pattern) => !pattern.startsWith("!")).map((pattern) => picomatch(pattern, options));
  return names.filter((name) => (includes.length === 0 || includes.some((matches) => matches(name))) && !excludes.some((matches) => matches(name)));
}
