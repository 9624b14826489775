import { align } from "./align.ts";

/**
 * A section file with a new text: lines that stay keep their own line ends, new ones get that of their neighbour; a byte
 * order mark and the final line break stay as they are. `text` is what the section is built to, with LF.
 */
export function writeSection(raw: string, text: string): string {
  const mark = raw.startsWith("\uFEFF") ? "\uFEFF" : "";
  const lines = [...raw.slice(mark.length).matchAll(/([^\r\n]*)(\r\n|\r|\n|$)/g)].map(([, content = "", end = ""]) => ({ content, end }));
  // The pattern finds an empty rest at the end of the text, also behind a line without a line break.
  if (lines.length > 1 && lines.at(-1)?.content === "" && lines.at(-2)?.end === "") lines.pop();
  const hadFinalBreak = lines.length > 1 && lines.at(-1)?.content === "";
  if (hadFinalBreak) lines.pop();
  const usual = lines.find(({ end }) => end !== "")?.end ?? "\n";
  const now = text.split("\n");
  const endOf = new Map<number, string>();
  for (const [index, partner] of align(lines.map(({ content }) => content), now).entries()) if (partner >= 0) endOf.set(partner, lines[index]?.end ?? "");
  const kept: { content: string; end: string }[] = [];
  for (const [index, content] of now.entries()) {
    const old = endOf.get(index) ?? "";
    kept.push({ content, end: old === "" ? (kept.at(-1)?.end ?? usual) : old });
  }
  // Of a text that ends with a line break itself, one more is needed: exactly one is dropped when it is built.
  const needsBreak = hadFinalBreak || text.endsWith("\n");
  const parts: string[] = [];
  let next = "";
  for (const [index, { content, end }] of [...kept.entries()].reverse()) {
    // A lone CR in front of an LF would be one line end with it.
    const safe = end === "\r" && next.startsWith("\n") ? "\n" : end;
    next = content + (index < kept.length - 1 || needsBreak ? safe : "");
    parts.push(next);
  }
  return mark + parts.reverse().join("");
}
