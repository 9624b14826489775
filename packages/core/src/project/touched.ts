import { canonicalJson } from "../canonical/content-hash.ts";
import type { Json } from "../canonical/json.ts";
import type { ResourceSymbol } from "../canonical/resource-symbols.ts";
import type { DesiredAgent } from "./desired.ts";
import type { DesiredResource, DesiredResources } from "./desired-resources.ts";

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

/** {@link touchedAgents} for shared resources. */
export function touchedResources(before: DesiredResources | undefined, after: DesiredResources): Set<ResourceSymbol> {
  if (before === undefined) return new Set(after.keys());
  const symbols = [...new Set([...before.keys(), ...after.keys()])].sort();
  return new Set(symbols.filter((symbol) => comparedResource(before.get(symbol)) !== comparedResource(after.get(symbol))));
}

function comparedResource(resource: DesiredResource | undefined): string {
  if (resource === undefined) return "";
  if (resource.kind === "component") return canonicalJson(resource.content as Json);
  return canonicalJson([{ ...resource.settings }, resource.sources.map(({ kind, title, hash }) => [kind, title, hash])]);
}
