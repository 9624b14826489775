import type { ChildProcess } from "node:child_process";
import { deliver } from "@retell-actions/lab/github/model/events";
import type { LabRun } from "@retell-actions/lab/runner/github-actions";
import { runDisturbed, type Disturbance } from "@retell-actions/lab/scene/disturbed-run";
import { startWorkflowScene, type WorkflowScene } from "@retell-actions/lab/scene/workflow-scene";
import { pictureOf } from "./picture.ts";
import type { Story } from "./story.ts";

/** How long Retell's clock is behind. GitHub tells the end of a run in whole seconds; a real run ends a while after its last write. */
const CLOCK_BEHIND_MS = 2_000;

/** One write of a story, counted from 0 over both services, and what happens to it. */
export interface Case {
  readonly story: Story;
  readonly at: number;
  readonly disturbance: Disturbance;
}

/** The end of a story. */
export interface Played {
  readonly writes: number;
  /** How the last attempts of all runs ended, as `workflow: conclusion`. */
  readonly ends: readonly string[];
  /** Requests and answers that GitHub's published schemas do not allow. */
  readonly violations: readonly unknown[];
  readonly picture: unknown;
  /** Logs of all runs. */
  readonly log: string;
}

/** Tells a story without any disturbance. */
export function playUndisturbed(story: Story): Promise<Played> {
  return onStage(story, async ({ scene, start }) => {
    await start();
    return scene.faults.writes;
  });
}

/**
 * Tells a story in which one write is disturbed, and clicks on "Re-run": for writes with an even number only the failed jobs,
 * and where those alone cannot bring it to its end, as docs/lifecycle.md says of production, all jobs.
 */
export function playDisturbed({ story, at, disturbance }: Case): Promise<Played> {
  return onStage(story, async ({ scene, start, lastAttempts, listen }) => {
    const { actions, faults } = scene;
    await runDisturbed(scene, { at, disturbance }, ({ onSpawn }) => {
      listen(onSpawn);
      return start();
    });
    const again = async (click: (run: LabRun) => void): Promise<void> => {
      for (const run of lastAttempts().filter(({ conclusion }) => conclusion !== "success")) click(run);
      await settle(scene);
    };
    const isOver = (): boolean => lastAttempts().every(({ workflow, conclusion }) => conclusion === (workflow.endsWith(story.template) ? story.ends : "success"));
    if (at % 2 === 0) await again((run) => actions.rerunFailed(run));
    if (at % 2 !== 0 || !isOver()) await again((run) => actions.rerun(run));
    return faults.writes;
  });
}

interface Stage {
  readonly scene: WorkflowScene;
  /** Lets the runners hear how the story begins, and waits for the end of all that follows. */
  readonly start: () => Promise<void>;
  /** Of the runs since then. */
  readonly lastAttempts: () => readonly LabRun[];
  /** Who is told of the processes of steps from now on. */
  readonly listen: (tell: (child: ChildProcess) => void) => void;
}

/** `play` tells the number of writes. */
async function onStage(story: Story, play: (stage: Stage) => Promise<number>): Promise<Played> {
  const retell = { rateLimits: false, seed: 5, now: () => Date.now() - CLOCK_BEHIND_MS } as const;
  let spawned: ((child: ChildProcess) => void) | undefined;
  const scene = await startWorkflowScene({ ...story.installation, retell, onSpawn: (child) => spawned?.(child) });
  try {
    await story.prepare(scene);
    const before = new Set(scene.actions.runs.map(({ run }) => run.id));
    const lastAttempts = (): LabRun[] => [...new Map(scene.actions.runs.map((run) => [run.run.id, run])).values()].filter(({ run }) => !before.has(run.id));
    const start = await announced(scene, story);
    const writes = await play({
      scene,
      start,
      lastAttempts,
      listen: (tell) => {
        spawned = tell;
      },
    });
    return { writes, ends: [...new Set(lastAttempts().map(ending))].toSorted(), violations: scene.github.violations, picture: await pictureOf(scene), log: lastAttempts().map(({ log }) => log).join("\n") };
  } finally {
    await scene.stop();
  }
}

/** Lets the story begin while no runner listens, so that no request of a person is among the runs'; the result tells the runners. */
async function announced(scene: WorkflowScene, story: Story): Promise<() => Promise<void>> {
  const { repository, actions, faults } = scene;
  actions.stop();
  const from = repository.events.length;
  await story.begin(scene);
  const begun = repository.events.splice(from);
  actions.start();
  faults.reset();
  return async () => {
    for (const event of begun) deliver(repository, event);
    await settle(scene);
  };
}

/** Waits for the end of all runs, with a reviewer who always says yes. */
async function settle({ actions }: WorkflowScene): Promise<void> {
  await actions.idle();
  for (let [next] = actions.approvals.environments; next !== undefined; [next] = actions.approvals.environments) {
    actions.approvals.answer(next, { approved: true });
    await actions.idle();
  }
}

function ending({ workflow, conclusion }: LabRun): string {
  return `${workflow.replace(".github/workflows/", "")}: ${conclusion}`;
}
