import { setTimeout as wait } from "node:timers/promises";
import type { FaultPlan } from "../faults/faults.ts";

/** Access level of one permission group of an API key; `edit` implies `read`. Source: Accounts, API keys. */
export type PermissionLevel = "none" | "read" | "edit";

/** An API key of an organisation. The secret value never leaves the lab: requests are recorded by `name`. */
export interface ApiKeySeed {
  readonly key: string;
  readonly name: string;
  /** `phone` defaults to the level of `agent`. */
  readonly permissions: { readonly agent: PermissionLevel; readonly phone?: PermissionLevel };
}

/** A phone number that exists from the start; `fields` as the API returns them (`inbound_agents`, `nickname`, …). */
export interface PhoneNumberSeed {
  readonly phone_number: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** A voice that one organisation has made or added; the rest of its fields is filled in. */
export interface VoiceSeed {
  readonly voice_id: string;
  readonly voice_name: string;
  readonly provider?: string;
  readonly gender?: "male" | "female";
}

/** One organisation (a "workspace" of the dashboard) with its keys and numbers. */
export interface OrganizationSeed {
  readonly id: string;
  readonly name: string;
  readonly keys: readonly ApiKeySeed[];
  readonly phoneNumbers?: readonly PhoneNumberSeed[];
  /** Custom and cloned voices, beside the stock voices that every organisation has. */
  readonly voices?: readonly VoiceSeed[];
}

/**
 * The switches of the lab. What is documented or was observed is not switchable; a switch stands where the real
 * service may behave either way, or where a test needs the behaviour out of its way. README.md has the sources.
 */
export interface RetellLabOptions {
  /** Organisations present after start and after `reset()`. Default: one, `org_lab` with key `key_lab`. */
  readonly organizations: readonly OrganizationSeed[];
  /** Chooses ids and the invented behaviour; 0 invents nothing. Default 0. */
  readonly seed: number;
  /** Waiting time per request in milliseconds; independent requests wait side by side. Default 0. */
  readonly latencyMs: number;
  /** Enforces the documented request limits per organisation and route. Default true. */
  readonly rateLimits: boolean;
  /** Adds `Retry-After` to a 429, which the real service does not. Default false. */
  readonly retryAfter: boolean;
  /** Status of a missing resource: the specification says 422, the live service was seen to say 404. Default 404. */
  readonly missingStatus: 404 | 422;
  /** Which version the lists of LLMs and of conversation flows show. Default `latest`. */
  readonly listedVersion: "latest" | "latest_published";
  /** Whether `create-agent-version` copies `version_title` and `version_description`. Default true. */
  readonly forkClonesTitle: boolean;
  /** Reads see the state of this many milliseconds ago. Default 0: one reads one's own writes. */
  readonly readLagMs: number;
  /** Milliseconds since the epoch: time stamps, read lag and rate windows use it. Default `Date.now`. */
  readonly now: () => number;
  /** Waits for latency and fault delays, unless the signal ends it (by rejecting). Default: a real timer. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Leaves `org_id` out of `get-api-key-info`, as before October 2026. Default false. */
  readonly omitOrgId: boolean;
  /** A cleared field is left out of answers instead of being returned as `null`. Default false. */
  readonly nullAsAbsent: boolean;
  /** Which defaults show up in answers: those marked in the table, every one, or none. Default `table`. */
  readonly writtenDefaults: "table" | "all" | "none";
  /** Transfer of the empty answer to a publish; with `chunked` the SDK fails to parse it. Default `content-length`. */
  readonly publishAnswer: "content-length" | "chunked";
  /** Publishing a published version again: accepted without effect, or refused with 400. Default `accept`. */
  readonly republish: "accept" | "refuse";
  /** PATCH of a nested object: replaced whole, or merged by key. Default `replace`. */
  readonly nestedPatch: "replace" | "merge";
  /** Unknown keys inside nested objects: dropped like those at the top level, or stored. Default `drop`. */
  readonly nestedUnknownKeys: "drop" | "keep";
  /**
   * `model` beside `s2s_model`: `request` refuses only a request that sets both and otherwise clears the other one;
   * `stored` refuses whatever would leave both set. Default `request`.
   */
  readonly exclusiveModels: "request" | "stored";
  /** Whether an engine edit moves the time stamps of its agent. Default false. */
  readonly engineEditsTouchAgent: boolean;
  /** Order of `list-agent-versions`: by number, or an order that only looks random. Default `sorted`. */
  readonly versionListOrder: "sorted" | "shuffled";
  /** Whether the retired cal.com tools are still accepted. Default true. */
  readonly acceptCalTools: boolean;
  /** Whether `create-retell-llm` insists on `start_speaker`, which the prose calls required. Default false. */
  readonly startSpeakerRequired: boolean;
  /** `get-agent` with the id of a chat agent, and the other way round: not found, or answered. Default `missing`. */
  readonly crossChannelRead: "missing" | "answer";
  /** Whether answers about a conversation flow say `is_published`, as was seen but is not documented. Default true. */
  readonly flowsTellPublished: boolean;
  /** A tool sent without `tool_id`: a new id with every write, or that of the stored tool of the same name. Default `fresh`. */
  readonly generatedToolIds: "fresh" | "kept";
  /** Longest prompt in tokens, counted as four characters each; `Infinity` switches the check off. Default 32768. */
  readonly promptTokenLimit: number;
  /**
   * How long a knowledge base is indexed: for so many reads that see it so, or for a time on the lab's clock; with
   * `{ reads: 0 }` it is complete at once. Default `{ reads: 2 }`.
   */
  readonly indexing: { readonly reads: number } | { readonly milliseconds: number };
  /** Names of knowledge bases whose first indexing ends in `error`, and titles of sources that are never indexed. Default: none. */
  readonly unindexable: readonly string[];
  /** Whether two knowledge bases of an organisation may have the same name. Default true. */
  readonly sameKnowledgeNames: boolean;
  /** Texts of knowledge bases are stored byte for byte, or tidied: line ends `\n`, no white space at the end of lines and of the text. Default `exact`. */
  readonly storedTexts: "exact" | "tidied";
  /** Addresses and file names of knowledge bases are told as they were sent, or as URL parsing and Unicode composition leave them. Default `kept`. */
  readonly knowledgeUrls: "kept" | "normalised";
  /** A fault plan shared with other servers; the lab makes its own when absent. */
  readonly faults?: FaultPlan;
}

/** Fills in the documented defaults of the switches. */
export function resolveOptions(options: Partial<RetellLabOptions> = {}): RetellLabOptions {
  return { ...defaults, ...options };
}

const defaults: RetellLabOptions = {
  organizations: [
    { id: "org_lab", name: "Lab", keys: [{ key: "key_lab", name: "lab", permissions: { agent: "edit" } }] },
  ],
  seed: 0,
  latencyMs: 0,
  rateLimits: true,
  retryAfter: false,
  missingStatus: 404,
  listedVersion: "latest",
  forkClonesTitle: true,
  readLagMs: 0,
  now: Date.now,
  sleep: (milliseconds, signal) => wait(milliseconds, undefined, { signal }),
  omitOrgId: false,
  nullAsAbsent: false,
  writtenDefaults: "table",
  publishAnswer: "content-length",
  republish: "accept",
  nestedPatch: "replace",
  nestedUnknownKeys: "drop",
  exclusiveModels: "request",
  engineEditsTouchAgent: false,
  versionListOrder: "sorted",
  acceptCalTools: true,
  startSpeakerRequired: false,
  crossChannelRead: "missing",
  flowsTellPublished: true,
  generatedToolIds: "fresh",
  promptTokenLimit: 32_768,
  indexing: { reads: 2 },
  unindexable: [],
  sameKnowledgeNames: true,
  storedTexts: "exact",
  knowledgeUrls: "kept",
};
