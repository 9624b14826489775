import { statedChannel } from "../canonical/canonical-form.ts";
import type { Channel } from "../canonical/content.ts";
import type { AgentState } from "./agent-state.ts";

/** The channel that a record tells; undefined for an agent that is known by its id only. */
export function recordedChannel(state: AgentState): Channel | undefined {
  const content = state.seen ?? state.sent ?? (state.pending?.operation === "delete" ? state.pending.over : state.pending?.sent);
  return content == null ? undefined : statedChannel(content.agent);
}
