import type { ReferenceValues } from "../canonical/symbols.ts";
import type { ResourceSymbol } from "../canonical/resource-symbols.ts";
import { referredBy } from "../project/build-resources.ts";
import { recordedResourceId, recordedResourceIds, type ResourceRecords } from "../state/resource-records.ts";
import type { PlanContext } from "./options.ts";
import { planComponent } from "./plan-component.ts";
import { planKnowledge } from "./plan-knowledge.ts";
import type { WorkspaceSnapshot } from "./plan-workspace.ts";
import { isWritten } from "./plan.ts";
import { blockedResource, resourceDeleteBlock, resourceStagingBlock } from "./resource-gates.ts";
import { isUsable, type ResourcePlan } from "./resource-plan.ts";
import type { ResourceSnapshot } from "./resource-snapshot.ts";

/** The decisions about what agents share, and the ids by which agents and components refer to it. */
export interface PlannedResources {
  readonly plans: readonly ResourcePlan[];
  readonly resourceIds: ReadonlyMap<string, string>;
  readonly formerResourceIds: ReadonlyMap<string, ReadonlySet<string>>;
}

export const NO_RESOURCES: PlannedResources = { plans: [], resourceIds: new Map(), formerResourceIds: new Map() };

/** Plans knowledge bases, then components, each after what it refers to. Pure. */
export function planResources(snapshot: WorkspaceSnapshot, context: PlanContext, agents: Pick<ReferenceValues, "agentIds" | "formerIds" | "goneIds">): PlannedResources {
  const { resources } = snapshot;
  if (resources === undefined) return NO_RESOURCES;
  const records = snapshot.recorded.resources;
  const ids = recordedResourceIds(records);
  const plans = new Map<ResourceSymbol, ResourcePlan>();
  const own = (symbol: ResourceSymbol): Set<string> => new Set([...(records ?? [])].flatMap(([other, record]) => (other === symbol ? [] : (recordedResourceId(record) ?? []))));
  for (const symbol of inOrder(resources)) {
    const [kind, name = ""] = symbol.split("://");
    const desired = resources.desired.get(symbol);
    const sides = { name, symbol, record: records?.get(symbol), others: own(symbol) };
    const plan: ResourcePlan =
      kind === "knowledge"
        ? planKnowledge({ ...sides, desired: desired?.kind === "knowledge" ? desired : undefined, list: resources.knowledge, hasWaited: resources.hasWaited }, context)
        : planComponent(
            { ...sides, desired: desired?.kind === "component" ? desired : undefined, list: resources.components, references: { ...agents, ...ids, secrets: context.secrets, fingerprint: context.fingerprint } },
            context,
          );
    const gated = gate(plan, { snapshot, resources, context });
    plans.set(symbol, gated);
    learnId(gated, ids);
  }
  return { plans: withBlockedUsers([...plans.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1))), ...ids };
}

/** The ids by which a plan's agents refer to shared resources. */
export function resourceIdsOf(plans: readonly ResourcePlan[] | undefined, records: ResourceRecords | undefined): ReturnType<typeof recordedResourceIds> {
  const ids = recordedResourceIds(records);
  for (const plan of plans ?? []) learnId(plan, ids);
  return ids;
}

/** A resource that gets another id has none until it is made; the one that it had is remembered. */
function learnId(plan: ResourcePlan, { resourceIds, formerResourceIds }: ReturnType<typeof recordedResourceIds>): void {
  if (plan.id === null) return;
  const isReplaced = isWritten(plan) && (plan.operation === "create" || plan.operation === "replace");
  if (!isReplaced) return void resourceIds.set(plan.symbol, plan.id);
  resourceIds.delete(plan.symbol);
  formerResourceIds.set(plan.symbol, new Set([...(formerResourceIds.get(plan.symbol) ?? []), plan.id]));
}

/** Knowledge bases first, then components after those that they contain. */
function inOrder({ selected, desired }: ResourceSnapshot): ResourceSymbol[] {
  const ordered = new Set<ResourceSymbol>();
  const visit = (symbol: ResourceSymbol, path: ReadonlySet<ResourceSymbol>): void => {
    if (ordered.has(symbol) || path.has(symbol)) return;
    const resource = desired.get(symbol);
    if (resource?.kind === "component") for (const other of referredBy(resource)) if (selected.has(other)) visit(other, new Set([...path, symbol]));
    ordered.add(symbol);
  };
  const sorted = [...selected].sort((a, b) => Number(a.startsWith("component")) - Number(b.startsWith("component")) || (a < b ? -1 : 1));
  for (const symbol of sorted) visit(symbol, new Set());
  return [...ordered];
}

function gate(plan: ResourcePlan, { snapshot, resources, context }: { snapshot: WorkspaceSnapshot; resources: ResourceSnapshot; context: PlanContext }): ResourcePlan {
  if (plan.operation === "delete") {
    const block = resourceDeleteBlock(plan, { live: snapshot.live, resources, published: snapshot.published });
    return block === undefined ? plan : withBlock(plan, block);
  }
  if (snapshot.staging === undefined || plan.operation === "none") return plan;
  const block = resourceStagingBlock(plan, { staging: snapshot.staging, built: resources.staging });
  if (block === undefined) return plan;
  if (context.options.requireStaging) return isWritten(plan) ? withBlock(plan, block) : plan;
  return { ...plan, skipsStaging: true, notes: [...plan.notes, `Its content was not deployed to ${snapshot.staging.name}: require-staging: false lets it through.`] };
}

/** A component that contains something that is left alone is left alone too. */
function withBlockedUsers(plans: readonly ResourcePlan[]): ResourcePlan[] {
  const planned = new Map(plans.map((plan) => [plan.symbol, plan]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const plan of planned.values()) {
      const desired = plan.material.desired;
      if (!isWritten(plan) || desired?.kind !== "component") continue;
      const block = blockedResource(referredBy(desired), (symbol) => isUsableIn(planned, symbol));
      if (block === undefined) continue;
      planned.set(plan.symbol, withBlock(plan, block));
      changed = true;
    }
  }
  return [...planned.values()];
}

/** True if what refers to the resource may be written; one that is not planned is not known. */
export function isUsableIn(planned: ReadonlyMap<ResourceSymbol, ResourcePlan>, symbol: ResourceSymbol): boolean {
  const plan = planned.get(symbol);
  return plan !== undefined && isUsable(plan);
}

function withBlock(plan: ResourcePlan, block: { readonly reason: ResourcePlan["blocks"][number]["reason"]; readonly message: string }): ResourcePlan {
  const converged = plan.changes.some((change) => change.class === "converged");
  return { ...plan, wanted: true, blocks: [...plan.blocks, block], operation: converged ? "record" : "none" };
}
