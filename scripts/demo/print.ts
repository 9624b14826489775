import type { Chapter, PostedComment, Story } from "./chapter.ts";
import { commentText } from "./comment-text.ts";
import { RUN_COLUMNS, runRows, seconds } from "./run-table.ts";
import { padTo, widthOf, wrap, type Paint } from "./terminal.ts";

const WIDTH = 100;
/** Lines of a comment that are shown; the report has all of it. */
const COMMENT_LINES = 44;
const SHORT_COMMENT_LINES = 8;

/** The story as lines for a terminal. */
export function printStory(story: Story, options: { readonly paint: Paint; readonly report: string }): string {
  const { paint, report } = options;
  const lines = [
    paint("bold", `retell-actions: ${story.title}`),
    ...wrap(`Played on this machine with the built actions: git and GitHub's API, Retell's API and the workflow runner of the lab.`, WIDTH).map((line) => paint("dim", line)),
    ...story.chapters.flatMap((chapter, index) => ["", ...chapterLines(chapter, { ...options, number: index + 1 })]),
    "",
    paint("bold", "What each run did"),
    ...tableLines(story, paint),
    "",
    story.broken.length === 0 ? paint("green", "Everything came out as told.") : paint("red", `Not as told:\n${story.broken.map((text) => `  ✗ ${text}`).join("\n")}`),
    `All comments and job summaries: ${report}`,
  ];
  return `${lines.join("\n")}\n`;
}

function chapterLines(chapter: Chapter, options: { readonly paint: Paint; readonly report: string; readonly number: number }): string[] {
  const { paint, number } = options;
  const { run, comment, exhibit } = chapter;
  const indent = (text: string): string => `   ${text}`;
  return [
    paint(["bold", "cyan"], `${number}  ${chapter.title}`),
    ...wrap(chapter.told, WIDTH - 3).map(indent),
    ...(exhibit === undefined ? [] : exhibit.text.split("\n").map((line) => indent(paint("dim", `  ${line.length > WIDTH ? `${line.slice(0, WIDTH - 6)}…` : line}`)))),
    ...(run === undefined ? [] : [indent(`${mark(run.conclusion === "success", paint)} ${run.job}: ${run.outcome} ${paint("dim", `(${run.workflow}, ${seconds(run.wallMs)})`)}`)]),
    ...(comment === undefined ? [] : commentLines(comment, options)),
    ...chapter.claims.map(({ text, held }) => indent(`${held ? paint("green", "→") : paint("red", "✗ not so:")} ${text}`)),
  ];
}

function commentLines(comment: PostedComment, { paint, report }: { readonly paint: Paint; readonly report: string }): string[] {
  const all = commentText(comment.body, { width: WIDTH - 6, paint });
  const most = comment.edited ? SHORT_COMMENT_LINES : COMMENT_LINES;
  const shown = all.length <= most + 3 ? all : [...all.slice(0, most), paint("dim", `… ${all.length - most} more lines in ${report}`)];
  const border = (text: string): string => `   ${paint("yellow", text)}`;
  return [
    border(`┌─ ${comment.author} ${comment.edited ? "changed its comment" : "commented"} on pull request #${comment.pullRequest}`),
    ...shown.map((line) => `${border("│")} ${line}`.trimEnd()),
    border("└─"),
  ];
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
