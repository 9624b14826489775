import { matchAgents } from "./match-agents.ts";
import { ActionError } from "../errors.ts";

/**
 * The agents that the `agents` input chooses. A pattern that is meant to choose something and chooses nothing is an
 * error: a mistyped name must not end as "nothing to do".
 */
export function selectAgents(patterns: readonly string[], names: readonly string[]): ReadonlySet<string> {
  for (const pattern of patterns) {
    if (pattern.startsWith("!") || pattern === "*" || matchAgents([pattern], names).length > 0) continue;
    throw new ActionError("no-agents-selected", `agents: ${JSON.stringify(pattern)} matches no agent. The repository has: ${names.join(", ") || "none"}.`);
  }
  return new Set(matchAgents(patterns, names));
}
