import type { RetellLabOptions } from "@retell-actions/lab/retell/server";
import type { RunOptions, RunResult, Scene } from "@retell-actions/lab/scene/scene";

/** A world in which an action has something to do, and the run that does it. */
export interface Story {
  readonly action: string;
  readonly name: string;
  /** The same world each time. */
  readonly start: (retell?: Partial<RetellLabOptions>) => Promise<Scene>;
  /** The same requests each time; also once more. */
  readonly run: (scene: Scene, options: RunOptions) => Promise<RunResult>;
  /** Every so manieth fault of each call is played, odd: in the whole matrix, and where it has an ordinary share, in that. */
  readonly step: number;
  readonly ordinaryStep?: number;
}

/** For what comes before: @throws with the log unless the run was a success. */
export async function succeed(running: Promise<RunResult>): Promise<void> {
  const run = await running;
  if (run.conclusion !== "success") throw new Error(run.log);
}
