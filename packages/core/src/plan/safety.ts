import { contentHash } from "../canonical/content-hash.ts";
import { own, type Json } from "../canonical/json.ts";
import type { DesiredAgent } from "../project/desired.ts";
import { latestName } from "../project/moves.ts";
import type { AgentRecord } from "../state/recorded.ts";
import { recordFor } from "./agent-records.ts";
import type { PlanContext } from "./options.ts";
import { isWritten, type AgentPlan, type Block } from "./plan.ts";
import type { ResourcePlan } from "./resource-plan.ts";
import type { WorkspaceSnapshot } from "./plan-workspace.ts";

/** Deletes are refused above this share of the recorded agents, from ten agents on. Source: octoDNS' safety thresholds. */
const MAX_DELETE_SHARE = 0.3;
const SHARE_APPLIES_FROM = 10;

/** Reasons for which nothing at all may be written to the workspace. */
export function planStops(input: {
  agents: readonly AgentPlan[];
  resources?: readonly ResourcePlan[];
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
  const fresh = [...snapshot.desired.keys()].filter((name) => recordFor(name, snapshot) === undefined).sort();
  if (fresh.length === 0) return [];
  const gone = [...orphans].filter(([, record]) => mayBeRenamed(record)).sort(([a], [b]) => (a < b ? -1 : 1));
  return gone.flatMap(([name, record]): Block[] => {
    const candidates = isOnlyImported(record) ? fresh.filter((to) => isSameAgent(record, snapshot.desired.get(to))) : fresh;
    if (candidates.length === 0) return [];
    // A rename that leads to no folder is as good as none: the entry to add starts from where it leads.
    const latest = latestName(name, { kind: "agent", moved: snapshot.moved });
    if (latest === null || snapshot.desired.has(latest)) return [];
    const lines = likeliestFirst(candidates, record, snapshot).map((to) => `{"agent": "${latest}", "to": "${to}"}`);
    const led = latest === name ? "" : ` ("moved" in workspaces.json says that it is ${latest} now, which has no folder either)`;
    return [
      {
        reason: "state-without-folder",
        message:
          `${name} was ${isOnlyImported(record) ? "imported" : "deployed"} but has no folder any more${led}, while ${candidates.join(", ")} ${candidates.length === 1 ? "is" : "are"} new. ` +
          `If it was renamed, add ${lines.join(" or ")} to "moved" in workspaces.json${latest === name ? "" : ", or correct the entry that is there"}; if it is gone for good, add {"agent": "${latest}", "to": null}.`,
      },
    ];
  });
}

/** An empty record was never anything. */
function mayBeRenamed(record: AgentRecord): boolean {
  return record.kind === "unreadable" || record.state.agent_id !== null || record.state.pending?.operation === "create";
}

/** What an import has recorded may wait for its folder while other folders appear. */
function isOnlyImported(record: AgentRecord): boolean {
  return record.kind === "state" && record.state.imported === true;
}

/** True for a folder that says just what was imported, or bears its display name: the import's folder under another name. */
function isSameAgent(record: AgentRecord, desired: DesiredAgent | undefined): boolean {
  if (record.kind === "unreadable" || desired === undefined) return false;
  const name = own(record.state.sent?.agent, "agent_name");
  return contentHash(desired.content as Json) === record.state.config_hash || (typeof name === "string" && name === own(desired.content.agent, "agent_name"));
}

/** New folders by name, those first that say just what was deployed. */
function likeliestFirst(fresh: readonly string[], record: AgentRecord, { desired }: WorkspaceSnapshot): string[] {
  const deployed = record.kind === "state" ? record.state.config_hash : null;
  const isSame = (name: string): boolean => deployed !== null && contentHash((desired.get(name)?.content ?? null) as Json) === deployed;
  return [...fresh.filter(isSame), ...fresh.filter((name) => !isSame(name))];
}

function deleteStops({ agents, resources = [], snapshot, context }: { agents: readonly AgentPlan[]; resources?: readonly ResourcePlan[]; snapshot: WorkspaceSnapshot; context: PlanContext }): Block[] {
  const deletes = agents.filter((agent) => agent.operation === "delete");
  const total = snapshot.recorded.agents.size;
  const shared = resources.filter((resource) => resource.operation === "delete");
  if (shared.length > 0 && deletes.length + shared.length > context.options.maxDeletes) {
    const all = [...deletes.map((agent) => agent.name), ...shared.map((resource) => resource.symbol)];
    return [{ reason: "too-many-deletes", message: `${all.length} agents and shared resources would be deleted (${all.join(", ")}), but max-deletes is ${context.options.maxDeletes}.` }];
  }
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

/** {@link secretStops} for shared resources. */
export function resourceSecretStops(resources: readonly ResourcePlan[], context: Pick<PlanContext, "secrets">): Block[] {
  return resources.filter(isWritten).flatMap((resource) => {
    const references = resource.material.desired?.kind === "component" && resource.operation !== "delete" ? resource.material.desired.references : [];
    return references.flatMap((reference): Block[] =>
      reference.kind !== "secret" || context.secrets.has(reference.name)
        ? []
        : [{ reason: "missing-secret", message: `${reference.file}${reference.line === undefined ? "" : `:${reference.line}`}: ${reference.pointer} of ${resource.symbol} is secret://${reference.name}, but RETELL_SECRET_${reference.name} is not set in this job. Add it to the step's env: RETELL_SECRET_${reference.name}: \${{ secrets.RETELL_SECRET_${reference.name} }}.` }],
    );
  });
}
