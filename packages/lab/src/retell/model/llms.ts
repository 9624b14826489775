import { messages } from "../http/errors.ts";
import { llmFields } from "../schema/llm-fields.ts";
import type { Fields } from "../schema/schema.ts";
import { isSet } from "../schema/validate.ts";
import type { EngineRules } from "./engines.ts";
import { checkLlm } from "./llm-rules.ts";
import type { World } from "./world.ts";

/** What a Retell LLM has of its own among the engines. */
export const llmRules: EngineRules = {
  kind: "retell-llm",
  idPrefix: "llm",
  published: messages.publishedLlm,
  resource: ({ options }) => ({ on: "retell-llm", table: llmFields, required: options.startSpeakerRequired ? ["start_speaker"] : [] }),
  before: withExclusiveModel,
  check: checkLlm,
  complete: (_, { fields }) => fields,
};

/** Unless the lab insists on an explicit `null`, choosing one kind of model lets go of the other. */
function withExclusiveModel(world: World, stored: Fields, body: Fields): Fields {
  const kept = { ...stored };
  if (world.options.exclusiveModels === "stored") return kept;
  if (isSet(body["model"]) && !isSet(body["s2s_model"])) delete kept["s2s_model"];
  if (isSet(body["s2s_model"]) && !isSet(body["model"])) delete kept["model"];
  return kept;
}
