import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import type { JobContext } from "@retell-actions/core/ports/runner";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { deploy } from "../../drift-detect/test/support.ts";
import { run as runValidate } from "../../validate-and-conflict-check/src/run.ts";
import type { ResolveInputs } from "../src/inputs.ts";
import { run } from "../src/run.ts";

export { deploy, detect, fileAt, idOf } from "../../drift-detect/test/support.ts";

/** The inputs as action.yml has them. */
export const INPUTS: ResolveInputs = {
  command: "",
  sharedSections: "fork",
  flatten: false,
  onConsoleEdit: "fail",
  requireStaging: true,
  statusContext: "Validate & Check Conflicts",
  workingDirectory: "",
  token: "",
  concurrency: 8,
};

/** A world in which the small project is deployed to staging, with a pull request from `feature` that makes the changes. */
export async function worldWithPullRequest(changes: Record<string, string>, project: Record<string, string> = smallProject()): Promise<{ world: MemoryWorld; number: number }> {
  const world = createMemoryWorld(project);
  await deploy(world);
  world.git.branches.set("feature", world.git.branches.get("staging") ?? "");
  world.git.commit("feature", changes, "A change");
  const { number } = world.github.openPullRequest({ head: "feature", base: "staging" });
  return { world, number };
}

/** The check of a pull request, which writes its comment. */
export async function validate(world: MemoryWorld, number: number): Promise<ActionReport> {
  const pull = world.github.pulls.get(number);
  if (pull === undefined) throw new Error(`There is no pull request ${number}.`);
  const headSha = world.git.branches.get(pull.head) ?? "";
  world.git.checkout(headSha);
  world.clock.advance(10_000);
  const event = { name: "pull_request", pullRequest: number, baseBranch: pull.base, baseSha: world.git.branches.get(pull.base) ?? "", headSha, fork: false, dependabot: false } as const;
  const inputs = { agents: ["*"], workingDirectory: "", token: "", concurrency: 8, workspace: undefined, scope: "changed", onConsoleEdit: "fail", comment: true, requireStaging: true } as const;
  return runValidate(inputs, world.ports({ event, ref: `refs/pull/${number}/merge` }));
}

/** Somebody writes a comment, and the workflow of commands runs. */
export async function comment(world: MemoryWorld, number: number, body: string, options: { author?: string; inputs?: Partial<ResolveInputs>; job?: Partial<JobContext> } = {}): Promise<ActionReport & { readonly id: number }> {
  world.clock.advance(10_000);
  const { id } = world.github.comment(number, body, options.author);
  return { ...(await carryOut(world, id, options)), id };
}

/** The run that a comment started; also once more. */
export async function carryOut(world: MemoryWorld, id: number, options: { action?: "created" | "edited"; inputs?: Partial<ResolveInputs>; job?: Partial<JobContext> } = {}): Promise<ActionReport> {
  world.git.checkout(world.git.branches.get("develop") ?? "");
  world.clock.advance(5_000);
  return run({ ...INPUTS, ...options.inputs }, world.ports({ ...world.github.commentJob(id, options.action), ...options.job }));
}

/** A manual run. */
export async function dispatch(world: MemoryWorld, command: string, inputs: Partial<ResolveInputs> = {}): Promise<ActionReport> {
  world.git.checkout(world.git.branches.get("develop") ?? "");
  return run({ ...INPUTS, ...inputs, command }, world.ports({ event: { name: "workflow_dispatch", branch: "develop" }, ref: "refs/heads/develop" }));
}

/** Bodies of the answers on a pull request, oldest first. */
export async function answers(world: MemoryWorld, number: number): Promise<string[]> {
  return (await world.github.comments.list(number)).filter(({ body }) => body.startsWith('<!-- retell-actions {"kind":"answer"')).map(({ body }) => body);
}

/** The newest ready-made command of a comment that starts with the words. */
export function commandIn(body: string, start: string): string {
  return body.split("\n").find((line) => line.startsWith(start) && /@[0-9a-f]{12}/.test(line)) ?? `no command ${start} in the comment`;
}
