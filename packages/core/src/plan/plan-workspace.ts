import { referredAgent } from "../canonical/symbols.ts";
import type { Json } from "../canonical/json.ts";
import { isJsonObject } from "../canonical/json.ts";
import type { DesiredAgent } from "../project/desired.ts";
import type { Move, Workspace } from "../project/workspace.ts";
import { markFolder } from "../state/ownership-mark.ts";
import type { AgentRecord, RecordedState } from "../state/recorded.ts";
import { deleteBlock, type PhoneBindings } from "./delete-gate.ts";
import { planFingerprint } from "./fingerprint.ts";
import type { LiveReading } from "./live.ts";
import type { PlanContext } from "./options.ts";
import { planAgent } from "./plan-agent.ts";
import { isWritten, type AgentPlan, type Block, type Plan } from "./plan.ts";
import { planStops } from "./safety.ts";
import { stagingBlock, type StagingEvidence } from "./staging-gate.ts";

/** Everything that planning one workspace reads. Plain data. */
export interface WorkspaceSnapshot {
  readonly workspace: Workspace;
  readonly desired: ReadonlyMap<string, DesiredAgent>;
  readonly recorded: RecordedState;
  readonly live: ReadonlyMap<string, LiveReading>;
  readonly lostEngines: ReadonlyMap<string, string>;
  readonly unmanaged: number | undefined;
  readonly moved: readonly Move[];
  /** Names that the `agents` input selects, of desired and recorded ones. */
  readonly selected: ReadonlySet<string>;
  /** Read only where an agent is to be deleted. */
  readonly phones?: PhoneBindings | undefined;
  /** Undefined where no staging is required: not a production, or none declared. */
  readonly staging: StagingEvidence | undefined;
}

/** The plan of one workspace: every selected agent decided, then what stands in the way of the whole. Pure. */
export function planWorkspace(snapshot: WorkspaceSnapshot, context: PlanContext): Plan {
  const agentIds = knownIds(snapshot);
  const former = formerIds(snapshot, context.options);
  const orphans = orphanedRecords(snapshot);
  const names = [...new Set([...snapshot.desired.keys(), ...orphans.keys()])].filter((name) => snapshot.selected.has(name)).sort();
  const single = names.map((name) =>
    planAgent(
      {
        name,
        desired: snapshot.desired.get(name),
        record: snapshot.desired.has(name) ? recordFor(name, snapshot) : orphans.get(name),
        live: snapshot.live.get(name) ?? { kind: "none" },
        lostEngineId: snapshot.lostEngines.get(name),
        isMoved: snapshot.desired.has(name) && !snapshot.recorded.agents.has(name) && recordFor(name, snapshot) !== undefined,
        agentIds,
        formerIds: former,
        ownFolders: ownFolders(name, snapshot.moved, context.workingDirectory),
      },
      context,
    ),
  );
  const gated = single.map((agent) => withDeleteGate(withStagingGate(agent, snapshot, context), snapshot, context));
  const agents = withBlockedReferences(gated, agentIds);
  return {
    workspace: snapshot.workspace,
    agents,
    unmanaged: snapshot.unmanaged,
    fingerprint: planFingerprint({ repositoryId: context.repositoryId, workingDirectory: context.workingDirectory, workspace: snapshot.workspace.name, agents }),
    stops: planStops({ agents, orphans, snapshot, context }),
  };
}

/** An agent's record, also under the name it was moved from. */
export function recordFor(name: string, snapshot: Pick<WorkspaceSnapshot, "recorded" | "moved">): AgentRecord | undefined {
  const own = snapshot.recorded.agents.get(name);
  if (own !== undefined) return own;
  const source = snapshot.moved.find((move) => move.kind === "agent" && move.to === name);
  return source === undefined ? undefined : snapshot.recorded.agents.get(source.from);
}

/** Records without a folder that no declared move explains. */
export function orphanedRecords(snapshot: Pick<WorkspaceSnapshot, "desired" | "recorded" | "moved">): Map<string, AgentRecord> {
  const moves = snapshot.moved.filter((move) => move.kind === "agent");
  return new Map(
    [...snapshot.recorded.agents].filter(
      ([name]) => !snapshot.desired.has(name) && !moves.some((move) => move.from === name && move.to !== null && snapshot.desired.has(move.to)),
    ),
  );
}

