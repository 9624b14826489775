import { diffLines } from "../report/line-diff.ts";

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
  const before = lines.map(({ content }) => content).join("\n");
  const kept: { content: string; end: string }[] = [];
  for (const line of linesOf(before, text)) {
    if (line.after === undefined) continue;
    const old = line.before === undefined ? undefined : lines[line.before]?.end;
    kept.push({ content: line.text, end: old !== undefined && old !== "" ? old : (kept.at(-1)?.end ?? usual) });
  }
  // Of a text that ends with a line break itself, one more is needed: exactly one is dropped when it is built.
  const needsBreak = hadFinalBreak || text.endsWith("\n");
  let written = "";
  for (const [index, { content, end }] of [...kept.entries()].reverse()) {
    // A lone CR in front of an LF would be one line end with it.
    const safe = end === "\r" && written.startsWith("\n") ? "\n" : end;
    written = content + (index < kept.length - 1 || needsBreak ? safe : "") + written;
  }
  return mark + written;
}

/** The comparison takes an empty text for one without lines; a file has one. */
function linesOf(before: string, after: string) {
  if (after === "") return [{ text: "", before: undefined, after: 0 }];
  return diffLines(before, after);
}
