import type { Json } from "../canonical/json.ts";
import type { FieldKind, JsonPath } from "./field-schema.ts";
import type { ProblemList } from "./field-problem.ts";
import { quote } from "./field-text.ts";
import { memberOf } from "./paths.ts";
import { PROMPT_TOKEN_LIMIT } from "./ranges.ts";

/** An agent or LLM whose single fields were checked before. */
export interface TogetherCheck {
  readonly kind: FieldKind;
  readonly value: Json;
  readonly root: JsonPath;
  readonly list: ProblemList;
}

/** Rules that speak of several fields at once. Each holds back where its fields do not have their proper types. */
export function checkTogether(check: TogetherCheck): void {
  if (check.kind === "agent") {
    checkSpeechToText(check);
    return;
  }
  checkModels(check);
  checkStates(check);
  checkToolNames(check);
  checkHoldMusic(check);
  checkPromptLength(check);
}

const isSet = (value: Json | undefined): boolean => value !== undefined && value !== null;

function itemsOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** Source: retell-sdk 5.66.1, custom_stt_config.endpointing_ms, and API reference 2026-10-04 for muse. */
const SHORTEST_ENDPOINTING: ReadonlyMap<Json | undefined, number> = new Map([
  ["azure", 100],
  ["deepgram", 10],
  ["soniox", 500],
  ["assemblyai", 100],
  ["muse", 100],
]);

function checkSpeechToText({ value, root, list }: TogetherCheck): void {
  const config = memberOf(value, "custom_stt_config");
  // Source: retell-sdk 5.66.1, stt_mode: "custom_stt_config must be provided".
  if (memberOf(value, "stt_mode") === "custom" && !isSet(config)) {
    list.add({
      code: "missing-field",
      severity: "error",
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
      severity: "error",
      path: [...root, "custom_stt_config", "endpointing_ms"],
      message: `\`custom_stt_config.endpointing_ms\` must be at least ${String(least)} for ${String(provider)}, but is ${String(endpointing)}.`,
    });
  }
}

/** Source: retell-sdk 5.66.1, s2s_model; the live answer is "Cannot set both model and s2s_model". */
function checkModels({ value, root, list }: TogetherCheck): void {
  if (!isSet(memberOf(value, "model")) || !isSet(memberOf(value, "s2s_model"))) return;
  list.add({
    code: "conflicting-fields",
    severity: "error",
    path: [...root, "s2s_model"],
    message: "Only one of `model` and `s2s_model` can be set. Remove the other.",
  });
}

/** Source: retell-sdk 5.66.1, states, starting_state and edges. */
function checkStates({ value, root, list }: TogetherCheck): void {
  const states = itemsOf(memberOf(value, "states"));
  if (states.length === 0) return;
  reportDuplicates({ items: states, path: [...root, "states"], what: "state", list });
  const names = new Set(states.map((state) => memberOf(state, "name")));
  const start = memberOf(value, "starting_state");
  if (!isSet(start)) {
    list.add({
      code: "missing-field",
      severity: "error",
      path: [...root, "states"],
      message: "An LLM with `states` needs `starting_state`: the name of the first one.",
      hint: "starting_state",
    });
  } else if (typeof start === "string" && !names.has(start)) {
    list.add({
      code: "unknown-reference",
      severity: "warning",
      path: [...root, "starting_state"],
      message: `\`starting_state\` is ${quote(start)}, but no state has that name.`,
    });
  }
  for (const [index, state] of states.entries()) {
    for (const [number, edge] of itemsOf(memberOf(state, "edges")).entries()) {
      const target = memberOf(edge, "destination_state_name");
      if (typeof target !== "string" || names.has(target)) continue;
      list.add({
        code: "unknown-reference",
        severity: "warning",
        path: [...root, "states", index, "edges", number, "destination_state_name"],
        message: `The edge leads to ${quote(target)}, but no state has that name.`,
      });
    }
  }
}

/** Names must differ among the tools that are available at one time: general tools with those of one state. */
function checkToolNames({ value, root, list }: TogetherCheck): void {
  const general = itemsOf(memberOf(value, "general_tools"));
  reportDuplicates({ items: general, path: [...root, "general_tools"], what: "tool", list });
  const taken = new Set(general.map((tool) => memberOf(tool, "name")).filter(isSet));
  for (const [index, state] of itemsOf(memberOf(value, "states")).entries()) {
    const path = [...root, "states", index, "tools"];
    reportDuplicates({ items: itemsOf(memberOf(state, "tools")), path, what: "tool", list, taken });
  }
}

interface Duplicates {
  readonly items: readonly Json[];
  readonly path: JsonPath;
  readonly what: string;
  readonly list: ProblemList;
  /** Names that are in use elsewhere already. */
  readonly taken?: ReadonlySet<Json | undefined>;
}

function reportDuplicates({ items, path, what, list, taken }: Duplicates): void {
  const seen = new Set(taken);
  for (const [index, item] of items.entries()) {
    const name = memberOf(item, "name");
    if (typeof name !== "string") continue;
    if (seen.has(name)) {
      list.add({
        code: "duplicate-name",
        severity: "error",
        path: [...path, index, "name"],
        message: `Another ${what} is already named ${quote(name)}. Names must be unique among all that are available at one time.`,
      });
    }
    seen.add(name);
  }
}

/** Source: retell-sdk 5.66.1, custom_on_hold_music_asset_id. */
function checkHoldMusic({ value, root, list }: TogetherCheck): void {
  const groups = [
    { path: ["general_tools"] as JsonPath, tools: itemsOf(memberOf(value, "general_tools")) },
    ...itemsOf(memberOf(value, "states")).map((state, index) => ({
      path: ["states", index, "tools"] as JsonPath,
      tools: itemsOf(memberOf(state, "tools")),
    })),
  ];
  for (const { path, tools } of groups) {
    for (const [index, tool] of tools.entries()) {
      const option = memberOf(tool, "transfer_option");
      if (memberOf(option, "on_hold_music") !== "custom" || isSet(memberOf(option, "custom_on_hold_music_asset_id"))) continue;
      list.add({
        code: "missing-field",
        severity: "error",
        path: [...root, ...path, index, "transfer_option", "on_hold_music"],
        message: '`on_hold_music` "custom" needs `custom_on_hold_music_asset_id` beside it.',
        hint: "custom_on_hold_music_asset_id",
      });
    }
  }
}

/** English prose has about four characters to a token; Retell counts with a tokenizer of its own. */
const CHARACTERS_PER_TOKEN = 4;

function checkPromptLength({ value, root, list }: TogetherCheck): void {
  const general = memberOf(value, "general_prompt");
  const lengths = itemsOf(memberOf(value, "states")).map((state) => {
    const prompt = memberOf(state, "state_prompt");
    return typeof prompt === "string" ? prompt.length : 0;
  });
  const longest = (typeof general === "string" ? general.length : 0) + lengths.reduce((a, b) => Math.max(a, b), 0);
  const tokens = Math.ceil(longest / CHARACTERS_PER_TOKEN);
  if (tokens <= PROMPT_TOKEN_LIMIT) return;
  list.add({
    code: "too-long",
    severity: "warning",
    path: [...root, "general_prompt"],
    message: `The prompt has about ${String(tokens)} tokens; Retell refuses more than ${String(PROMPT_TOKEN_LIMIT)}.`,
  });
}
