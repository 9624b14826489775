import { isWritten, type AgentClass, type AgentPlan, type Operation } from "../plan/plan.ts";
import type { ResourcePlan } from "../plan/resource-plan.ts";
import type { WorkspaceReport } from "./report-input.ts";

/** Where an agent stands in a report. */
export type Situation =
  /** Deploy would write it. */
  | "to-deploy"
  /** Git wants to change it and something stands in the way: the report's reader has to act. */
  | "blocked"
  /** The same, of an agent that this change does not touch: said, but not this change's business. */
  | "blocked-elsewhere"
  /** Different in Retell while Git wants nothing: said, never in the way. */
  | "drifted"
  /** Only the state is brought up to date. */
  | "to-record"
  | "in-sync";

/** Which of an agent's classes is a difference to report where Git wants nothing. */
const IS_DRIFT: Record<AgentClass, boolean> = {
  "in-sync": false,
  "local-change": false,
  "console-edit": true,
  converged: false,
  conflict: true,
  "not-deployed": false,
  "missing-remote": true,
  "version-deleted": true,
  "removed-from-git": true,
  unreadable: true,
};

/** A shared resource as its situation asks for it: touched by its symbol. */
export function asTouchable(resource: ResourcePlan): Pick<AgentPlan, "blocks" | "operation" | "class" | "name"> {
  return { blocks: resource.blocks, operation: resource.operation, class: resource.class, name: resource.symbol };
}

export function situationOf(agent: Pick<AgentPlan, "blocks" | "operation" | "class" | "name">, touched: ReadonlySet<string> | undefined): Situation {
  if (isWritten(agent)) return "to-deploy";
  if (agent.blocks.length > 0) return touched === undefined || touched.has(agent.name) ? "blocked" : "blocked-elsewhere";
  if (IS_DRIFT[agent.class]) return "drifted";
  return agent.operation === "record" ? "to-record" : "in-sync";
}

/** The agents of a workspace by situation, each in the order of the plan. */
export function bySituation({ plan, touched }: Pick<WorkspaceReport, "plan" | "touched">): Record<Situation, AgentPlan[]> {
  const groups: Record<Situation, AgentPlan[]> = { "to-deploy": [], blocked: [], "blocked-elsewhere": [], drifted: [], "to-record": [], "in-sync": [] };
  for (const agent of plan.agents) groups[situationOf(agent, touched)].push(agent);
  return groups;
}

/** True if a person has to decide between Git and the console, field by field. */
export function needsDecision(agent: AgentPlan): boolean {
  return agent.blocks.some(({ reason }) => reason === "conflict" || reason === "console-edit" || reason === "version-deleted");
}

/** What deploy does, as a verb in a table. */
export const OPERATION_WORDS: Record<Operation, string> = {
  none: "nothing",
  create: "create",
  update: "update",
  replace: "replace with a new agent",
  record: "record only",
  delete: "delete",
};

/** What an agent's class means, in few words. */
export const CLASS_WORDS: Record<AgentClass, string> = {
  "in-sync": "in sync",
  "local-change": "changed in Git",
  "console-edit": "changed in the Retell console",
  converged: "changed to the same in Git and Retell",
  conflict: "changed differently in Git and in the Retell console",
  "not-deployed": "not deployed yet",
  "missing-remote": "deleted in Retell",
  "version-deleted": "deployed version deleted in Retell",
  "removed-from-git": "removed from Git, still in Retell",
  unreadable: "could not be read",
};
