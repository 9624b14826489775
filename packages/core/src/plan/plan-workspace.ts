import type { DesiredAgent } from "../project/desired.ts";
import type { Move, Workspace } from "../project/workspace.ts";
import type { RecordedState } from "../state/recorded.ts";
import { formerRecordNames, orphanedRecords, ownFolders, recordFor } from "./agent-records.ts";
import { withBlockedResources } from "./blocked-resources.ts";
import { deleteBlock } from "./delete-gate.ts";
import { planFingerprint } from "./fingerprint.ts";
import { formerIds, goneIds, knownIds, replacedAgents } from "./known-ids.ts";
import type { LiveReading } from "./live.ts";
import type { PlanContext } from "./options.ts";
import { planAgent } from "./plan-agent.ts";
import { planResources, type PlannedResources } from "./plan-resources.ts";
import type { ResourceSnapshot } from "./resource-snapshot.ts";
import { isWritten, type AgentPlan, type Block, type Plan } from "./plan.ts";
import { referredAgents } from "./referred-agents.ts";
import { replaceNotes } from "./replace-notes.ts";
import { planStops } from "./safety.ts";
import { sharedIds } from "./shared-ids.ts";
import { stagingBlock, type StagingEvidence } from "./staging-gate.ts";
import type { AgentUses, PublishedVersions } from "./uses.ts";

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
  /** Read only where an agent is to be deleted or to give way to another one. */
  readonly uses?: AgentUses | undefined;
  /** What callers get, read only where an agent or what agents share is to be deleted. */
  readonly published?: PublishedVersions | undefined;
  /** Undefined where no staging is required: not a production, or none declared. */
  readonly staging: StagingEvidence | undefined;
  /** Absent where neither the project nor the state has any shared resource. */
  readonly resources?: ResourceSnapshot;
}

/** The plan of one workspace: every selected agent decided, then what stands in the way of the whole. Pure. */
export function planWorkspace(snapshot: WorkspaceSnapshot, context: PlanContext): Plan {
  const orphans = orphanedRecords(snapshot);
  const resourcesWith = (replaced: ReadonlySet<string>): PlannedResources =>
    planResources(snapshot, context, { agentIds: knownIds(snapshot, replaced), formerIds: formerIds(snapshot, { options: context.options, replaced }), goneIds: goneIds(snapshot, context.options) });
  const resourcesAtFirst = resourcesWith(new Set());
  const first = planAgents(snapshot, context, { orphans, replaced: new Set(), resources: resourcesAtFirst });
  const replaced = replacedAgents({ agents: first });
  // Only now it is known which agents give way to new ones, so that what refers to them has to follow in the same run.
  const planned = replaced.size === 0 ? resourcesAtFirst : resourcesWith(replaced);
  const agents = replaced.size === 0 ? first : planAgents(snapshot, context, { orphans, replaced, resources: planned });
  const resources = snapshot.resources === undefined ? {} : { resources: planned.plans };
  return {
    workspace: snapshot.workspace,
    agents: agents.map((agent) => ({ ...agent, notes: [...agent.notes, ...replaceNotes(agent, snapshot)] })),
    ...resources,
    unmanaged: snapshot.unmanaged,
    fingerprint: planFingerprint({ repositoryId: context.repositoryId, workingDirectory: context.workingDirectory, workspace: snapshot.workspace.name, agents, ...resources }),
    stops: planStops({ agents, ...resources, orphans, snapshot, context }),
  };
}

function planAgents(
  snapshot: WorkspaceSnapshot,
  context: PlanContext,
  { orphans, replaced, resources }: { readonly orphans: ReturnType<typeof orphanedRecords>; readonly replaced: ReadonlySet<string>; readonly resources: PlannedResources },
): AgentPlan[] {
  const agentIds = knownIds(snapshot, replaced);
  const former = formerIds(snapshot, { options: context.options, replaced });
  const gone = goneIds(snapshot, context.options);
  const shared = sharedIds(snapshot);
  const names = [...new Set([...snapshot.desired.keys(), ...orphans.keys()])].filter((name) => snapshot.selected.has(name)).sort();
  const single = names.map((name) =>
    planAgent(
      {
        name,
        desired: snapshot.desired.get(name),
        record: snapshot.desired.has(name) ? recordFor(name, snapshot) : orphans.get(name),
        live: snapshot.live.get(name) ?? { kind: "none" },
        lostEngineId: snapshot.lostEngines.get(name),
        formerRecords: snapshot.desired.has(name) ? formerRecordNames(name, snapshot) : [],
        sharedId: shared.get(name),
        agentIds,
        formerIds: former,
        goneIds: gone,
        resourceIds: resources.resourceIds,
        formerResourceIds: resources.formerResourceIds,
        ownFolders: ownFolders(name, snapshot.moved, context.workingDirectory),
      },
      context,
    ),
  );
  const gated = single.map((agent) => withDeleteGate(withStagingGate(agent, snapshot, context), snapshot, context));
  return withBlockedReferences(withBlockedResources(gated, resources, blockedBy), agentIds);
}

function withStagingGate(agent: AgentPlan, snapshot: WorkspaceSnapshot, context: PlanContext): AgentPlan {
  // The mark alone changes nothing that callers get.
  if (snapshot.staging === undefined || agent.operation === "none" || agent.operation === "delete" || agent.onlyMark === true) return agent;
  const block = stagingBlock(agent, { ...snapshot.staging, moved: snapshot.moved });
  if (block === undefined) return agent;
  if (context.options.requireStaging) return isWritten(agent) ? blockedBy(agent, block) : agent;
  // The way past staging leaves a trace: in the plan that is approved, in the summary, and in the state.
  return { ...agent, skipsStaging: true, notes: [...agent.notes, `Its content was not deployed to ${snapshot.staging.name}: require-staging: false lets it through.`] };
}

function withDeleteGate(agent: AgentPlan, snapshot: WorkspaceSnapshot, context: PlanContext): AgentPlan {
  if (agent.operation !== "delete") return agent;
  const block = deleteBlock(agent, { uses: snapshot.uses, live: snapshot.live, onConsoleEdit: context.options.onConsoleEdit });
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
  const toRecord = agent.changes.some((change) => change.class === "converged") || (agent.material.formerRecords ?? []).length > 0;
  const { onlyMark: _mark, ...rest } = agent;
  return { ...rest, blocks: [...agent.blocks, block], operation: toRecord ? "record" : "none" };
}
