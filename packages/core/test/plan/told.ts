import type { AgentPlan } from "@retell-actions/core/plan/plan";
import type { ResourcePlan } from "@retell-actions/core/plan/resource-plan";

/** A decision about an agent or a shared resource in words, whole: for tests that compare all of it. Equal hashes have equal letters. */
export function told(plan: ResourcePlan | AgentPlan): string {
  const known: string[] = [];
  const letter = (hash: string | null): string => {
    if (hash === null) return "-";
    if (!known.includes(hash)) known.push(hash);
    return "ABC"[known.indexOf(hash)] ?? "?";
  };
  const { seen, desired, live } = plan.hashes;
  return [
    `${plan.class} ${plan.operation}${plan.wanted ? " wanted" : ""}, seen ${letter(seen)} desired ${letter(desired)} live ${letter(live)}, ${"symbol" in plan ? `${plan.symbol} is ${String(plan.id)}` : `${plan.name} is ${String(plan.agentId)}`}`,
    ...plan.changes.map((change) => `  ${change.name}: ${change.class}`),
    ...plan.blocks.map((block) => `  blocked, ${block.reason}: ${block.message}`),
    ...plan.notes.map((note) => `  note: ${note}`),
    ...(plan.skipsStaging === true ? ["  skips staging"] : []),
    ...("symbol" in plan ? toldMaterial(plan) : []),
  ].join("\n");
}

function toldMaterial(plan: ResourcePlan): string[] {
  const namesakes = plan.material.namesakes.length === 0 ? [] : [`  same name: ${plan.material.namesakes.join(" ")}`];
  if (plan.kind === "component") return [...namesakes, ...(plan.material.linkedFlows === 0 ? [] : [`  linked: ${plan.material.linkedFlows}`])];
  const { add, remove, keep } = plan.material.steps;
  return [
    ...namesakes,
    ...(plan.material.unsettled ? ["  unsettled"] : []),
    ...add.map(({ kind, title }) => `  add ${kind} ${title}`),
    ...remove.map((id) => `  remove ${id}`),
    ...keep.map(({ source_id: id }) => `  keep ${id}`),
  ];
}

/** Several decisions, each under its name. */
export function toldAll<Case>(cases: readonly (readonly [string, Case])[], decide: (given: Case) => ResourcePlan | AgentPlan): string {
  return cases.map(([name, given]) => `${name}\n  ${told(decide(given))}`).join("\n");
}
