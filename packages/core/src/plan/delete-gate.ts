import type { Json } from "../canonical/json.ts";
import type { AgentPlan, Block } from "./plan.ts";
import type { LiveReading } from "./live.ts";

/** Phone numbers by the id of the agent that serves them; unknown where they could not be read. */
export type PhoneBindings = { readonly kind: "known"; readonly numbers: ReadonlyMap<string, readonly string[]> } | { readonly kind: "unknown"; readonly problem: string };

/**
 * Why an agent whose folder is gone must not be deleted all the same: callers still reach it, another agent still hands
 * over to it, or somebody edited it after the last deploy. What cannot be known counts as a reason.
 */
export function deleteBlock(agent: AgentPlan, evidence: { phones: PhoneBindings | undefined; live: ReadonlyMap<string, LiveReading>; onConsoleEdit: "fail" | "keep" | "overwrite" }): Block | undefined {
  const { phones } = evidence;
  if (agent.agentId === null) return undefined;
  if (phones?.kind === "unknown") return { reason: "still-in-use", message: `It is not known whether a phone number uses it: ${phones.problem}` };
  const numbers = phones?.numbers.get(agent.agentId) ?? [];
  if (numbers.length > 0) return { reason: "still-in-use", message: `The phone ${numbers.length === 1 ? "number" : "numbers"} ${numbers.join(", ")} ${numbers.length === 1 ? "uses" : "use"} it. Bind another agent in the Retell console first.` };
  const callers = [...evidence.live].filter(([name, reading]) => name !== agent.name && reading.kind === "present" && holdsText(reading.content as Json, agent.agentId ?? ""));
  if (callers.length > 0) return { reason: "still-in-use", message: `${callers.map(([name]) => name).sort().join(", ")} still ${callers.length === 1 ? "hands" : "hand"} over to it. Deploy without that reference first.` };
  const edited = agent.hashes.seen !== null && agent.hashes.live !== null && agent.hashes.seen !== agent.hashes.live;
  if (edited && evidence.onConsoleEdit === "fail") return { reason: "console-edit", message: "Somebody changed it in the Retell console after the last deploy. Look at it there; to delete it all the same, run deploy with on-console-edit: overwrite." };
  return undefined;
}

function holdsText(value: Json, text: string): boolean {
  if (typeof value === "string") return value.includes(text);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((inner) => holdsText(inner as Json, text));
}
