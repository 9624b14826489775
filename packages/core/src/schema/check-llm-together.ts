import type { Json } from "../canonical/json.ts";
import type { JsonPath } from "./field-schema.ts";
import { checkHoldMusic } from "./check-hold-music.ts";
import { quote } from "./field-text.ts";
import { memberOf } from "./paths.ts";
import { PROMPT_TOKEN_LIMIT } from "./ranges.ts";
import { isSet, itemsOf, reportDuplicates } from "./together.ts";
import type { Together } from "./together.ts";

/** Rules that speak of several fields of a Retell LLM. */
export function checkLlmTogether(llm: Together): void {
  checkModels(llm);
  checkStates(llm);
  checkToolNames(llm);
  checkToolLists(llm);
  checkPromptLength(llm);
}

/** Source: retell-sdk 5.66.1, s2s_model; the live answer is "Cannot set both model and s2s_model". */
function checkModels({ value, root, list }: Together): void {
  if (!isSet(memberOf(value, "model")) || !isSet(memberOf(value, "s2s_model"))) return;
  list.add({
    code: "conflicting-fields",
    severity: "error",
    path: [...root, "s2s_model"],
    message: "Only one of `model` and `s2s_model` can be set. Remove the other.",
  });
}

/** Source: retell-sdk 5.66.1, states, starting_state and edges. */
function checkStates({ value, root, list }: Together): void {
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
function checkToolNames({ value, root, list }: Together): void {
  const general = itemsOf(memberOf(value, "general_tools"));
  reportDuplicates({ items: general, path: [...root, "general_tools"], what: "tool", list });
  const taken = new Set(general.map((tool) => memberOf(tool, "name")).filter(isSet));
  for (const [index, state] of itemsOf(memberOf(value, "states")).entries()) {
    const path = [...root, "states", index, "tools"];
    reportDuplicates({ items: itemsOf(memberOf(state, "tools")), path, what: "tool", list, taken });
  }
}

function checkToolLists({ value, root, list }: Together): void {
  const check = (tools: Json | undefined, path: JsonPath): void => {
    for (const [index, tool] of itemsOf(tools).entries()) checkHoldMusic({ value: tool, root: [...path, index], list });
  };
  check(memberOf(value, "general_tools"), [...root, "general_tools"]);
  for (const [index, state] of itemsOf(memberOf(value, "states")).entries()) check(memberOf(state, "tools"), [...root, "states", index, "tools"]);
}

/** English prose has about four characters to a token; Retell counts with a tokenizer of its own. */
const CHARACTERS_PER_TOKEN = 4;

function checkPromptLength({ value, root, list }: Together): void {
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
