import { businessError, messages, validationError } from "../http/errors.ts";
import type { Fields } from "../schema/schema.ts";
import { calTools } from "../schema/tool-fields.ts";
import { isSet, objects } from "../schema/validate.ts";
import { refuseSilentMusic } from "./hold-music.ts";
import { refuseRepeated } from "./unique.ts";
import type { World } from "./world.ts";

/** Rules between the fields of an LLM, checked on what would be stored. Throws the refusal. */
export function checkLlm(world: World, written: { fields: Fields; sent: Fields }): void {
  const { fields, sent } = written;
  const models = world.options.exclusiveModels === "request" ? sent : fields;
  if (isSet(models["model"]) && isSet(models["s2s_model"])) throw businessError(400, messages.bothModels);
  const states = objects(fields["states"]);
  if (states.length > 0 && typeof fields["starting_state"] !== "string") throw businessError(400, messages.statesWithoutStart);
  checkNames(fields["general_tools"], states);
  refuseSilentMusic(objects(fields["general_tools"]), "request/body/general_tools");
  states.forEach((state, index) => refuseSilentMusic(objects(state["tools"]), `request/body/states/${index}/tools`));
  checkPrompt(fields, states, world.options.promptTokenLimit);
  if (!world.options.acceptCalTools) checkCalTools(objects(fields["general_tools"]), states);
}

/**
 * Names are unique within all tools available at a time: general tools, those of the state, and its transitions, which
 * the model sees as `transition_to_<state>`. Source: API reference, Create Retell LLM.
 */
function checkNames(generalTools: unknown, states: readonly Fields[]): void {
  const general = objects(generalTools).map((tool) => String(tool["name"]));
  refuseRepeated(general, "Tool name");
  refuseRepeated(states.map((state) => String(state["name"])), "State name");
  for (const state of states) {
    const tools = objects(state["tools"]).map((tool) => String(tool["name"]));
    const transitions = objects(state["edges"]).map((edge) => `transition_to_${String(edge["destination_state_name"])}`);
    refuseRepeated([...general, ...tools, ...transitions], "Tool name");
  }
}

/** The limit is in tokens; the lab counts four characters as one. Source: API reference, Create Retell LLM. */
function checkPrompt(fields: Fields, states: readonly Fields[], limit: number): void {
  const general = length(fields["general_prompt"]);
  const longest = Math.max(0, ...states.map((state) => length(state["state_prompt"])));
  if ((general + longest) / 4 > limit) throw businessError(400, messages.promptTooLong);
}

function checkCalTools(general: readonly Fields[], states: readonly Fields[]): void {
  const tools = [...general, ...states.flatMap((state) => objects(state["tools"]))];
  const found = tools.findIndex((tool) => calTools.includes(String(tool["type"])));
  if (found >= 0) throw validationError([`request/body/general_tools/${found}/type must be equal to one of the allowed values`]);
}

function length(value: unknown): number {
  return typeof value === "string" ? value.length : 0;
}
