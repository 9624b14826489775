/** A Markdown table. Cells are Markdown; what would end a cell or a row in them is escaped. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Within a table a `|` ends the cell even inside a code span (GFM specification, tables), unless it is escaped. */
function cell(text: string): string {
  return text.replace(/\s+/g, " ").trim().replace(/\\?\|/g, "\\|");
}

/** Text as a code span, whatever backticks it holds. */
export function codeSpan(text: string): string {
  const longest = [...text.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 0);
  const fence = "`".repeat(longest + 1);
  const pad = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${fence}${pad}${text}${pad}${fence}`;
}
