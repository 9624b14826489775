import type { AgentRecord } from "../data.ts";
import { latest, latestPublished, pairedEngine } from "../model/lookups.ts";
import { renderAgent, renderEngine } from "../model/render.ts";
import type { World } from "../model/world.ts";
import type { Fields } from "../schema/schema.ts";

/** One version of an agent with the engine version that belongs to it, both as the API returns them. */
export interface VersionPicture {
  readonly version: number;
  readonly isPublished: boolean;
  readonly agent: Fields;
  /** Undefined for custom LLMs and for engines that were deleted by force. */
  readonly engine: Fields | undefined;
}

/** An agent with its history, versions in ascending order. */
export interface AgentPicture {
  readonly id: string;
  /** Undefined for a custom LLM. */
  readonly engineId: string | undefined;
  readonly versions: readonly VersionPicture[];
  readonly latest: VersionPicture;
  readonly latestPublished: VersionPicture | undefined;
}

/** A copy for tests to look at. */
export function pictureOf(world: World, agent: AgentRecord): AgentPicture {
  const versions = [...agent.versions]
    .sort((a, b) => a.version - b.version)
    .map((version): VersionPicture => {
      const paired = pairedEngine(world.data, version);
      return {
        version: version.version,
        isPublished: version.publication !== null,
        agent: renderAgent(agent, version, world.options),
        engine: paired === undefined ? undefined : renderEngine(paired.engine, paired.version, world.options),
      };
    });
  const highest = latest(agent.versions);
  const newest = versions.at(-1);
  if (highest === undefined || newest === undefined) throw new Error(`Agent ${agent.id} has no version.`);
  const published = latestPublished(agent.versions)?.version;
  return {
    id: agent.id,
    engineId: highest.engine.type === "custom-llm" ? undefined : highest.engine.id,
    versions,
    latest: newest,
    latestPublished: versions.find(({ version }) => version === published),
  };
}