/** Folders whose marks count as an agent's own: its name, and the names that it was moved from. */
export function ownFolders(name: string, moved: readonly Move[], workingDirectory: string): string[] {
  const sources = moved.filter((move) => move.kind === "agent" && move.to === name).map((move) => move.from);
  return [name, ...sources].map((folder) => markFolder(workingDirectory, folder));
}

function knownIds(snapshot: WorkspaceSnapshot): Map<string, string> {
  const ids = new Map<string, string>();
  for (const name of snapshot.desired.keys()) {
    const reading = snapshot.live.get(name);
    if (reading?.kind === "present") ids.set(name, reading.agent.agentId);
    const record = recordFor(name, snapshot);
    if (reading?.kind !== "missing" && record?.kind === "state" && record.state.agent_id !== null) ids.set(name, record.state.agent_id);
  }
  return ids;
}

/**
 * Ids that agents had before they were made again, and those of agents that this run makes again. An agent that is gone
 * and stays so has none: what refers to it is left as it is.
 */
export function formerIds(snapshot: WorkspaceSnapshot, options: PlanContext["options"]): Map<string, ReadonlySet<string>> {
  const former = new Map<string, ReadonlySet<string>>();
  for (const name of snapshot.desired.keys()) {
    const record = recordFor(name, snapshot);
    if (record?.kind !== "state") continue;
    const missing = snapshot.live.get(name)?.kind === "missing";
    if (missing && !(options.recreate && snapshot.selected.has(name))) continue;
    const { agent_id: id, former_agent_ids: before = [] } = record.state;
    former.set(name, new Set(missing && id !== null ? [...before, id] : before));
  }
  return former;
}

function withStagingGate(agent: AgentPlan, snapshot: WorkspaceSnapshot, context: PlanContext): AgentPlan {
  if (snapshot.staging === undefined || agent.operation === "none" || agent.operation === "delete") return agent;
  const block = stagingBlock(agent, snapshot.staging);
  if (block === undefined) return agent;
  if (context.options.requireStaging) return isWritten(agent) ? blockedBy(agent, block) : agent;
  // The way past staging leaves a trace: in the plan that is approved, in the summary, and in the state.
  return { ...agent, skipsStaging: true, notes: [...agent.notes, `Its content was not deployed to ${snapshot.staging.name}: require-staging: false lets it through.`] };
}

function withDeleteGate(agent: AgentPlan, snapshot: WorkspaceSnapshot, context: PlanContext): AgentPlan {
  if (agent.operation !== "delete") return agent;
  const block = deleteBlock(agent, { phones: snapshot.phones, live: snapshot.live, onConsoleEdit: context.options.onConsoleEdit });
  return block === undefined ? agent : blockedBy(agent, block);
}

/** An agent that refers to one that is left alone is left alone too: its callers would land on what Git has not approved. */
function withBlockedReferences(agents: readonly AgentPlan[], agentIds: ReadonlyMap<string, string>): AgentPlan[] {
  const planned = new Map(agents.map((agent) => [agent.name, agent]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const agent of planned.values()) {
      if (!isWritten(agent)) continue;
      const obstacle = referredAgents(agent.material.desired).find((name) => {
        const other = planned.get(name);
        if (other !== undefined && other.wanted && other.blocks.length > 0) return true;
        return !agentIds.has(name) && (other === undefined || !isWritten(other));
      });
      if (obstacle === undefined) continue;
      const other = planned.get(obstacle);
      planned.set(
        agent.name,
        blockedBy(agent, {
          reason: "blocked-reference",
          message:
            other === undefined
              ? `It refers to agent://${obstacle}, which does not exist in this workspace and is not among the selected agents.`
              : `It refers to agent://${obstacle}, which is left alone.`,
        }),
      );
      changed = true;
    }
  }
  return [...planned.values()];
}

function blockedBy(agent: AgentPlan, block: Block): AgentPlan {
  const converged = agent.changes.some((change) => change.class === "converged");
  return { ...agent, blocks: [...agent.blocks, block], operation: converged ? "record" : "none" };
}

/** Names behind `agent://` in an agent's content, sorted. */
export function referredAgents(desired: DesiredAgent | undefined): string[] {
  const names = new Set<string>();
  const visit = (value: Json): void => {
    const name = referredAgent(value);
    if (name !== undefined) names.add(name);
    else if (Array.isArray(value)) value.forEach(visit);
    else if (isJsonObject(value)) Object.values(value).forEach(visit);
  };
  if (desired !== undefined) visit(desired.content as Json);
  names.delete(desired?.name ?? "");
  return [...names].sort();
}
