import type { KnowledgeBaseRecord, KnowledgeSource } from "../data.ts";
import { stateOf } from "../model/knowledge-bases.ts";
import type { KnowledgeState } from "../model/knowledge-bases.ts";
import type { World } from "../model/world.ts";

/** A knowledge base for tests to look at, without counting as a read. */
export interface KnowledgePicture {
  readonly id: string;
  readonly name: string;
  readonly status: KnowledgeState["status"];
  readonly settings: KnowledgeBaseRecord["settings"];
  /** Indexed sources with what is stored. */
  readonly sources: readonly KnowledgeSource[];
}

/** A copy of what is there now. */
export function pictureOfKnowledge(world: World, record: KnowledgeBaseRecord): KnowledgePicture {
  const { status, sources } = stateOf(world, record);
  return { id: record.id, name: record.name, status, settings: { ...record.settings }, sources: sources.map((source) => ({ ...source })) };
}
