import type { AgentRecord } from "../state/recorded.ts";
import type { PlanContext } from "./options.ts";
import type { AgentPlan, Block } from "./plan.ts";
import type { WorkspaceSnapshot } from "./plan-workspace.ts";
import { recordFor } from "./plan-workspace.ts";

/** Deletes are refused above this share of the recorded agents, from ten agents on. Source: octoDNS' safety thresholds. */
const MAX_DELETE_SHARE = 0.3;
const SHARE_APPLIES_FROM = 10;

/** Reasons for which nothing at all may be written to the workspace. */
export function planStops(input: {
  agents: readonly AgentPlan[];
  orphans: ReadonlyMap<string, AgentRecord>;
  snapshot: WorkspaceSnapshot;
  context: PlanContext;
}): Block[] {
  return [...stateStops(input.snapshot), ...renameStops(input), ...deleteStops(input)];
}

function stateStops({ recorded }: WorkspaceSnapshot): Block[] {
  if (recorded.workspace.kind !== "unreadable") return [];
  return [{ reason: "unreadable-state", message: `workspace.json on the state branch cannot be read: ${recorded.workspace.problem}. Restore it from the branch's history.` }];
}

/** A folder that vanished beside one that appeared looks like a rename; guessing wrong would make a second agent. */
function renameStops({ orphans, snapshot }: { orphans: ReadonlyMap<string, AgentRecord>; snapshot: WorkspaceSnapshot }): Block[] {
  const given = new Set(snapshot.moved.filter((move) => move.kind === "agent").map((move) => move.from));
  const gone = [...orphans].filter(([name, record]) => !given.has(name) && record.kind === "state" && record.state.agent_id !== null && record.state.imported !== true).map(([name]) => name);
  const fresh = [...snapshot.desired.keys()].filter((name) => recordFor(name, snapshot) === undefined);
  if (gone.length === 0 || fresh.length === 0) return [];
  return gone.sort().map((name) => ({
    reason: "state-without-folder" as const,
    message:
      `${name} was deployed but has no folder any more, while ${fresh.sort().join(", ")} ${fresh.length === 1 ? "is" : "are"} new. ` +
      `If it was renamed, add {"agent": "${name}", "to": "${fresh[0] ?? ""}"} to "moved" in workspaces.json; if it is gone for good, add {"agent": "${name}", "to": null}.`,
  }));
}

function deleteStops({ agents, snapshot, context }: { agents: readonly AgentPlan[]; snapshot: WorkspaceSnapshot; context: PlanContext }): Block[] {
  const deletes = agents.filter((agent) => agent.operation === "delete");
  const total = snapshot.recorded.agents.size;
  if (deletes.length === 0) return [];
  const names = deletes.map((agent) => agent.name).join(", ");
  if (deletes.length > context.options.maxDeletes) {
    return [{ reason: "too-many-deletes", message: `${deletes.length} agents would be deleted (${names}), but max-deletes is ${context.options.maxDeletes}.` }];
  }
  if (total >= SHARE_APPLIES_FROM && deletes.length / total > MAX_DELETE_SHARE) {
    return [{ reason: "too-many-deletes", message: `${deletes.length} of ${total} agents would be deleted (${names}), which is more than 30 %.` }];
  }
  return [];
}

/** Secrets that a run would have to send and does not have. Only jobs that write ask; others say "not compared". */
export function secretStops(agents: readonly AgentPlan[], context: Pick<PlanContext, "secrets">): Block[] {
  const stops: Block[] = [];
  for (const agent of agents) {
    if (agent.blocks.length > 0 || !["create", "update", "replace"].includes(agent.operation)) continue;
    for (const reference of agent.material.desired?.references ?? []) {
      if (reference.kind !== "secret" || context.secrets.has(reference.name)) continue;
      stops.push({
        reason: "missing-secret",
        message: `${reference.file}${reference.line === undefined ? "" : `:${reference.line}`}: ${reference.pointer} of ${agent.name} is secret://${reference.name}, but RETELL_SECRET_${reference.name} is not set in this job. Add it to the step's env: RETELL_SECRET_${reference.name}: \${{ secrets.RETELL_SECRET_${reference.name} }}.`,
      });
    }
  }
  return stops;
}
