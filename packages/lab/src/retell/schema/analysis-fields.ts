import { boolean, object, oneOf, text, texts } from "./schema.ts";
import type { ObjectSchema, Schema } from "./schema.ts";

const common = { type: text, name: text, description: text, required: boolean, conditional_prompt: text };

/** A value to be extracted from a conversation; shared by analysis data and extract tools. Source: Create Voice Agent. */
export const extractionVariants: Readonly<Record<string, ObjectSchema>> = {
  string: object({ ...common, examples: texts }, ["name", "description"]),
  enum: object({ ...common, choices: texts }, ["name", "description", "choices"]),
  boolean: object(common, ["name", "description"]),
  number: object(common, ["name", "description"]),
};

/** One entry of `post_call_analysis_data`. Source: Create Voice Agent. */
export const analysisItem: Schema = analysis("call_summary", "call_successful", "user_sentiment");

/** One entry of `post_chat_analysis_data`. Source: Create Chat Agent. */
export const chatAnalysisItem: Schema = analysis("chat_summary", "chat_successful", "user_sentiment");

/** The values to extract, and those that Retell has a recipe for. */
function analysis(...presets: string[]): Schema {
  return {
    type: "variants",
    variants: { ...extractionVariants, "system-presets": object({ ...common, name: oneOf(...presets) }, ["name"]) },
  };
}
