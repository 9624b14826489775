import type { LabRun } from "@retell-actions/lab/runner/github-actions";
import type { WorkflowScene } from "@retell-actions/lab/scene/workflow-scene";

/** Requests to one service. */
export interface Calls {
  readonly calls: number;
  readonly writes: number;
}

/** One workflow run, as the table at the end shows it. */
export interface RunRecord {
  readonly id: number;
  /** Name of the workflow file. */
  readonly workflow: string;
  /** Name of the job, which is the name of its check. */
  readonly job: string;
  readonly conclusion: string;
  /** The action's output of that name. */
  readonly outcome: string;
  readonly wallMs: number;
  readonly retell: Calls;
  /** REST and GraphQL, without git. */
  readonly github: Calls;
  /** Markdown. */
  readonly summary: string;
}

/** Lets something happen and records the one run that it starts. @throws {Error} if it starts none, or several. */
export async function record(scene: WorkflowScene, happening: () => Promise<unknown>): Promise<RunRecord> {
  const before = { runs: scene.actions.runs.length, retell: scene.retell.requests.length, github: scene.jobRequests().length };
  await happening();
  await scene.actions.idle();
  const started = scene.actions.runs.slice(before.runs);
  const [run] = started;
  if (run === undefined || started.length > 1) throw new Error(`One workflow run was expected; there were ${started.length}: ${started.map(({ workflow }) => workflow).join(", ")}.`);
  const count = (requests: readonly { readonly write: boolean }[]): Calls => ({ calls: requests.length, writes: requests.filter(({ write }) => write).length });
  return {
    ...shown(run),
    retell: count(scene.retell.requests.slice(before.retell)),
    github: count(scene.jobRequests().slice(before.github)),
  };
}

function shown(run: LabRun): Omit<RunRecord, "retell" | "github"> {
  const [leg] = Object.values(run.jobs).flatMap(({ legs }) => legs);
  const steps = leg?.steps ?? [];
  return {
    id: run.run.id,
    workflow: run.workflow.split("/").at(-1) ?? run.workflow,
    job: leg?.name ?? "",
    conclusion: run.conclusion,
    outcome: steps.map(({ outputs }) => outputs["outcome"] ?? "").find((outcome) => outcome !== "") ?? "",
    wallMs: run.wallMs,
    summary: steps.map(({ summary }) => summary).join(""),
  };
}
