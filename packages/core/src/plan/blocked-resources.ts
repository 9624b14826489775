import type { Json } from "../canonical/json.ts";
import { resourcesIn } from "../canonical/resource-symbols.ts";
import { isUsableIn, type PlannedResources } from "./plan-resources.ts";
import { isWritten, type AgentPlan, type Block } from "./plan.ts";
import { blockedResource } from "./resource-gates.ts";

/**
 * An agent that uses a shared resource which is left alone is left alone too, as `blockedBy` says. Where nothing is known of
 * the resource, nothing is known of the agent's reference either.
 */
export function withBlockedResources(agents: readonly AgentPlan[], { plans }: Pick<PlannedResources, "plans">, blockedBy: (agent: AgentPlan, block: Block) => AgentPlan): AgentPlan[] {
  const planned = new Map(plans.map((plan) => [plan.symbol, plan]));
  return agents.map((agent) => {
    const symbols = resourcesIn(agent.material.desired?.content as Json | undefined);
    const unknown = symbols.find((symbol) => planned.get(symbol)?.class === "unreadable");
    if (unknown !== undefined && agent.class !== "unreadable") {
      const [cause] = planned.get(unknown)?.blocks ?? [];
      return { ...agent, class: "unreadable", operation: "none", wanted: true, changes: [], blocks: [{ reason: cause?.reason ?? "unreadable", message: `It refers to ${unknown}, of which nothing is known. ${cause?.message ?? ""}`.trim() }] };
    }
    const block = isWritten(agent) && agent.operation !== "delete" ? blockedResource(symbols, (symbol) => isUsableIn(planned, symbol)) : undefined;
    return block === undefined ? agent : blockedBy(agent, block);
  });
}
