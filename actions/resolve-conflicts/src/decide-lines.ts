import type { Target } from "@retell-actions/core/apply/read-target";
import type { ReasonCode } from "@retell-actions/core/outcome";
import type { AgentPlan, Plan } from "@retell-actions/core/plan/plan";
import { replan } from "@retell-actions/core/plan/replan";
import type { IssueComment } from "@retell-actions/core/ports/github";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { hasErrors } from "@retell-actions/core/project/problem";
import type { ValidatedProject } from "@retell-actions/core/project/validate-project";
import type { CommandAnswer, FreshAgent } from "@retell-actions/core/report/answer-input";
import { carryOut } from "@retell-actions/core/resolve/carry-out";
import { chooseAgents } from "@retell-actions/core/resolve/choose-agents";
import { decidableAgents } from "@retell-actions/core/resolve/console-changes";
import { decideAgent, type FieldDecision } from "@retell-actions/core/resolve/decide-agent";
import type { Command, DecisionCommand } from "@retell-actions/core/resolve/read-command";
import { shownDigests, type Shown } from "@retell-actions/core/resolve/shown-digest";
import type { ResolveInputs } from "./inputs.ts";
import type { Merged } from "./merged-project.ts";
import type { Scene } from "./scene.ts";

/** Everything that decisions are made from; nothing of it is asked for again meanwhile. */
export interface Bench {
  readonly scene: Scene;
  readonly inputs: Pick<ResolveInputs, "sharedSections" | "flatten">;
  /** What the branch gives with these files, merged into its base. */
  readonly merge: (files: ProjectFiles) => Merged;
  /** What the base builds: Git's value where a drift pull request holds the console's. */
  readonly base: ValidatedProject;
  readonly targets: ReadonlyMap<string, Target>;
  /** Comments of the pull request; empty for a manual run. */
  readonly comments: readonly IssueComment[];
}

/** The files with a command's decisions in them, and what to answer. */
export interface Decided {
  readonly files: ProjectFiles;
  readonly answer: CommandAnswer;
}

/** Carries one decision out on the files. Pure: a refusal leaves them as they are. */
export function decideLine(command: DecisionCommand, files: ProjectFiles, bench: Bench): Decided {
  const refuse = (reason: ReasonCode, message: string, fresh: readonly FreshAgent[] = []): Decided => ({ files, answer: { kind: "refused", line: command.line, reason, message, fresh } });
  const planned = planOf(command.workspace, files, bench);
  if ("fault" in planned) return refuse(planned.reason, planned.fault);
  const { plan } = planned;
  const fresh = (agents: readonly AgentPlan[]): FreshAgent[] => agents.map((agent) => ({ workspace: plan.workspace, plan: agent }));
  if (bench.targets.get(command.workspace)?.busyWith !== undefined) {
    return refuse("busy", `A run is deploying to ${command.workspace} at the moment, so nobody can tell what is an edit. Repeat the command when it is over.`);
  }
  const chosen = chooseAgents(command, plan, shownFor(command, bench));
  if (chosen.kind === "refused") return refuse(chosen.reason, chosen.message, fresh(chosen.fresh));
  const decisions: { plan: AgentPlan; fields: readonly FieldDecision[] }[] = [];
  for (const agent of chosen.agents) {
    const base = hasErrors(bench.base.problems) ? undefined : bench.base.desired.get(command.workspace)?.get(agent.name)?.content;
    const fields = decideAgent({ verb: command.verb, agent, base, fields: command.fields });
    if ("fault" in fields) return refuse("unknown-command", fields.fault, fresh([agent]));
    if (fields.length === 0) return refuse("nothing-to-do", `The console changed no field of ${agent.name} in ${command.workspace}, so there is nothing to decide.`, fresh([agent]));
    decisions.push({ plan: agent, fields });
  }
  const { directory } = bench.scene;
  const done = carryOut({ files, workingDirectory: directory, workspace: command.workspace, agents: decisions, ...bench.inputs });
  const left = done.agents.flatMap((agent) => agent.left.map(({ field, reason }) => `${agent.name}, ${field}: ${reason}`));
  const settled = done.agents.some((agent) => agent.adopted.length + agent.overwrites.length + agent.already.length > 0);
  if (!settled) return refuse(command.verb === "merge" ? "needs-a-choice" : "unmappable", `Nothing could be done. ${left.join(". ")}.`, fresh(chosen.agents));
  return { files: done.files, answer: { kind: "done", line: command.line, agents: done.agents } };
}

/** What a command shows or explains; nothing is decided. */
export function showLine(command: Extract<Command, { kind: "diff" }>, files: ProjectFiles, bench: Bench): CommandAnswer {
  const agents: FreshAgent[] = [];
  for (const workspace of command.workspaces) {
    const planned = planOf(workspace, files, bench);
    if ("fault" in planned) return { kind: "refused", line: command.line, reason: planned.reason, message: planned.fault, fresh: [] };
    const { plan } = planned;
    const wanted = command.agent === "all" ? plan.agents.filter((agent) => agent.class !== "in-sync" || decidableAgents(plan).includes(agent)) : plan.agents.filter(({ name }) => name === command.agent);
    agents.push(...wanted.map((agent) => ({ workspace: plan.workspace, plan: agent })));
  }
  return { kind: "diff", line: command.line, full: command.full, agents };
}

/** The plan of a workspace for the branch's files, merged into its base; or why there is none. */
export function planOf(workspace: string, files: ProjectFiles, { merge, targets }: Pick<Bench, "merge" | "targets">): { readonly plan: Plan; readonly project: ValidatedProject } | { readonly reason: ReasonCode; readonly fault: string } {
  const merged = merge(files);
  if (merged.kind === "conflicts") {
    return { reason: "merge-conflicts", fault: `The branch cannot be merged into its base: both changed ${merged.paths.slice(0, 5).join(", ")}. Merge the base into it first.` };
  }
  const { project } = merged;
  const error = project.problems.find(({ severity }) => severity === "error");
  if (error !== undefined) return { reason: "invalid-files", fault: `The files have errors, which come first: ${error.file}${error.line === undefined ? "" : `:${error.line}`}: ${error.message}` };
  const target = targets.get(workspace);
  if (target === undefined) return { reason: "unknown-workspace", fault: `${workspace} was not read.` };
  return { plan: replan(target, project), project };
}

function shownFor(command: DecisionCommand, { scene, comments }: Bench): Shown {
  if (scene.writtenAt === undefined) return { kind: "nothing" };
  return shownDigests(comments, { repositoryId: scene.repositoryId, folder: scene.directory, workspace: command.workspace, writtenAt: scene.writtenAt });
}
