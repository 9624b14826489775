import type { FieldSchema } from "@retell-actions/core/schema/field-schema";
import type { PublishedSchema } from "./published-schema.ts";

const texts: FieldSchema = { type: "object", additionalProperties: { type: "string" } };

/** `prompt_config`, as a field like Retell's own. Source: `project/prompt-config.ts`. */
export const PROMPT_CONFIG: FieldSchema = {
  type: "object",
  description: "Builds the prompt from sections below prompts/, with variables that are filled in when the agent is deployed.",
  properties: {
    sections: {
      type: "array",
      items: { type: "string", description: "A file below prompts/, without its extension: base/greeting." },
      minItems: 1,
      description: "Sections of the main prompt, in order; a blank line stands between them.",
    },
    overrides: { ...texts, description: "Other texts for single sections, by the section's full name." },
    variables: { ...texts, description: 'Values for tags such as {{company}}, filled in when the agent is deployed. "OVERRIDE" leaves a tag to the call.' },
    dynamic_variables: {
      type: "object",
      description: "Variables that are known only during the call: what they mean, and whether the conversation yields them.",
      additionalProperties: {
        anyOf: [
          { type: "string" },
          {
            type: "object",
            properties: {
              type: { type: "string", enum: ["string", "number", "boolean", "enum"], description: "What the value is; a text unless said." },
              description: { type: "string", description: "What the value is and when it is known." },
              extract: { type: "boolean", description: "Whether the conversation yields it: makes a tool of an LLM that takes it down." },
              choices: { type: "array", items: { type: "string" }, description: "The values that a variable of the type enum may have." },
            },
          },
        ],
      },
    },
  },
};

/** What may name a variable of `prompt_config`. Source: `isVariableName` in `project/prompt-config.ts`. */
export const VARIABLE_NAMES: PublishedSchema = {
  pattern: "^[^\\s{}]([^{}\\r\\n]*[^\\s{}])?$",
  patternErrorMessage: "Names of variables are not empty, have no blanks at their ends, and contain neither braces nor line breaks.",
};

/** Which schema the file follows; only editors read it. */
export const SCHEMA_KEY: PublishedSchema = { type: "string", description: "The schema that helps in editors. The actions ignore it." };

/** `{"$prompt": …}`: sections in the place of a text. Source: `project/named-prompt.ts`. */
export const NAMED_PROMPT_KEYS: PublishedSchema = {
  properties: {
    $prompt: {
      type: ["string", "array"],
      items: { type: "string" },
      minItems: 1,
      description: "A section below prompts/ without its extension, such as base/greeting, or a list of them.",
    },
  },
  required: ["$prompt"],
  additionalProperties: false,
};
