import type { AgentState } from "../state/agent-state.ts";
import type { LiveAgent } from "./live.ts";

/**
 * In production, what callers get must be the version that we published last; anything else was published in the console.
 * The recorded version itself is ours whoever published it (a run that was killed before it could say so, for one): if its
 * content is another than the one deployed, its fields tell.
 */
export function publishedElsewhere(state: AgentState | undefined, live: LiveAgent): boolean {
  if (live.publishedVersion === undefined || state?.version == null) return false;
  return live.publishedVersion !== lastPublished(state) && live.publishedVersion !== state.version;
}

/** The version that was published from Git last, as the record knows it; null for none. */
export function lastPublished(state: AgentState | undefined): number | null {
  return state?.published_version ?? (state?.is_published === true ? state.version : null);
}
