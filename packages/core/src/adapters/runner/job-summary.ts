import { appendFileSync } from "node:fs";

/** GitHub drops step summaries above 1 MiB; the rest is for what the runner adds. */
const LARGEST = 900 * 1024;

/** The summary, cut at a line if it is too large; the notice stands at the top, where no open fence can swallow it. */
export function fitSummary(text: string, pointer: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= LARGEST) return text;
  const notice = `> **This summary was too large and is cut.** ${pointer}\n\n`;
  const room = LARGEST - Buffer.byteLength(notice);
  const lineEnd = bytes.lastIndexOf(10, room);
  // Without a line break: back to the start of a character, so that no half one remains.
  let end = lineEnd > 0 ? lineEnd + 1 : room;
  while (lineEnd <= 0 && end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return notice + bytes.toString("utf8", 0, end);
}

/** Appends to the step's summary, where the runner offers one. */
export function writeSummary({ text, pointer, file }: { text: string; pointer: string; file: string | undefined }): void {
  if (file === undefined || file === "" || text === "") return;
  appendFileSync(file, `${fitSummary(text, pointer).trimEnd()}\n`);
}
