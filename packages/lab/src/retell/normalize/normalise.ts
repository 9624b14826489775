import type { Fields } from "../schema/schema.ts";
import { isObject } from "../schema/validate.ts";
import { fillNested } from "./fill-defaults.ts";
import type { RetellLabOptions } from "../options.ts";
import { currentModel } from "./retired-models.ts";

/** What `language: "multi"` is read back as; which ten locales is a guess. Source: Deprecation notice 2026-07-31. */
export const multiLocales: readonly string[] = [
  "en-US", "es-ES", "fr-FR", "de-DE", "hi-IN", "ru-RU", "pt-PT", "ja-JP", "it-IT", "nl-NL",
];

const modelKeys = new Set(["model", "s2s_model", "post_call_analysis_model", "post_chat_analysis_model", "voice_model"]);

/** The form in which the service stores fields that were sent. */
export function normalise(sent: Fields, mode: RetellLabOptions["writtenDefaults"]): Fields {
  const stored: Fields = {};
  for (const [key, value] of Object.entries(sent)) {
    if (modelKeys.has(key)) stored[key] = currentModel(value);
    else if (key === "language" && value === "multi") stored[key] = [...multiLocales];
    else stored[key] = fillNested(key, withCurrentChoices(key, value), mode);
  }
  return stored;
}

/** Retired models give way wherever a `model_choice` stands: in a flow, its nodes, and the nodes of components. */
function withCurrentChoices(key: string, value: unknown): unknown {
  if (key === "nodes" || key === "components") {
    return Array.isArray(value) ? value.map((item: unknown) => (isObject(item) ? eachKey(item) : item)) : value;
  }
  return key === "model_choice" && isObject(value) ? { ...value, model: currentModel(value["model"]) } : value;
}

function eachKey(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, withCurrentChoices(key, value)]));
}
