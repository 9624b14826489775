import { boolean, integer, number, object, oneOf, text } from "./schema.ts";
import type { Schema } from "./schema.ts";

const handoff: Schema = {
  type: "variants",
  variants: { prompt: object({ type: text, prompt: text }), static_message: object({ type: text, message: text }) },
};
const ringDuration = number(5000, 90_000);
const holdMusic = oneOf("none", "relaxing_sound", "uplifting_beats", "ringtone", "custom");

/** Where a call goes. Source: API reference, Create Retell LLM. */
export const transferDestination: Schema = {
  type: "variants",
  variants: {
    predefined: object({ type: text, number: text, extension: text }, ["number"]),
    inferred: object({ type: text, prompt: text }, ["prompt"]),
  },
};

const agenticConfig = object({
  transfer_agent: object(
    { agent_id: text, agent_version: { type: "either", options: [text, integer(0)] } },
    ["agent_id", "agent_version"],
  ),
  transfer_timeout_ms: number(10_000, 300_000),
  action_on_timeout: oneOf("bridge_transfer", "cancel_transfer"),
});

/** How a call is handed over. Source: API reference, Create Retell LLM. */
export const transferOption: Schema = {
  type: "variants",
  variants: {
    cold_transfer: object({
      type: text,
      cold_transfer_mode: oneOf("sip_refer", "sip_invite"),
      show_transferee_as_caller: boolean,
      transfer_ring_duration_ms: ringDuration,
    }),
    warm_transfer: object({
      type: text,
      agent_detection_timeout_ms: number(),
      custom_on_hold_music_asset_id: text,
      enable_bridge_audio_cue: boolean,
      ivr_option: object({ type: text, prompt: text }),
      on_hold_music: holdMusic,
      opt_out_human_detection: boolean,
      private_handoff_option: handoff,
      public_handoff_option: handoff,
      show_transferee_as_caller: boolean,
      transfer_ring_duration_ms: ringDuration,
    }),
    agentic_warm_transfer: object(
      {
        type: text,
        agentic_transfer_config: agenticConfig,
        custom_on_hold_music_asset_id: text,
        enable_bridge_audio_cue: boolean,
        on_hold_music: holdMusic,
        public_handoff_option: handoff,
        show_transferee_as_caller: boolean,
        transfer_ring_duration_ms: ringDuration,
      },
      ["agentic_transfer_config"],
    ),
  },
};
