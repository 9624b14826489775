import type { FieldKind, Sourced } from "./field-schema.ts";

/** Fields that mean the same in several kinds and have another name in each. */
export interface Counterparts extends Sourced {
  readonly names: Readonly<Partial<Record<FieldKind, string>>>;
}

const SDK = "retell-sdk 5.66.1, the types of both";

const row = (names: Counterparts["names"]): Counterparts => ({ names, source: SDK, confidence: "typed" });

const ROWS: readonly Counterparts[] = [
  row({ agent: "post_call_analysis_data", chat: "post_chat_analysis_data" }),
  row({ agent: "post_call_analysis_model", chat: "post_chat_analysis_model" }),
  row({ agent: "end_call_after_silence_ms", chat: "end_chat_after_silence_ms" }),
  row({ llm: "general_prompt", flow: "global_prompt" }),
  row({ llm: "general_tools", flow: "tools", component: "tools" }),
  row({ llm: "states", flow: "nodes", component: "nodes" }),
  row({ llm: "starting_state", flow: "start_node_id", component: "start_node_id" }),
  row({ llm: "is_transfer_llm", flow: "is_transfer_cf" }),
  row({ llm: "model", flow: "model_choice" }),
];

/** What a kind calls a field that another kind has under this name; `undefined` if the table does not know. */
export function counterpartOf(kind: FieldKind, { name, of }: { readonly name: string; readonly of: FieldKind }): string | undefined {
  return ROWS.find(({ names }) => names[of] === name)?.names[kind];
}
