import type { ScalarNode } from "./json-node.ts";
import type { FilePosition } from "./source-text.ts";

/**
 * Places in the file of characters of a JSON string's LF-normalised value, by their offset in the value: escapes take more
 * room in the file than in the value. Rising offsets cost one pass over the string together.
 */
export function positionsInString(node: ScalarNode): (valueOffset: number) => FilePosition {
  const { source, offset } = node.origin;
  if (source.text[offset] !== '"') return () => source.position(offset);
  const start = { passed: 0, at: offset + 1 };
  let cursor = start;
  return (valueOffset) => {
    let { passed, at } = cursor.passed <= valueOffset ? cursor : start;
    for (; passed < valueOffset && at < source.text.length; passed++) at = nextUnit(source.text, at);
    cursor = { passed, at };
    return source.position(at);
  };
}

/** Where the value's next character starts; `\r\n` is one. */
function nextUnit(text: string, at: number): number {
  const next = at + width(text, at);
  return isEscape(text, at, "\r") && isEscape(text, next, "\n") ? next + width(text, next) : next;
}

function width(text: string, at: number): number {
  if (text[at] !== "\\") return 1;
  return text[at + 1] === "u" ? 6 : 2;
}

function isEscape(text: string, at: number, character: "\r" | "\n"): boolean {
  if (text.startsWith(character === "\r" ? "\\r" : "\\n", at)) return true;
  return text.startsWith("\\u", at) && Number.parseInt(text.slice(at + 2, at + 6), 16) === character.charCodeAt(0);
}
