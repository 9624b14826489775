import { parseDriftHeader } from "./drift-header.ts";

/** Stands below the hidden header; as long as it does, it is not written again. */
const NOTE = "> **Decided by command.** Decisions were made on this pull request after the text below was written: its files, and the answers below, say what a merge does.";

/** The body of a drift pull request with a note that it has been decided about; undefined where there is nothing to change. */
export function withDecidedNote(body: string): string | undefined {
  if (parseDriftHeader(body) === undefined || body.includes(NOTE)) return undefined;
  const end = body.indexOf("\n");
  const [header, text] = end === -1 ? [body, ""] : [body.slice(0, end), body.slice(end + 1)];
  return `${header}\n${NOTE}\n\n${text}`;
}
