import type { RunRecord } from "./record.ts";
import type { Story } from "./chapter.ts";

/** Heads of the columns of the closing table. */
export const RUN_COLUMNS = ["Run", "Result", "Time", "Retell calls", "Retell writes", "GitHub calls", "GitHub writes"] as const;

/** One row per workflow run, with the chapter that it belongs to; all cells as text. */
export function runRows(story: Story): { readonly title: string; readonly run: RunRecord; readonly cells: readonly string[] }[] {
  return story.chapters.flatMap(({ title, run }, index) => {
    if (run === undefined) return [];
    const { retell, github } = run;
    const counts = [retell.calls, retell.writes, github.calls, github.writes].map(String);
    return [{ title, run, cells: [`${index + 1} ${run.workflow.replace(/\.yml$/, "")}`, run.outcome, seconds(run.wallMs), ...counts] }];
  });
}

/** Such as `1.2 s`. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
