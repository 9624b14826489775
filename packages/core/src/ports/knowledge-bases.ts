import type { JsonObject } from "../canonical/json.ts";

/**
 * How far the indexing of a knowledge base is. Sources are told once it is `complete`; while it is refreshed, those that were
 * indexed before. A status that is new to this suite reads as `in_progress`.
 */
export type KnowledgeStatus = "in_progress" | "complete" | "error" | "refreshing_in_progress";

/** One source as Retell tells it: without its content. */
export interface KnowledgeSourceListing {
  readonly id: string;
  /** A kind that is new to this suite reads as `document`: something is there that must not be overlooked. */
  readonly kind: "document" | "text" | "url";
  /** Filename, title, or URL. Nothing makes it unique. */
  readonly title: string;
}

/** What is fixed when a knowledge base is created: Retell has no update. Sizes in characters. */
export interface KnowledgeSettings {
  readonly autoRefresh: boolean;
  /** Null where Retell does not tell it, or is to choose it. */
  readonly maxChunkSize: number | null;
  readonly minChunkSize: number | null;
}

/** A knowledge base as Retell returned it. It has no versions: a change shows in published agents at once. */
export interface RemoteKnowledgeBase {
  readonly id: string;
  /** Not unique in a workspace. */
  readonly name: string;
  readonly status: KnowledgeStatus;
  readonly sources: readonly KnowledgeSourceListing[];
  readonly settings: KnowledgeSettings;
  /** The whole answer, untouched. */
  readonly raw: JsonObject;
}

/** What to add to a knowledge base: at least one source, at most 25 files of 50 MB each. */
export interface NewSources {
  readonly texts: readonly { readonly title: string; readonly text: string }[];
  readonly urls: readonly string[];
  /** `name` has no folders: they would be lost on the way. */
  readonly files: readonly { readonly name: string; readonly content: Uint8Array }[];
}

/** Reading knowledge bases; errors and `null` as in `RetellReader`. */
export interface KnowledgeReader {
  listKnowledgeBases(): Promise<RemoteKnowledgeBase[]>;
  readKnowledgeBase(id: string): Promise<RemoteKnowledgeBase | null>;
}

/**
 * Writing knowledge bases. Neither a create nor the adding of sources is ever repeated by the adapter; a `PlatformError` with
 * `ambiguous` says that it may have happened. What is answered is not indexed yet: read until the status says so.
 */
export interface KnowledgeWriter {
  createKnowledgeBase(name: string, settings: KnowledgeSettings, sources: NewSources): Promise<RemoteKnowledgeBase>;
  addSources(id: string, sources: NewSources): Promise<RemoteKnowledgeBase>;
  /** The knowledge base without the source; null if there was no such source, or no such knowledge base. */
  deleteSource(id: string, sourceId: string): Promise<RemoteKnowledgeBase | null>;
  /** True if it was there. Agents that refer to it go on doing so. */
  deleteKnowledgeBase(id: string): Promise<boolean>;
}
