import type { Target } from "@retell-actions/core/apply/read-target";
import type { ReasonCode } from "@retell-actions/core/outcome";
import { liveDigest } from "@retell-actions/core/plan/live-digest";
import type { AgentPlan, Plan } from "@retell-actions/core/plan/plan";
import { replan } from "@retell-actions/core/plan/replan";
import type { IssueComment } from "@retell-actions/core/ports/github";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { hasErrors } from "@retell-actions/core/project/problem";
import type { ValidatedProject } from "@retell-actions/core/project/validate-project";
import type { CommandAnswer, FreshAgent } from "@retell-actions/core/report/answer-input";
import { carryOut, type AgentDecision } from "@retell-actions/core/resolve/carry-out";
import { chooseAgents } from "@retell-actions/core/resolve/choose-agents";
import { decidableAgents } from "@retell-actions/core/resolve/console-changes";
import type { ReadDigests } from "@retell-actions/core/resolve/commit-trailers";
import { decideAgent } from "@retell-actions/core/resolve/decide-agent";
import type { Command, DecisionCommand } from "@retell-actions/core/resolve/read-command";
import { restoreForks } from "@retell-actions/core/resolve/restore-forks";
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
  /** What the base builds. */
  readonly base: ValidatedProject;
  /** The branch that the decisions are merged into. */
  readonly targetBranch: string;
  /** The branch's target, where the branch is the suite's own: Git's values where a drift pull request holds the console's. */
  readonly restorable: { readonly files: ProjectFiles; readonly project: ValidatedProject } | undefined;
  readonly targets: ReadonlyMap<string, Target>;
  /** Comments of the pull request; empty for a manual run. */
  readonly comments: readonly IssueComment[];
  /** The states that the same commands were held against by a run that broke off; they stand for what reports showed. */
  readonly readBefore: ReadDigests | undefined;
}

/** The files with a command's decisions in them, and what to answer. */
export interface Decided {
  readonly files: ProjectFiles;
  readonly answer: CommandAnswer;
  /** The live states that were decided about, by agent. */
  readonly read: ReadonlyMap<string, string>;
}

/**
 * Carries one decision out on the files; `decided` are the other agents that commands above it were about, whose prompts it must
 * not change by the way. Pure: a refusal leaves the files as they are.
 */
export function decideLine(command: DecisionCommand, { files, decided }: { readonly files: ProjectFiles; readonly decided: ReadonlySet<string> }, bench: Bench): Decided {
  const refuse = (reason: ReasonCode, message: string, fresh: readonly FreshAgent[] = [], unread?: true): Decided => ({ files, answer: { kind: "refused", line: command.line, reason, message, fresh, ...(unread && { unread }) }, read: new Map() });
  const planned = planOf(command.workspace, files, bench);
  if ("fault" in planned) return refuse(planned.reason, planned.fault, [], planned.unread);
  const { plan } = planned;
  const fresh = (agents: readonly AgentPlan[]): FreshAgent[] => agents.map((agent) => ({ workspace: plan.workspace, plan: agent }));
  if (bench.targets.get(command.workspace)?.busyWith !== undefined) {
    return refuse("busy", `A run is deploying to ${command.workspace} at the moment, so nobody can tell what is an edit. Repeat the command when it is over.`);
  }
  const chosen = chooseAgents(command, plan, shownFor(command, bench));
  if (chosen.kind === "unread") return refuse(chosen.reason, chosen.message, fresh(chosen.fresh), true);
  if (chosen.kind === "refused") return refuse(chosen.reason, chosen.message, fresh(chosen.fresh));
  const decisions: AgentDecision[] = [];
  for (const agent of chosen.agents) {
    const base = bench.restorable === undefined || hasErrors(bench.restorable.project.problems) ? undefined : bench.restorable.project.desired.get(command.workspace)?.get(agent.name)?.content;
    const fields = decideAgent({ verb: command.verb, agent, base, fields: command.fields });
    if ("fault" in fields) return refuse("unknown-command", fields.fault, fresh([agent]));
    if (fields.length === 0) return refuse("nothing-to-do", `The console changed no field of ${agent.name} in ${command.workspace}, so there is nothing to decide.`, fresh([agent]));
    decisions.push({ plan: agent, fields, source: command.verb === "use-git" ? base : agent.material.live });
  }
  const { directory } = bench.scene;
  const done = carryOut({ files, workingDirectory: directory, workspace: command.workspace, targetBranch: bench.targetBranch, agents: decisions, ...bench.inputs });
  const left = done.agents.flatMap((agent) => agent.left.map(({ field, reason }) => `${agent.name}, ${field}: ${reason}`));
  const settled = done.agents.some((agent) => agent.adopted.length + agent.merged.length + agent.overwrites.length + agent.already.length > 0);
  if (!settled) return refuse(command.verb === "merge" ? "needs-a-choice" : "unmappable", `Nothing could be done. ${left.join(". ")}.`, fresh(chosen.agents));
  const reached = done.agents.flatMap(({ reaches }) => reaches).find(({ agents }) => agents.some((name) => decided.has(name)));
  if (reached !== undefined) {
    const names = reached.agents.filter((name) => decided.has(name)).join(", ");
    return refuse("unmappable", `It would change ${reached.file}, and with it the prompt of ${names}, which a command above has decided about. Decide about them together (\`all\`), or set shared-sections to fork.`, fresh(chosen.agents));
  }
  const restored = command.verb !== "use-git" || bench.restorable === undefined ? done.files : restoreForks({ files: done.files, target: bench.restorable.files, workingDirectory: directory, agents: done.agents.map(({ name }) => name) });
  return { files: restored, answer: { kind: "done", line: command.line, agents: done.agents }, read: new Map(chosen.agents.map((agent) => [agent.name, liveDigest(agent)])) };
}

