import type { FieldChange } from "../diff/classify.ts";
import { equalOrMigrated } from "../diff/equality.ts";
import { fieldFacts } from "../plan/field-facts.ts";
import type { AgentPlan, Plan } from "../plan/plan.ts";

/**
 * The fields that the console changed since the last deploy: what a person can decide about. Those that Git holds alike
 * by now are among them, since a drift pull request has adopted them already.
 */
export function consoleChanges(agent: AgentPlan): FieldChange[] {
  const { baseline, live, desired } = agent.material;
  const facts = fieldFacts([live, desired?.content]);
  return agent.changes.filter((change) => {
    if (change.class === "conflict" || change.class === "console-edit" || change.overwritten) return true;
    return change.class === "converged" && baseline !== null && !equalOrMigrated(facts, change.path, change.seen, change.live);
  });
}

/** True if deploy leaves the agent alone until somebody has decided between Git and the console. */
export function waitsForDecision(agent: AgentPlan): boolean {
  return agent.blocks.some(({ reason }) => reason === "conflict" || reason === "console-edit");
}

/** Agents of a plan with a field that can be decided about. */
export function decidableAgents({ agents }: Plan): AgentPlan[] {
  return agents.filter((agent) => consoleChanges(agent).length > 0);
}
