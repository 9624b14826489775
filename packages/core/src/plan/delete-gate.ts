import type { Json } from "../canonical/json.ts";
import type { AgentPlan, Block } from "./plan.ts";
import type { LiveReading } from "./live.ts";
import { holdsText, type AgentUses } from "./uses.ts";

/**
 * Why an agent whose folder is gone must not be deleted all the same: callers still reach it, another agent still hands
 * over to it, or somebody edited it after the last deploy. What cannot be known counts as a reason.
 */
export function deleteBlock(agent: AgentPlan, evidence: { uses: AgentUses | undefined; live: ReadonlyMap<string, LiveReading>; onConsoleEdit: "fail" | "keep" | "overwrite" }): Block | undefined {
  const { uses } = evidence;
  const id = agent.agentId;
  if (id === null) return undefined;
  if (uses?.phones.kind === "unknown") return { reason: "still-in-use", message: `It is not known whether a phone number uses it: ${uses.phones.problem}` };
  const numbers = uses?.phones.numbers.get(id) ?? [];
  if (numbers.length > 0) return { reason: "still-in-use", message: `The phone ${numbers.length === 1 ? "number" : "numbers"} ${numbers.join(", ")} ${numbers.length === 1 ? "uses" : "use"} it. Bind another agent in the Retell console first.` };
  const callers = [...evidence.live].filter(([name, reading]) => name !== agent.name && reading.kind === "present" && holdsText(reading.content as Json, id)).map(([name]) => name);
  if (callers.length > 0) return { reason: "still-in-use", message: `${callers.sort().join(", ")} still ${callers.length === 1 ? "hands" : "hand"} over to it. Deploy without that reference first.` };
  if (uses?.handovers.kind === "unknown") return { reason: "still-in-use", message: `It is not known whether another agent hands over to it: ${uses.handovers.problem}` };
  const others = (uses?.handovers.byAgent.get(id) ?? []).filter(({ agent: name }) => name !== agent.name).map(({ holder }) => holder);
  if (others.length > 0) return { reason: "still-in-use", message: `${others.sort().join("; ")}: still ${others.length === 1 ? "hands" : "hand"} over to it. Take that out first: an older version by publishing a newer one, what is not managed here in the Retell console.` };
  const edited = agent.hashes.seen !== null && agent.hashes.live !== null && agent.hashes.seen !== agent.hashes.live;
  if (edited && evidence.onConsoleEdit === "fail") return { reason: "console-edit", message: "Somebody changed it in the Retell console after the last deploy. Look at it there; to delete it all the same, run deploy with on-console-edit: overwrite." };
  return undefined;
}
