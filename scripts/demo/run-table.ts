import { outcomesOf, type JobRecord, type RunRecord } from "./record.ts";
import type { Chapter, Story } from "./chapter.ts";

/** Heads of the columns of the closing table: requests to each service, and how many of them write. */
export const RUN_COLUMNS = ["Run", "Result", "Time", "Retell", "writes", "GitHub", "writes"] as const;

/** What goes without saying beside other outcomes. */
const QUIET = new Set(["listed", "planned", "unchanged"]);

/** One row per workflow run, with the chapter that it ended in; all cells as text. */
export function runRows(story: Story): { readonly title: string; readonly run: RunRecord; readonly cells: readonly string[] }[] {
  return story.chapters.flatMap(({ title, runs }, index) =>
    runs.map((run) => {
      const { retell, github } = run;
      const counts = [retell.calls, retell.writes, github.calls, github.writes].map(String);
      return { title, run, cells: [`${index + 1} ${run.workflow.replace(/^retell-(.*)\.yml$/, "$1")}`, resultOf(run), seconds(run.workMs), ...counts] };
    }),
  );
}

/** All jobs of a chapter with the files that they are from, in order. */
export function jobRows({ runs, running }: Chapter): { readonly workflow: string; readonly job: JobRecord }[] {
  return [...runs, ...(running === undefined ? [] : [running])].flatMap(({ workflow, jobs }) => jobs.map((job) => ({ workflow, job })));
}

/** Such as `deployed, published`, or how the job ended if no action of it said anything. */
export function jobResult({ outcomes, conclusion }: JobRecord): string {
  return outcomes.length === 0 ? conclusion : outcomes.join(", ");
}

/** Such as `1.2 s`. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Of a run that failed what its failed jobs said, else what its jobs did. */
function resultOf(run: RunRecord): string {
  const failed = run.jobs.filter(({ conclusion }) => conclusion !== "success");
  const all = outcomesOf(failed.length === 0 ? run : { ...run, jobs: failed });
  const telling = all.filter((outcome) => !QUIET.has(outcome));
  return (telling.length === 0 ? all.slice(-1) : telling).join(", ") || run.conclusion;
}
