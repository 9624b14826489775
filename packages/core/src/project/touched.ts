import { canonicalJson } from "../canonical/content-hash.ts";
import type { DesiredAgent } from "./desired.ts";

/**
 * Agents whose built content differs, or that only one side has; all of `after` where `before` is unknown. So a change of
 * a shared prompt touches exactly the agents whose prompt it changes.
 */
export function touchedAgents(before: ReadonlyMap<string, DesiredAgent> | undefined, after: ReadonlyMap<string, DesiredAgent>): Set<string> {
  if (before === undefined) return new Set(after.keys());
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return new Set(names.filter((name) => !sameContent(before.get(name), after.get(name))));
}

/** An agent with errors has no content to compare: it is the same only if nothing about it changed. */
function sameContent(a: DesiredAgent | undefined, b: DesiredAgent | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return compared(a) === compared(b);
}

function compared(agent: DesiredAgent): string {
  const errors = agent.problems.filter((problem) => problem.severity === "error").map(({ code, message }) => [code, message]);
  return canonicalJson([{ channel: agent.channel, engine: agent.engine, content: agent.content }, errors]);
}
