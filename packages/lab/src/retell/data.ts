import type { Fields } from "./schema/schema.ts";

/** Kinds of response engines that Retell stores and versions together with the agent. */
export type EngineKind = "retell-llm" | "conversation-flow";

/** How people reach an agent; which endpoints serve it follows from that. */
export type Channel = "voice" | "chat";

/** What an agent version answers with. A custom LLM lives outside Retell and has no version. */
export type EngineReference =
  | { readonly type: EngineKind; readonly id: string }
  | { readonly type: "custom-llm"; readonly llm_websocket_url: string };

/** One version of an agent or an engine. Draft while `publication` is null. */
export interface VersionRecord {
  readonly version: number;
  readonly baseVersion: number | null;
  /** Running number of the publication, null for a draft: "latest published" goes by time, not by version number. */
  publication: number | null;
  /** `last_modification_timestamp`, epoch milliseconds. */
  modified: number;
  fields: Fields;
}

/** One version of an agent. */
export interface AgentVersion extends VersionRecord {
  engine: EngineReference;
}

/** An agent with its history. */
export interface AgentRecord {
  readonly id: string;
  /** Running number over the organisation: creation order. */
  readonly created: number;
  readonly channel: Channel;
  readonly versions: AgentVersion[];
  nextVersion: number;
  /** `user_modified_timestamp` of the list, epoch milliseconds. */
  userModified: number;
  /** Environment tags by name; `version` null while unassigned, `assigned` orders assignments. */
  readonly tags: Record<string, { version: number | null; assigned: number }>;
}

/** An engine with its history; version numbers equal those of its agent. */
export interface EngineRecord {
  readonly id: string;
  readonly created: number;
  readonly kind: EngineKind;
  readonly versions: VersionRecord[];
}

/** A component that flows share. It has no versions. */
export interface ComponentRecord {
  readonly id: string;
  readonly created: number;
  /** `user_modified_timestamp`, epoch milliseconds. */
  modified: number;
  fields: Fields;
}

/** A phone number; `fields` as returned. */
export interface PhoneNumberRecord {
  readonly number: string;
  readonly created: number;
  modified: number;
  fields: Fields;
}

/** What a person or a client put into a knowledge base. */
export interface KnowledgeSource {
  readonly id: string;
  readonly kind: "document" | "text" | "url";
  /** Filename of a document, title of a text, or the URL. */
  readonly title: string;
  /** As stored; null for a URL, which the lab does not fetch. */
  readonly content: Uint8Array | null;
}

/** A knowledge base. It has no versions. */
export interface KnowledgeBaseRecord {
  readonly id: string;
  readonly created: number;
  readonly name: string;
  /** Undefined sizes were left to the service. */
  readonly settings: { readonly autoRefresh: boolean; readonly maxChunkSize?: number; readonly minChunkSize?: number };
  /** Indexed sources. */
  sources: KnowledgeSource[];
  /** The indexing that began last; null once its outcome is settled. */
  indexing: { readonly id: string; readonly started: number; readonly pending: readonly KnowledgeSource[] } | null;
  /** Whether any indexing succeeded: what comes after it is a refresh. */
  indexed: boolean;
  failed: boolean;
  /** What was not indexed although the rest was. */
  errors: readonly string[];
  /** `last_refreshed_timestamp`, epoch milliseconds. */
  refreshed: number;
}

/** All that an organisation holds: plain data, so that a lagging read can look at a copy. */
export interface OrganizationData {
  /** Source of creation and publication numbers. */
  sequence: number;
  readonly agents: Map<string, AgentRecord>;
  readonly engines: Map<string, EngineRecord>;
  readonly components: Map<string, ComponentRecord>;
  readonly phoneNumbers: Map<string, PhoneNumberRecord>;
  readonly knowledgeBases: Map<string, KnowledgeBaseRecord>;
}

/** An organisation in which nothing was ever made. */
export function emptyData(): OrganizationData {
  return { sequence: 0, agents: new Map(), engines: new Map(), components: new Map(), phoneNumbers: new Map(), knowledgeBases: new Map() };
}
