import { isJsonObject, type Json } from "../canonical/json.ts";
import { referredAgent } from "../canonical/symbols.ts";
import type { DesiredAgent } from "../project/desired.ts";

/** Names behind `agent://` in an agent's content, sorted. */
export function referredAgents(desired: DesiredAgent | undefined): string[] {
  const names = new Set<string>();
  const visit = (value: Json): void => {
    const name = referredAgent(value);
    if (name !== undefined) names.add(name);
    else if (Array.isArray(value)) value.forEach(visit);
    else if (isJsonObject(value)) Object.values(value).forEach(visit);
  };
  if (desired !== undefined) visit(desired.content as Json);
  names.delete(desired?.name ?? "");
  return [...names].sort();
}
