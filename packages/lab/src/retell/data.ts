import type { Fields } from "./schema/schema.ts";

/** Kinds of response engines that Retell stores and versions together with the agent. */
export type EngineKind = "retell-llm" | "conversation-flow";

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
  readonly channel: "voice" | "chat";
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

/** A phone number; `fields` as returned. */
export interface PhoneNumberRecord {
  readonly number: string;
  readonly created: number;
  modified: number;
  fields: Fields;
}

/** All that an organisation holds: plain data, so that a lagging read can look at a copy. */
export interface OrganizationData {
  /** Source of creation and publication numbers. */
  sequence: number;
  readonly agents: Map<string, AgentRecord>;
  readonly engines: Map<string, EngineRecord>;
  readonly phoneNumbers: Map<string, PhoneNumberRecord>;
}

/** An organisation in which nothing was ever made. */
export function emptyData(): OrganizationData {
  return { sequence: 0, agents: new Map(), engines: new Map(), phoneNumbers: new Map() };
}
