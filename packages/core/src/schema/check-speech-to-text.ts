import type { Json } from "../canonical/json.ts";
import { isSet } from "./together.ts";
import type { Together } from "./together.ts";
import { memberOf } from "./paths.ts";

/**
 * Source: retell-sdk 5.66.1, custom_stt_config.endpointing_ms, and API reference 2026-10-04 for muse. The types allow any number, and
 * neither says whether a smaller one is refused or raised; agents from before a provider's minimum hold one.
 */
const SHORTEST_ENDPOINTING: ReadonlyMap<Json | undefined, number> = new Map([
  ["azure", 100],
  ["deepgram", 10],
  ["soniox", 500],
  ["assemblyai", 100],
  ["muse", 100],
]);

/**
 * Checks the settings for speech to text of an agent, or of a node that overrides them. A node may have those of its agent, for all
 * that is documented.
 */
export function checkSpeechToText({ value, root, list }: Together, of: "agent" | "node"): void {
  const config = memberOf(value, "custom_stt_config");
  // Source: retell-sdk 5.66.1, stt_mode: "custom_stt_config must be provided".
  if (memberOf(value, "stt_mode") === "custom" && !isSet(config)) {
    list.add({
      code: "missing-field",
      severity: of === "agent" ? "error" : "warning",
      path: [...root, "stt_mode"],
      message: '`stt_mode` "custom" needs `custom_stt_config` beside it.',
      hint: "custom_stt_config",
    });
  }
  const endpointing = memberOf(config, "endpointing_ms");
  const provider = memberOf(config, "provider");
  const least = SHORTEST_ENDPOINTING.get(provider);
  if (typeof endpointing === "number" && least !== undefined && endpointing < least) {
    list.add({
      code: "out-of-range",
      severity: "warning",
      path: [...root, "custom_stt_config", "endpointing_ms"],
      message: `\`custom_stt_config.endpointing_ms\` should be at least ${String(least)} for ${String(provider)}, but is ${String(endpointing)}. Retell may refuse it, or use ${String(least)}.`,
    });
  }
}
