import { retiredModels } from "../normalize/retired-models.ts";
import { nullable } from "./schema.ts";
import type { Schema } from "./schema.ts";

/** Text models of retell-sdk 5.66.1 and those added to the OpenAPI document of 2026-10-04. */
const textModels = [
  "gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano", "gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-5.1", "gpt-5.2", "gpt-5.4",
  "gpt-5.4-mini", "gpt-5.4-nano", "gpt-5.5", "gpt-5.6-terra", "gpt-5.6-luna", "claude-4.5-sonnet", "claude-4.6-sonnet",
  "claude-5-sonnet", "claude-4.5-haiku", "gemini-3.0-flash", "gemini-3.1-flash-lite", "gemini-3.5-flash",
  "gemini-3.5-flash-lite", "gemini-3.6-flash",
  "gpt-6-astra", "gpt-6-sol", "gpt-6.1-sol", "gpt-6-luna", "claude-5-opus", "claude-5.5-opus", "claude-5.5-sonnet",
  "claude-5.5-haiku", "gemini-3.7-flash", "gemini-3.8-flash",
];

/** Speech-to-speech models of retell-sdk 5.66.1. */
const speechModels = [
  "gpt-realtime-2.1", "gpt-realtime-2.1-mini", "gpt-realtime-2", "gpt-realtime-1.5", "gpt-realtime", "gpt-realtime-mini",
];

/** Voice models of retell-sdk 5.66.1 and those added to the OpenAPI document of 2026-10-04. */
const voiceModels = [
  "eleven_flash_v2", "eleven_flash_v2_5", "eleven_multilingual_v2", "eleven_v3", "sonic-3", "sonic-3-latest", "sonic-3.5",
  "sonic-3.6", "tts-1", "gpt-4o-mini-tts", "speech-02-turbo", "speech-2.8-turbo", "s1", "s2-pro", "s2.1-pro",
  "inworld-tts-2", "inworld-tts-2-flash", "eleven_v3_conversational", "eleven_v4", "eleven_v4_turbo",
];

/** A retired value is still accepted: it is stored as its successor. */
function withRetired(kind: "text" | "speech" | "voice", current: readonly string[]): Schema {
  const retired = retiredModels.filter((row) => row.kind === kind).map((row) => row.retired);
  return { type: "string", values: [...new Set([...current, ...retired])] };
}

/** The model inside a `model_choice`, which cannot be cleared. */
export const chosenModel = withRetired("text", textModels);
export const textModel = nullable(chosenModel);
export const speechModel = nullable(withRetired("speech", speechModels));
export const voiceModel = nullable(withRetired("voice", voiceModels));
