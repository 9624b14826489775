import type { Channel } from "../canonical/content.ts";
import type { JsonObject } from "../canonical/json.ts";

/** The organisation that an API key belongs to. `id` is null where the API does not tell it (documented since 2026-10). */
export interface Organization {
  readonly id: string | null;
  readonly name: string;
}

/** One line of the workspace's agent list: no configuration. */
export interface AgentListing {
  readonly agentId: string;
  readonly name: string;
  readonly channel: Channel;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
}

/** Voice and chat agents have ids of one form, but routes of their own. */
export interface AgentAddress {
  readonly agentId: string;
  readonly channel: Channel;
}

export type EngineKind = "retell-llm" | "conversation-flow" | "custom-llm";

/** The engine that answers for an agent version. `id` and `version` are null for a custom LLM, which Retell does not hold. */
export interface EngineReference {
  readonly kind: EngineKind;
  readonly id: string | null;
  readonly version: number | null;
}

/** One version of an agent as Retell returned it. */
export interface RemoteAgent extends AgentAddress {
  readonly version: number;
  readonly isPublished: boolean;
  readonly baseVersion: number | null;
  /** Epoch milliseconds; 0 where the answer has none. */
  readonly modifiedAt: number;
  /** `version_title`, where the ownership mark stands. */
  readonly title: string | null;
  readonly engine: EngineReference;
  /** The whole answer, untouched. */
  readonly raw: JsonObject;
}

/** One version of a Retell LLM or conversation flow as Retell returned it. */
export interface RemoteEngine {
  readonly kind: EngineKind;
  readonly id: string;
  readonly version: number | null;
  readonly modifiedAt: number;
  readonly raw: JsonObject;
}

/**
 * Reading a workspace. Every method throws `PlatformError` when the answer is an error or not what the API promises;
 * `null` means that Retell said "there is no such thing", and nothing else.
 */
export interface RetellReader {
  readOrganization(): Promise<Organization>;
  /** All agents, all pages. */
  listAgents(): Promise<AgentListing[]>;
  /** All engines of a kind with whole content, all pages. Which version is listed is Retell's choice: compare `version`. */
  listEngines(kind: "retell-llm" | "conversation-flow"): Promise<RemoteEngine[]>;
  /** The highest version, or the one asked for; `latest_published` is null when nothing is published. */
  readAgent(agent: AgentAddress, version?: number | "latest_published"): Promise<RemoteAgent | null>;
  readEngine(engine: EngineReference): Promise<RemoteEngine | null>;
  /** Phone numbers that call or send through an agent, by agent id; all pages. Needs a key that may read numbers. */
  listPhoneBindings(): Promise<Map<string, string[]>>;
}

/**
 * Writing to a workspace. Creates are never repeated by the adapter; a `PlatformError` with `ambiguous` says that the
 * write may have happened. Updates name their version and send only the given top-level keys.
 */
export interface RetellWriter {
  createEngine(kind: EngineKind, content: JsonObject): Promise<RemoteEngine>;
  createAgent(channel: Channel, content: JsonObject): Promise<RemoteAgent>;
  /** A new draft of agent and engine, cloned from `baseVersion`. */
  createVersion(agent: AgentAddress, baseVersion: number): Promise<RemoteAgent>;
  updateAgent(agent: AgentAddress, version: number, changes: JsonObject): Promise<RemoteAgent>;
  updateEngine(engine: EngineReference, changes: JsonObject): Promise<RemoteEngine>;
  /**
   * Publishes a draft of agent and engine in place: it keeps its number and never changes again. The answer has no body,
   * so the caller reads the version to be sure.
   */
  publishVersion(agentId: string, version: number, texts: { title: string; description: string }): Promise<void>;
  /** All versions; the engine survives. True if it was there. */
  deleteAgent(agent: AgentAddress): Promise<boolean>;
  deleteEngine(engine: EngineReference): Promise<boolean>;
}
