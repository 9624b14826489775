/** What Dana and Rosa do on GitHub, and the runs that it starts. */
import type { Answer } from "@retell-actions/lab/scene/person";
import type { WorkflowScene } from "@retell-actions/lab/scene/workflow-scene";
import { seenComment, type SeenComment } from "./look.ts";
import type { Recorder, RunRecord } from "./record.ts";

/** A repository in the middle of its story. */
export interface Play {
  readonly scene: WorkflowScene;
  readonly recorder: Recorder;
}

/** What Dana wants to bring into a branch. */
export interface Proposal {
  readonly title: string;
  /** A branch of her own, which begins at `base`; or an existing branch, without files. */
  readonly head: string;
  readonly base: string;
  readonly files?: Readonly<Record<string, string>>;
}

/** Dana commits, opens a pull request, and waits for its check. */
export async function openPullRequest({ scene, recorder }: Play, { title, head, base, files }: Proposal): Promise<{ readonly pullRequest: number; readonly check: RunRecord }> {
  const { repository } = scene;
  let pullRequest = 0;
  const runs = await recorder.during(async () => {
    if (files !== undefined) await repository.commit({ branch: head, parent: base, files: { ...files }, message: title, author: "dana" });
    pullRequest = (await repository.openPullRequest({ head, base, title, user: "dana" })).number;
  });
  return { pullRequest, check: only(runs) };
}

/** Dana presses the merge button; with the runs that ended by then. */
export async function merge({ scene, recorder }: Play, pullRequest: number): Promise<{ readonly answer: Answer; readonly runs: readonly RunRecord[] }> {
  let answer: Answer = { status: 0, message: "" };
  const runs = await recorder.during(async () => {
    answer = await scene.person.merge(pullRequest);
  });
  return { answer, runs };
}

/** Dana writes a command below a pull request; with the run that carries it out, and both comments. */
export async function command({ scene, recorder }: Play, pullRequest: number, line: string): Promise<{ readonly run: RunRecord; readonly asked: SeenComment; readonly answer: SeenComment }> {
  const before = scene.repository.commentsOf(pullRequest).length;
  const run = only(await recorder.during(() => scene.person.comment(pullRequest, line)));
  const [asked, answer, ...more] = scene.repository.commentsOf(pullRequest).slice(before).map((comment) => seenComment(comment));
  if (asked === undefined || answer === undefined || more.length > 0) throw new Error(`One answer was expected to: ${line}`);
  return { run, asked, answer };
}

/** Dana presses "Run workflow". */
export async function runWorkflow({ scene, recorder }: Play, file: string, request: { readonly branch: string; readonly inputs?: Readonly<Record<string, string>> }): Promise<readonly RunRecord[]> {
  return recorder.during(() => scene.person.dispatch(file, request));
}

/** The line of retell-drift-detection.yml. */
const CRON = "17 */6 * * *";

/** The clock starts the detection. */
export async function detectDrift({ scene, recorder }: Play): Promise<RunRecord> {
  return only(await recorder.during(() => scene.actions.schedule(CRON)));
}

/** Number of the open pull request with the drift of a workspace. @throws {Error} if there is none. */
export function driftOf({ scene }: Play, workspace: string): number {
  const found = scene.repository.openPulls().find(({ head }) => head.ref === `retell/drift/${workspace}`);
  if (found === undefined) throw new Error(`The detection opened no pull request for ${workspace}.`);
  return found.number;
}

/** Rosa reads the plan and lets the job pass that waits for this environment. */
export function approve({ scene, recorder }: Play, environment: string): Promise<readonly RunRecord[]> {
  return recorder.during(() => scene.actions.approvals.answer(environment, { approved: true }));
}

/** The run of production and the deploy of staging that it started, after Rosa's yes. */
export async function approveProduction(play: Play): Promise<{ readonly production: RunRecord; readonly staging: RunRecord | undefined; readonly runs: readonly RunRecord[] }> {
  const runs = await approve(play, "production");
  const production = runs.find(({ workflow }) => workflow === "retell-deploy-production.yml");
  if (production === undefined) throw new Error("The approval ended no run of production.");
  return { production, staging: runs.find(({ workflow }) => workflow === "retell-deploy-staging.yml"), runs };
}

/** The one run of a list. @throws {Error} if there is none, or several. */
export function only(runs: readonly RunRecord[]): RunRecord {
  const [run] = runs;
  if (run === undefined || runs.length > 1) throw new Error(`One workflow run was expected; there were ${runs.length}: ${runs.map(({ workflow }) => workflow).join(", ")}.`);
  return run;
}
