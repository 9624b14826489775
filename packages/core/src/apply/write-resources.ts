import PQueue from "p-queue";
import type { ResourceSymbol } from "../canonical/resource-symbols.ts";
import type { ComponentPlan, KnowledgePlan, ResourcePlan } from "../plan/resource-plan.ts";
import { isWritten } from "../plan/plan.ts";
import { blockedResource } from "../plan/resource-gates.ts";
import { referredBy } from "../project/build-resources.ts";
import { createComponent, deleteComponent, updateComponent, type ComponentContext } from "./write-component.ts";
import type { WriteContext } from "./write-context.ts";
import { createKnowledge, deleteKnowledge, updateKnowledge, type KnowledgeContext } from "./write-knowledge.ts";
import type { WrittenResource } from "./written-resource.ts";

const NOT_STARTED: WrittenResource = { status: "cancelled", reason: "cancelled", message: "The run was cancelled before its turn." };

/**
 * Writes what agents share, in three steps around the agents: `first` makes and changes what needs no agent, `second`, once
 * new agents have their ids, the rest, `last` deletes. Results are in `written` by symbol.
 */
export function createResourceWriter(resources: readonly ResourcePlan[], options: { context: WriteContext; concurrency: number }) {
  const { context } = options;
  const written = new Map<ResourceSymbol, WrittenResource>();
  const toWrite = resources.filter(isWritten);
  const knowledge = toWrite.filter((plan) => plan.kind === "knowledge" && plan.operation !== "delete") as KnowledgePlan[];
  const components = inOrder(toWrite.filter((plan) => plan.kind === "component" && plan.operation !== "delete") as ComponentPlan[]);
  const deletes = toWrite.filter((plan) => plan.operation === "delete");

  const finish = (plan: ResourcePlan, result: WrittenResource): void => {
    written.set(plan.symbol, result);
    const id = result.recorded?.id;
    if (id !== undefined && (result.status === "created" || result.status === "updated" || result.status === "replaced")) context.resourceIds?.set(plan.symbol, id);
    shared().log.info(`${plan.kind} ${plan.name}: ${result.status}${result.message === undefined ? "" : ` (${result.message})`}`);
  };
  const shared = () => {
    if (context.shared === undefined) throw new TypeError("the plan has shared resources, but nothing to write them with");
    return context.shared;
  };
  const knowledgeContext = (): KnowledgeContext => ({ ...shared(), signal: context.signal });
  const componentContext = (): ComponentContext => ({ ...shared(), ...referencesOf(context), signal: context.signal });
  /** True if what refers to it must not be written. */
  const isFailed = (symbol: ResourceSymbol): boolean => {
    const result = written.get(symbol);
    return result !== undefined && !["created", "updated", "replaced"].includes(result.status);
  };
  const writeComponents = async (group: readonly ComponentPlan[]): Promise<void> => {
    for (const plan of group) {
      const desired = plan.material.desired;
      const block = desired === undefined ? undefined : blockedResource(referredBy(desired), (symbol) => !isFailed(symbol));
      if (context.signal.aborted) finish(plan, NOT_STARTED);
      else if (block !== undefined) finish(plan, { status: "left-alone", reason: block.reason, message: block.message });
      else finish(plan, await (plan.operation === "create" ? createComponent(plan, componentContext()) : updateComponent(plan, componentContext())));
    }
  };
  const needsAgents = (plan: ComponentPlan): boolean => plan.material.desired?.references.some(({ kind, name }) => kind === "agent" && !context.agentIds.has(name)) === true;
  let late: readonly ComponentPlan[] = [];

  return {
    written,
    isFailed,
    /** What became of a run that was cancelled before it wrote anything. */
    notStarted: (): ReadonlyMap<ResourceSymbol, WrittenResource> => new Map(toWrite.map((plan) => [plan.symbol, NOT_STARTED])),
    async first(): Promise<void> {
      const queue = new PQueue({ concurrency: options.concurrency });
      await queue.addAll(
        knowledge.map((plan) => async () => {
          if (context.signal.aborted) return finish(plan, NOT_STARTED);
          finish(plan, await (plan.operation === "update" ? updateKnowledge(plan, knowledgeContext()) : createKnowledge(plan, knowledgeContext())));
        }),
      );
      late = withUsers(components, needsAgents);
      await writeComponents(components.filter((plan) => !late.includes(plan)));
    },
    second: () => writeComponents(late),
    async last(): Promise<void> {
      // What contains another one goes first.
      for (const plan of [...deletes].reverse()) {
        if (context.signal.aborted) finish(plan, NOT_STARTED);
        else finish(plan, await (plan.kind === "knowledge" ? deleteKnowledge(plan, knowledgeContext()) : deleteComponent(plan, componentContext())));
      }
    },
  };
}

function referencesOf({ secrets, agentIds, fingerprint, formerIds, goneIds, resourceIds, formerResourceIds }: WriteContext) {
  return { secrets, agentIds, fingerprint, formerIds, goneIds, ...(resourceIds === undefined ? {} : { resourceIds }), ...(formerResourceIds === undefined ? {} : { formerResourceIds }) };
}

/** Components after those that they contain. */
function inOrder(components: readonly ComponentPlan[]): ComponentPlan[] {
  const bySymbol = new Map(components.map((plan) => [plan.symbol, plan]));
  const ordered = new Set<ComponentPlan>();
  const visit = (plan: ComponentPlan): void => {
    if (ordered.has(plan)) return;
    for (const symbol of plan.material.desired === undefined ? [] : referredBy(plan.material.desired)) {
      const inner = bySymbol.get(symbol);
      if (inner !== undefined) visit(inner);
    }
    ordered.add(plan);
  };
  components.forEach(visit);
  return [...ordered];
}

/** Those that have to wait, and those that contain one of them. The order is kept. */
function withUsers(components: readonly ComponentPlan[], waits: (plan: ComponentPlan) => boolean): ComponentPlan[] {
  const late = new Set<ResourceSymbol>();
  return components.filter((plan) => {
    const isLate = waits(plan) || (plan.material.desired !== undefined && referredBy(plan.material.desired).some((symbol) => late.has(symbol)));
    if (isLate) late.add(plan.symbol);
    return isLate;
  });
}
