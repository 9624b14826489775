import { forkVersion } from "../model/agent-versions.ts";
import { findAgent, findAgentVersion } from "../model/lookups.ts";
import type { World } from "../model/world.ts";

/** The version that the dashboard shows for editing: the latest, or a new draft of it. */
export function editable(world: World, agentId: string): number {
  const version = findAgentVersion(world, findAgent(world, agentId), "latest");
  return version.publication === null ? version.version : forkVersion(world, agentId, version.version).version.version;
}
