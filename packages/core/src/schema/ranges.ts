import type { FieldSchema, Sourced } from "./field-schema.ts";
import { pathTable } from "./paths.ts";
import type { PathRow, PathTable } from "./paths.ts";
import { SPEAKING_NODES, agentPaths, bodyPaths, nodePaths, toolAndNodePaths, toolPaths, toolsPaths } from "./tool-paths.ts";

/** What a value may be beyond its type: JSON Schema's words, checked by `validateFields` and obeyed by generated samples. */
export type Range = Pick<
  FieldSchema,
  "minimum" | "exclusiveMinimum" | "maximum" | "multipleOf" | "minLength" | "maxLength" | "minItems" | "maxItems" | "pattern"
>;

/** A documented range of some fields. */
export interface RangeRow extends PathRow, Sourced {
  readonly range: Range;
}

/** The most tokens that all prompts of an LLM together may have; Retell rejects longer ones. Source: docs, Retell LLM limits. */
export const PROMPT_TOKEN_LIMIT = 32_768;

/** Names of tools and states. Source: comments of `retell-sdk` 5.66.1. */
export const NAME_PATTERN = "^[a-zA-Z0-9_-]{1,64}$";

const SDK = "retell-sdk 5.66.1, field comment";
const SPEC = "API reference, OpenAPI revision 2026-10-04";

const row = (paths: readonly string[], range: Range, source = SDK): RangeRow => ({ paths, range, source, confidence: "documented" });

/** All types of tools whose name the model sees; an MCP server names its tools itself. */
const NAMED_BY_US = [
  "end_call",
  "transfer_call",
  "agent_swap",
  "press_digit",
  "send_sms",
  "custom",
  "code",
  "extract_dynamic_variable",
  "bridge_transfer",
  "cancel_transfer",
  "integration_app",
  "check_availability_cal",
  "book_appointment_cal",
];

const TRANSFERS = ["cold_transfer", "warm_transfer", "agentic_warm_transfer"];

/** The agent's own range, where a node overrides the agent's setting. */
const inNodes = (field: string, range: Range): RangeRow => ({
  paths: nodePaths(SPEAKING_NODES, field),
  range,
  source: `${SDK}: overrides the agent's setting, whose range is documented`,
  confidence: "inferred",
});

/** The most equations that one transition may have. Source: API reference. */
export const MOST_EQUATIONS = 50;

/** Edges that stand alone in a node, besides those of its list `edges`. */
export const SINGLE_EDGES = ["edge", "else_edge", "always_edge", "skip_response_edge", "success_edge", "failed_edge"] as const;

/** Documented ranges. A value outside is an error, because Retell answers 400. */
export const RANGES: PathTable<RangeRow> = pathTable([
  row(["agent.voice_temperature", "agent.volume", "agent.ambient_sound_volume"], { minimum: 0, maximum: 2 }),
  row(["agent.voice_speed"], { minimum: 0.5, maximum: 2 }),
  inNodes("voice_speed", { minimum: 0.5, maximum: 2 }),
  row(["agent.responsiveness", "agent.interruption_sensitivity", "agent.backchannel_frequency"], { minimum: 0, maximum: 1 }),
  inNodes("responsiveness", { minimum: 0, maximum: 1 }),
  inNodes("interruption_sensitivity", { minimum: 0, maximum: 1 }),
  row(["agent.denoising_enhancement_level"], { minimum: 0, maximum: 1 }, SPEC),
  row(["agent.reminder_trigger_ms"], { exclusiveMinimum: 0 }),
  inNodes("reminder_trigger_ms", { exclusiveMinimum: 0 }),
  row(["agent.reminder_max_count"], { minimum: 0, multipleOf: 1 }),
  inNodes("reminder_max_count", { minimum: 0, multipleOf: 1 }),
  row(["agent.begin_message_delay_ms"], { minimum: 0, maximum: 5_000 }),
  row(["agent.end_call_after_silence_ms"], { minimum: 10_000 }),
  row(["chat.end_chat_after_silence_ms"], { minimum: 120_000, maximum: 259_200_000 }),
  row(["agent.max_call_duration_ms"], { minimum: 60_000, maximum: 7_200_000 }),
  row(["agent.ring_duration_ms"], { minimum: 5_000, maximum: 300_000, multipleOf: 1 }),
  row(agentPaths("data_storage_retention_days"), { minimum: 1, maximum: 730 }),
  row(agentPaths("signed_url_expiration_ms"), { multipleOf: 1 }, SPEC),
  row(["agent.call_screening_option.agent_identity"], { minLength: 1, maxLength: 100 }, SPEC),
  row(["agent.call_screening_option.call_purpose"], { minLength: 1, maxLength: 300 }, SPEC),
  row(["agent.post_call_analysis_data[](type=enum).choices", "chat.post_chat_analysis_data[](type=enum).choices"], { minItems: 1 }),
  row(["llm.model_temperature", "flow.model_temperature"], { minimum: 0, maximum: 1 }),
  row(["llm.begin_after_user_silence_ms", "flow.begin_after_user_silence_ms"], { multipleOf: 1 }, SPEC),
  row(["llm.kb_config.top_k", "flow.kb_config.top_k", ...nodePaths(SPEAKING_NODES, "kb_config.top_k")], { minimum: 1, maximum: 10, multipleOf: 1 }, SPEC),
  row(["llm.kb_config.filter_score", "flow.kb_config.filter_score", ...nodePaths(SPEAKING_NODES, "kb_config.filter_score")], { minimum: 0, maximum: 1 }, SPEC),
  row(["llm.states[].name"], { pattern: NAME_PATTERN }),
  row(toolsPaths(NAMED_BY_US, "name"), { pattern: NAME_PATTERN }),
  row(toolPaths("custom", "timeout_ms"), { minimum: 1_000, maximum: 600_000 }),
  row(toolPaths("custom", "max_retry"), { minimum: 0, maximum: 5, multipleOf: 1 }),
  row(toolAndNodePaths("code", "timeout_ms"), { minimum: 5_000, maximum: 60_000 }, SPEC),
  row(toolAndNodePaths("code", "code"), { maxLength: 20_000 }, SPEC),
  row(toolAndNodePaths("press_digit", "delay_ms"), { minimum: 0, maximum: 5_000 }),
  row(
    [
      ...toolPaths("extract_dynamic_variable", "variables[](type=enum).choices"),
      ...nodePaths("extract_dynamic_variables", "variables[](type=enum).choices"),
    ],
    { minItems: 1 },
  ),
  row(
    TRANSFERS.flatMap((type) => toolAndNodePaths("transfer_call", `transfer_option(type=${type}).transfer_ring_duration_ms`)),
    { minimum: 5_000, maximum: 90_000 },
    SPEC,
  ),
  row(
    toolAndNodePaths("transfer_call", "transfer_option(type=agentic_warm_transfer).agentic_transfer_config.transfer_timeout_ms"),
    { minimum: 10_000, maximum: 300_000 },
    SPEC,
  ),
  row(bodyPaths("nodes[].global_node_setting.condition"), { minLength: 1 }),
  row(
    ["edges[]", ...SINGLE_EDGES].flatMap((edge) => bodyPaths(`nodes[].${edge}.transition_condition(type=equation).equations`)),
    { maxItems: MOST_EQUATIONS },
    SPEC,
  ),
]);
