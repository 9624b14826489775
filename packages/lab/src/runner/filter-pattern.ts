/**
 * Branch, tag and path patterns of `on:`. Source: docs "Workflow syntax", "Filter pattern cheat sheet":
 * `*` not `/`, `**` anything, `?` and `+` count the character before, `[]` sets, a leading `!` takes back.
 */

function toRegExp(pattern: string): RegExp {
  let source = "";
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern.charAt(index);
    if (character === "\\") source += `\\${pattern.charAt((index += 1))}`;
    else if (character === "*" && pattern[index + 1] === "*") {
      index += 1;
      // "**/" matches no directory too: "**/docs/**" covers "docs/x".
      if (pattern[index + 1] === "/" && (index === 1 || pattern[index - 2] === "/")) {
        index += 1;
        source += "(?:.*/)?";
      } else source += ".*";
    } else if (character === "*") source += "[^/]*";
    else if (character === "?" || character === "+") source += character;
    else if (character === "[") {
      const close = pattern.indexOf("]", index);
      source += close < 0 ? "\\[" : pattern.slice(index, close + 1);
      if (close >= 0) index = close;
    } else source += /[\w/-]/.test(character) ? character : `\\${character}`;
  }
  return new RegExp(`^${source}$`, "s");
}

/** True if the name is selected: the last pattern that matches decides, `!` patterns deselect. */
export function matchesPatterns(name: string, patterns: readonly string[]): boolean {
  let selected = false;
  for (const pattern of patterns) {
    if (pattern.startsWith("!")) {
      if (toRegExp(pattern.slice(1)).test(name)) selected = false;
    } else if (toRegExp(pattern).test(name)) selected = true;
  }
  return selected;
}
