import { contentHash } from "../canonical/content-hash.ts";
import type { Content } from "../canonical/content.ts";
import type { Json } from "../canonical/json.ts";
import { storedSymbols } from "../canonical/symbols.ts";
import type { Baseline } from "../diff/classify.ts";
import { engineIds } from "./engine-ids.ts";
import type { LastChange } from "./last-change.ts";
import { PREVIOUS_KEPT, type AgentState, type PendingWrite } from "./agent-state.ts";

/** Who and what made a deployment: the annotations of a state file. */
export interface DeploymentNote {
  readonly commit: string;
  readonly branch: string;
  readonly actor: string;
  readonly runId: string;
  /** ISO time, whole seconds. */
  readonly at: string;
}

/** What is known of an agent in Retell once a run is through with it. */
export interface Recorded {
  readonly agentId: string | null;
  /** Null for a custom LLM. */
  readonly engineId: string | null;
  readonly version: number | null;
  readonly isPublished: boolean;
  readonly baseline: Baseline;
  /** Fingerprints of the secrets that are in Retell now, by name; added to those recorded before. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What was the latest published version when the run planned (null: none); undefined where it was not asked for or must stay as recorded. */
  readonly publishedVersion?: number | null | undefined;
  /** Only a part could be written. */
  readonly incomplete: boolean;
  /** Undefined where live is not wholly what `baseline.seen` says. */
  readonly lastChange?: LastChange | undefined;
  /** The content was never on staging, and a person let it through. */
  readonly withoutStaging?: boolean;
}

/** The state with a journal of what is about to be written. The baseline is stored too, so that a second crash finds it explained. */
export function withPending(state: AgentState, pending: PendingWrite, baseline: Baseline | null): AgentState {
  return { ...state, ...stored(baseline), pending };
}

/**
 * The state after a deployment or the recording of one. The hash that was there before is remembered in `previous`, unless
 * it was that of an incomplete deployment, which never was anybody's content. A part that changed nothing of what Git says
 * (only the mark, or a new draft) is no deployment: its annotations stay.
 */
export function afterDeployment(state: AgentState, recorded: Recorded, note: DeploymentNote): AgentState {
  const { pending: _pending, incomplete: _incomplete, secrets: _secrets, published_version: _published, without_staging: _skipped, imported: _imported, last_change: _change, conversation_flow_id: _flow, ...kept } = state;
  const configHash = contentHash(recorded.baseline.sent as Json);
  const isPart = recorded.incomplete && configHash !== state.config_hash;
  const published = recorded.isPublished ? recorded.version : publishedBefore(state, recorded);
  const place = {
    ...withFormerId(state, recorded.agentId),
    agent_id: recorded.agentId,
    ...engineIds(recorded.baseline.sent, recorded.engineId),
    version: recorded.version,
    is_published: recorded.isPublished,
    ...(published === null ? {} : { published_version: published }),
  };
  const secrets = { ...state.secrets, ...recorded.secrets };
  const rest = {
    ...stored(recorded.baseline),
    ...(Object.keys(secrets).length === 0 ? {} : { secrets }),
    ...(recorded.lastChange === undefined || recorded.incomplete ? {} : { last_change: recorded.lastChange }),
  };
  if (recorded.incomplete && !isPart) return { ...kept, ...place, ...rest, ...(state.incomplete === true ? { incomplete: true } : {}) };
  const earlier = state.incomplete === true || state.config_hash === null || state.config_hash === configHash ? [] : [{ config_hash: state.config_hash, source_commit: state.source_commit }];
  const previous = [...earlier, ...state.previous.filter((entry) => entry.config_hash !== configHash && entry.config_hash !== earlier[0]?.config_hash)];
  return {
    ...kept,
    ...place,
    config_hash: configHash,
    source_commit: note.commit,
    source_branch: note.branch,
    deployed_by: note.actor,
    workflow_run_id: note.runId,
    deployed_at: note.at,
    ...rest,
    previous: previous.slice(0, PREVIOUS_KEPT),
    ...(recorded.withoutStaging === true ? { without_staging: true } : {}),
    ...(isPart ? { incomplete: true } : {}),
  };
}

/** An id that gives way to another one is remembered: other agents may still hold it. */
export function withFormerId(state: AgentState, agentId: string | null): { former_agent_ids?: string[] } {
  return state.agent_id === null || state.agent_id === agentId ? {} : { former_agent_ids: [...(state.former_agent_ids ?? []), state.agent_id] };
}

/** The version that callers had before a new draft was made: still the one that we know to be published. */
function publishedBefore(state: AgentState, recorded: Recorded): number | null {
  if (recorded.publishedVersion !== undefined) return recorded.publishedVersion;
  if (state.agent_id !== recorded.agentId) return null;
  return state.published_version ?? (state.is_published ? state.version : null);
}

/**
 * The state after a run that left the agent alone: its journal is cleared, what it explained or found agreed is kept.
 * That is no deployment, so its annotations stay, and with them decisions that name `deployed_at`.
 */
export function afterExplaining(state: AgentState, baseline: Baseline | null, secrets: Readonly<Record<string, string>> = {}): AgentState {
  const { pending: _pending, ...kept } = state;
  const known = { ...state.secrets, ...secrets };
  return { ...kept, ...stored(baseline), ...(Object.keys(known).length === 0 ? {} : { secrets: known }) };
}

/**
 * The state after its version was published, or was found to be. That is no deployment: content and annotations stay, and
 * with them decisions that name `deployed_at`. `lastChange` is that of the version as it was read after it was published.
 */
export function afterPublishing(state: AgentState, lastChange?: LastChange): AgentState {
  return { ...state, is_published: true, published_version: state.version, ...(lastChange === undefined ? {} : { last_change: lastChange }) };
}

function stored(baseline: Baseline | null): { sent: Content | null; seen: Content | null } {
  return baseline === null ? { sent: null, seen: null } : { sent: storedSymbols(baseline.sent), seen: storedSymbols(baseline.seen) };
}
