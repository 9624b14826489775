import type { AgentAddress } from "@retell-actions/core/ports/retell";

/** The address of a voice agent. */
export const voiceAddress = (agentId: string): AgentAddress => ({ agentId, channel: "voice" });