/** What a command shows or explains; nothing is decided. */
export function showLine(command: Extract<Command, { kind: "diff" }>, files: ProjectFiles, bench: Bench): CommandAnswer {
  const agents: FreshAgent[] = [];
  for (const workspace of command.workspaces) {
    const planned = planOf(workspace, files, bench);
    if ("fault" in planned) return { kind: "refused", line: command.line, reason: planned.reason, message: planned.fault, fresh: [], ...(planned.unread && { unread: true }) };
    const { plan } = planned;
    const wanted = command.agent === "all" ? plan.agents.filter((agent) => agent.class !== "in-sync" || decidableAgents(plan).includes(agent)) : plan.agents.filter(({ name }) => name === command.agent);
    agents.push(...wanted.map((agent) => ({ workspace: plan.workspace, plan: agent })));
  }
  return { kind: "diff", line: command.line, full: command.full, agents };
}

/** The plan of a workspace for the branch's files, merged into its base; or why there is none. */
export function planOf(workspace: string, files: ProjectFiles, { merge, targets }: Pick<Bench, "merge" | "targets">): { readonly plan: Plan; readonly project: ValidatedProject } | { readonly reason: ReasonCode; readonly fault: string; readonly unread?: true } {
  const merged = merge(files);
  if (merged.kind === "conflicts") {
    return { reason: "merge-conflicts", fault: `The branch cannot be merged into its base: both changed ${merged.paths.slice(0, 5).join(", ")}. Merge the base into it first.` };
  }
  const { project } = merged;
  const error = project.problems.find(({ severity }) => severity === "error");
  if (error !== undefined) return { reason: "invalid-files", fault: `The files have errors, which come first: ${error.file}${error.line === undefined ? "" : `:${error.line}`}: ${error.message}` };
  const target = targets.get(workspace);
  if (target === undefined) return { reason: "unknown-workspace", fault: `${workspace} was not read.` };
  const plan = replan(target, project);
  const stop = unreadableOf(plan);
  return stop === undefined ? { plan, project } : { reason: stop.reason, fault: stop.message, unread: true };
}

/** Why nothing that the plan says of a workspace can be relied on: what was recorded of it cannot be read. */
export function unreadableOf({ stops }: Plan): Plan["stops"][number] | undefined {
  return stops.find(({ reason }) => reason === "unreadable-state");
}

function shownFor(command: DecisionCommand, { scene, comments, readBefore }: Bench): Shown {
  const agents = readBefore?.get(command.workspace);
  if (agents !== undefined) return { kind: "shown", agents };
  if (scene.writtenAt === undefined) return { kind: "nothing" };
  return shownDigests(comments, { repositoryId: scene.repositoryId, folder: scene.directory, workspace: command.workspace, writtenAt: scene.writtenAt });
}
