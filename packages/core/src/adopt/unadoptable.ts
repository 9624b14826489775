import type { Content } from "../canonical/content.ts";
import { holdsFingerprint } from "../canonical/fingerprint.ts";
import { canonicalJson } from "../canonical/content-hash.ts";
import { isJsonObject, own, type Json } from "../canonical/json.ts";
import { secretName, storedSymbols } from "../canonical/symbols.ts";
import type { FieldPath } from "../diff/field-path.ts";
import type { DesiredAgent } from "../project/desired.ts";
import { EXTRACTION_TOOL } from "../project/extraction-tool.ts";
import { toPointer } from "../project/json-node.ts";
import { nodeAtSteps, readAgentFiles, type AgentFiles } from "./agent-files.ts";
import type { AdoptEdit } from "./edit.ts";
import { fieldOf } from "./expected-content.ts";

/** Why no file of this agent can ever say what the console holds; undefined if one may. */
export function whyUnadoptable({ path, live }: AdoptEdit, desired: DesiredAgent, files: AgentFiles): string | undefined {
  const [part, key] = path;
  const now = fieldOf(desired.content, path);
  if (part === "flow") return "conversation flows cannot be written back into the files yet";
  if (path.length < 2 || key === "response_engine") return "the agent has another engine there; change the engine in agent.json by hand";
  if (part === "agent" && key === "channel") return "the channel of an agent cannot be changed";
  if (typeof key !== "string") return "this is not a field of an agent";
  if (isOfExtractionTool(path) && isMadeByTheBuild(desired, files)) {
    return `the tool ${EXTRACTION_TOOL} is made of prompt_config.dynamic_variables; change them there`;
  }
  if (live !== undefined && canonicalJson(storedSymbols(live)) !== canonicalJson(live)) return "Retell still holds an earlier value of a reference, which nobody edited";
  if (live !== undefined && holdsFingerprint(live)) return whyNoSecret({ path, now }, desired);
  if (promptPointer(path, desired.content) === "/llm/general_prompt" && typeof live !== "string" && hasSections(desired)) {
    return "the whole prompt is to go, and it is put together from sections";
  }
  return undefined;
}

/** JSON pointer of a prompt's path into the content; undefined for a field that is no prompt. */
export function promptPointer(path: FieldPath, content: Content): string | undefined {
  const [part, key, item, field] = path;
  if (part !== "llm" || typeof key !== "string") return undefined;
  if (path.length === 2 && (key === "general_prompt" || key === "begin_message")) return toPointer([part, key]);
  const states = own(content.llm, "states");
  if (path.length !== 4 || key !== "states" || field !== "state_prompt" || typeof item !== "object" || !Array.isArray(states)) return undefined;
  const index = states.findIndex((state) => isJsonObject(state) && own(state, "name") === item.item);
  return index < 0 ? undefined : toPointer([part, key, index, field]);
}

function hasSections(desired: DesiredAgent): boolean {
  return (desired.prompts.get("/llm/general_prompt")?.sections.length ?? 0) > 0;
}

function isOfExtractionTool([part, key, step]: FieldPath): boolean {
  return part === "llm" && key === "general_tools" && typeof step === "object" && step.item === EXTRACTION_TOOL;
}

/** True if the agent has the tool, and no file does. */
function isMadeByTheBuild({ content }: DesiredAgent, files: AgentFiles): boolean {
  const merged = readAgentFiles(files)?.merged;
  const inFiles = nodeAtSteps(merged, ["llm_config", "general_tools", { item: EXTRACTION_TOOL, key: "name" }]);
  return inFiles === undefined && fieldOf(content, ["llm", "general_tools", { item: EXTRACTION_TOOL }]) !== undefined;
}

function whyNoSecret({ path, now }: { readonly path: FieldPath; readonly now: Json | undefined }, desired: DesiredAgent): string | undefined {
  const pointer = promptPointer(path, desired.content);
  if (pointer !== undefined) return "a credential was typed into the text in the console; remove it there and revoke it";
  const name = secretName(now);
  return name === undefined
    ? undefined
    : `another credential was typed into the console; if it is right, make it the value of the secret ${name} (RETELL_SECRET_${name}), and the next deploy brings it`;
}
