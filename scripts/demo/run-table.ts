import { outcomesOf, type JobRecord, type RunRecord } from "./record.ts";
import type { Chapter, Story } from "./chapter.ts";

/** Heads of the columns of the closing table. */
export const RUN_COLUMNS = ["Run", "Result", "Time", "Retell calls", "Retell writes", "GitHub calls", "GitHub writes"] as const;

/** What only prepares the next job, and goes without saying in the table. */
const PREPARING = new Set(["listed", "planned"]);

/** One row per workflow run, with the chapter that it ended in; all cells as text. */
export function runRows(story: Story): { readonly title: string; readonly run: RunRecord; readonly cells: readonly string[] }[] {
  return story.chapters.flatMap(({ title, runs }, index) =>
    runs.map((run) => {
      const { retell, github } = run;
      const counts = [retell.calls, retell.writes, github.calls, github.writes].map(String);
      return { title, run, cells: [`${index + 1} ${run.workflow.replace(/\.yml$/, "")}`, resultOf(run), seconds(run.workMs), ...counts] };
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

function resultOf(run: RunRecord): string {
  const all = outcomesOf(run);
  const telling = all.filter((outcome) => !PREPARING.has(outcome));
  return (telling.length === 0 ? all : telling).join(", ") || run.conclusion;
}
