import { liveDigest, liveDigestOf } from "../plan/live-digest.ts";
import type { AgentPlan, Plan } from "../plan/plan.ts";
import { decidableAgents, waitsForDecision } from "./console-changes.ts";
import type { DecisionCommand } from "./read-command.ts";
import type { ReasonCode } from "../outcome.ts";
import type { Shown } from "./shown-digest.ts";

/** The agents that a command is about; or why it decides nothing, with the agents to show afresh. */
export type Chosen =
  | { readonly kind: "agents"; readonly agents: readonly AgentPlan[] }
  | { readonly kind: "refused"; readonly reason: ReasonCode; readonly message: string; readonly fresh: readonly AgentPlan[] }
  /** One of them could not be read, so nobody knows what there is to decide; `reason` is that of the reading. */
  | { readonly kind: "unread"; readonly reason: ReasonCode; readonly message: string; readonly fresh: readonly AgentPlan[] };

/**
 * Finds the agents, and holds the command against what Retell holds now: a decision that was read from another state
 * decides nothing. `shown` is asked where the command bears no digest itself.
 */
export function chooseAgents(command: DecisionCommand, plan: Plan, shown: Shown): Chosen {
  return command.agent === "all" ? chooseAll(command, plan, shown) : chooseOne(command, plan, shown);
}

function chooseOne(command: DecisionCommand, plan: Plan, shown: Shown): Chosen {
  const agent = plan.agents.find(({ name }) => name === command.agent);
  if (agent === undefined) return refused("unknown-command", `There is no agent ${JSON.stringify(command.agent)} in ${command.workspace}.`, []);
  if (agent.class === "unreadable") return unread(agent);
  const problem = undecidable(agent);
  if (problem !== undefined) return refused("unmappable", problem, [agent]);
  const digest = command.digest ?? (shown.kind === "shown" ? shown.agents.get(agent.name) : undefined);
  if (digest === undefined) return withoutDigest(shown, [agent]);
  return digest === liveDigest(agent) ? { kind: "agents", agents: [agent] } : refused("live-changed", CHANGED, [agent]);
}

/** `all` are the agents that wait for a decision, or all that the console changed: the digest tells which of the two was read. */
function chooseAll(command: DecisionCommand, plan: Plan, shown: Shown): Chosen {
  const changed = decidableAgents(plan);
  const waiting = changed.filter(waitsForDecision);
  const fresh = waiting.length > 0 ? waiting : changed;
  const meant = command.digest === undefined ? undefined : [waiting, changed].find((set) => set.length > 0 && liveDigestOf(set) === command.digest);
  if (meant !== undefined) return { kind: "agents", agents: meant };
  // An agent that was not read may be one of all.
  const missing = plan.agents.find((agent) => agent.class === "unreadable");
  if (missing !== undefined) return unread(missing);
  if (changed.length === 0) return refused("nothing-to-do", `The console changed nothing in ${command.workspace} that could be decided about.`, []);
  if (command.digest !== undefined) return refused("live-changed", CHANGED, fresh);
  if (shown.kind !== "shown") return withoutDigest(shown, fresh);
  if (fresh.some(({ name }) => !shown.agents.has(name))) return withoutDigest({ kind: "nothing" }, fresh);
  // Without a digest `all` never reaches an agent that somebody has decided about already.
  return fresh.some((agent) => shown.agents.get(agent.name) !== liveDigest(agent)) ? refused("live-changed", CHANGED, fresh) : { kind: "agents", agents: fresh };
}

const CHANGED = "The digest names another state than Retell holds now, so nothing was decided: somebody has changed it since the report, or the digest is that of another line. Below is what Retell holds now.";

function withoutDigest(shown: Shown, fresh: readonly AgentPlan[]): Chosen {
  if (shown.kind === "rewritten") {
    return refused("digest-missing", "The report was written anew after this command, so it is not known which state of Retell it was read from. Repeat it with the digest of the report.", fresh);
  }
  return refused("digest-missing", "No report on this pull request shows every agent that this is about, so it is not known which state of Retell was read. Use a command from below, with its digest.", fresh);
}

function refused(reason: ReasonCode, message: string, fresh: readonly AgentPlan[]): Chosen {
  return { kind: "refused", reason, message, fresh };
}

function unread(agent: AgentPlan): Chosen {
  return { kind: "unread", reason: agent.blocks[0]?.reason ?? "unreadable", message: `${agent.name} could not be read: ${agent.blocks.map(({ message }) => message).join(" ")}`, fresh: [agent] };
}

/** Why no value of a file settles what stands in an agent's way. */
function undecidable(agent: AgentPlan): string | undefined {
  if (agent.class === "missing-remote") return `${agent.name} was deleted in Retell. Deploy with \`recreate: true\` makes it again (with a new id); or remove its folder.`;
  if (agent.class === "not-deployed") return `${agent.name} is not deployed yet, so the console cannot have changed it. Deploy it first.`;
  if (agent.class === "removed-from-git") return `The folder of ${agent.name} is gone in Git, so there is no file to write to.`;
  return undefined;
}
