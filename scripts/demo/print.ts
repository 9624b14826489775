import type { Chapter, Shown, Story } from "./chapter.ts";
import { commentText } from "./comment-text.ts";
import { jobResult, jobRows, RUN_COLUMNS, runRows, seconds } from "./run-table.ts";
import { padTo, widthOf, wrap, type Paint } from "./terminal.ts";

const WIDTH = 100;
/** Lines of a comment or summary that are printed; the report has all of it. */
const SHOWN_LINES = 36;
const BRIEF_LINES = 8;

export interface PrintOptions {
  readonly paint: Paint;
  /** Path of the report, for the reader. */
  readonly report: string;
}

/** What stands above the first chapter. */
export function printOpening({ title }: Pick<Story, "title">, { paint }: PrintOptions): string {
  const about = "Played on this machine with the built actions: real git, and the lab's GitHub, Retell and workflow runner.";
  return text([paint("bold", `retell-actions: ${title}`), ...wrap(about, WIDTH).map((line) => paint("dim", line))]);
}

/** One chapter, with its number from 1. */
export function printChapter(chapter: Chapter, number: number, options: PrintOptions): string {
  return text(["", ...chapterLines(chapter, { ...options, number })]);
}

/** The table of runs and the verdict. */
export function printEnding(story: Story, { paint, report }: PrintOptions): string {
  const verdict =
    story.broken.length === 0 ? paint("green", "Everything came out as told.") : paint("red", `Not as told:\n${story.broken.map((claim) => `  ✗ ${claim}`).join("\n")}`);
  return text(["", paint("bold", "What each run did"), paint("dim", "Requests to Retell and to GitHub, and how many of them write."), ...tableLines(story, paint), "", verdict, `All comments and job summaries: ${report}`]);
}

function text(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}

function chapterLines(chapter: Chapter, options: PrintOptions & { readonly number: number }): string[] {
  const { paint, number } = options;
  const { shown, exhibit } = chapter;
  const indent = (line: string): string => `   ${line}`;
  return [
    paint(["bold", "cyan"], `${number}  ${chapter.title}`),
    ...wrap(chapter.told, WIDTH - 3).map(indent),
    ...(exhibit === undefined ? [] : exhibit.text.split("\n").map((line) => indent(paint("dim", `  ${line.length > WIDTH ? `${line.slice(0, WIDTH - 6)}…` : line}`)))),
    ...jobRows(chapter).map(({ workflow, job }) => indent(`${mark(job.conclusion === "success", paint)} ${job.name}: ${jobResult(job)} ${paint("dim", `(${workflow}, ${seconds(job.workMs)})`)}`)),
    ...shown.flatMap((one) => shownLines(one, options)),
    ...chapter.claims.flatMap(({ text: claim, held }) => wrap(claim, WIDTH - 5).map((line, at) => indent(`${at > 0 ? " " : held ? paint("green", "→") : paint("red", "✗ not so:")} ${line}`))),
  ];
}

function shownLines({ author, what, body, brief }: Shown, { paint, report }: PrintOptions): string[] {
  const all = commentText(body, { width: WIDTH - 6, paint });
  const most = brief === true ? BRIEF_LINES : SHOWN_LINES;
  const some = all.length <= most + 3 ? all : [...all.slice(0, most), paint("dim", `… ${all.length - most} more lines in ${report}`)];
  const border = (drawn: string): string => `   ${paint("yellow", drawn)}`;
  return [border(`┌─ ${author === undefined ? "" : `${author} `}${what}`), ...some.map((line) => `${border("│")} ${line}`.trimEnd()), border("└─")];
}

function tableLines(story: Story, paint: Paint): string[] {
  const rows = [RUN_COLUMNS, ...runRows(story).map(({ cells }) => cells)];
  const widths = RUN_COLUMNS.map((_, column) => Math.max(...rows.map((cells) => widthOf(cells[column] ?? ""))));
  const row = (cells: readonly string[]): string => cells.map((cell, column) => padTo(cell, widths[column] ?? 0, column < 2 ? "left" : "right")).join("  ");
  return rows.map((cells, index) => (index === 0 ? paint("underline", row(cells)) : row(cells)));
}

function mark(good: boolean, paint: Paint): string {
  return good ? paint("green", "✓") : paint("red", "✗");
}
