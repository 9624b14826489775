import type { Piece } from "./fit.ts";

/** How many rows of a long list stay when the report has to shrink, step by step. */
const SHRINK_TO = [500, 150, 40, 10];

/**
 * A list or table that can shrink to its first rows: `render` gets the rows that stay and a sentence about the others
 * (undefined if none is missing). Rows have to come with the most important first.
 */
export function rowList<T>(rows: readonly T[], render: (shown: readonly T[], rest: string | undefined) => string): Piece {
  if (rows.length === 0) return { text: "" };
  const lengths = SHRINK_TO.filter((length) => length < rows.length);
  return build(rows, render, [rows.length, ...lengths]);
}

function build<T>(rows: readonly T[], render: (shown: readonly T[], rest: string | undefined) => string, [length = 0, ...shorter]: readonly number[]): Piece {
  const missing = rows.length - length;
  const text = render(rows.slice(0, length), missing === 0 ? undefined : `… and ${missing.toLocaleString("en-US")} more`);
  return shorter.length === 0 ? { text } : { text, shorter: { step: "rows", piece: build(rows, render, shorter) } };
}

/** A Markdown table; cells have to be escaped already. The sentence about missing rows stands below it. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], rest?: string): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const lines = [line(header), line(header.map(() => "---")), ...rows.map(line)];
  return lines.join("\n") + (rest === undefined ? "" : `\n\n${rest}`);
}
