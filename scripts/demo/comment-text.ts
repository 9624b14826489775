import { cut, padTo, widthOf, wrap, type Paint } from "./terminal.ts";

/** The comment's Markdown for reading in a terminal: the hidden header and what is folded away are left out, tables are aligned. */
export function commentText(body: string, options: { readonly width: number; readonly paint: Paint }): string[] {
  const { width, paint } = options;
  const visible = body
    .replace(/<!--[\s\S]*?-->\n?/g, "")
    .replace(/<details><summary>([\s\S]*?)<\/summary>[\s\S]*?<\/details>/g, (_, summary: string) => `▸ ${plain(summary)}`)
    .trimEnd();
  const lines: string[] = [];
  let table: string[][] = [];
  let fenced = "";
  const flush = (): void => {
    lines.push(...alignedTable(table, width, paint));
    table = [];
  };
  for (const line of visible.split("\n")) {
    if (line.startsWith("|") && fenced === "") {
      table.push(line.slice(1, -1).split(/(?<!\\)\|/).map((cell) => inline(cell.trim())));
      continue;
    }
    flush();
    if (/^`{3,}/.test(line)) fenced = fenced === "" ? line : "";
    else if (fenced !== "" && line.trim() !== "") lines.push(fencedLine(cut(`  ${line}`, width), fenced.endsWith("diff"), paint));
    else if (line.startsWith("#")) lines.push(paint("bold", inline(line.replace(/^#+ /, ""))));
    else if (line !== "" || lines.at(-1) !== "") lines.push(...(line === "" ? [""] : wrapItem(inline(line), width)));
  }
  flush();
  return lines;
}

/** Further lines of a list item begin below its text. */
function wrapItem(text: string, width: number): string[] {
  const indent = " ".repeat(/^(?:-|\d+\.) /.exec(text)?.[0].length ?? 0);
  return wrap(text, width - indent.length).map((line, index) => (index === 0 ? line : indent + line));
}

function fencedLine(line: string, isDiff: boolean, paint: Paint): string {
  if (!isDiff) return paint("dim", line);
  const mark = line[2];
  return mark === "+" ? paint("green", line) : mark === "-" ? paint("red", line) : mark === "@" ? paint("cyan", line) : line;
}

function alignedTable(rows: readonly (readonly string[])[], width: number, paint: Paint): string[] {
  const [head, ...rest] = rows.filter((cells) => !cells.every((cell) => /^:?-+:?$/.test(cell)));
  if (head === undefined) return [];
  const widths = head.map((_, column) => Math.max(...[head, ...rest].map((cells) => widthOf(cells[column] ?? ""))));
  const row = (cells: readonly string[]): string => cut(widths.map((size, column) => padTo(cells[column] ?? "", size)).join("  ").trimEnd(), width);
  return [paint("underline", row(head)), ...rest.map(row)];
}

function inline(text: string): string {
  return plain(text).replace(/\[([^\]]+)\]\(https?:[^)\s]*\)/g, "$1").replace(/\*\*(.+?)\*\*/g, "$1").replace(/`([^`]+)`/g, "$1").replace(/\\([\\|*_#<>[\]()])/g, "$1");
}

function plain(text: string): string {
  return text.replace(/<\/?[a-z]+>/g, "").replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code))).replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}
