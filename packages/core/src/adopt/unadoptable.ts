import { holdsFingerprint } from "../canonical/fingerprint.ts";
import { canonicalJson } from "../canonical/content-hash.ts";
import { isJsonObject, type Json } from "../canonical/json.ts";
import { secretName, storedSymbols } from "../canonical/symbols.ts";
import { contentSteps } from "../diff/content-steps.ts";
import type { FieldPath } from "../diff/field-path.ts";
import type { DesiredAgent } from "../project/desired.ts";
import { EXTRACTION_TOOL } from "../project/extraction-tool.ts";
import { toPointer } from "../project/json-node.ts";
import { isPromptText, MAIN_PROMPT } from "../project/prompt-texts.ts";
import { nodeAtSteps, readAgentFiles, type AgentFiles } from "./agent-files.ts";
import type { AdoptEdit } from "./edit.ts";
import { fieldOf } from "./expected-content.ts";
import { configSteps } from "./read-prompts.ts";

/** Why no file of this agent can ever say what the console holds; undefined if one may. `edits` are all of the agent's. */
export function whyUnadoptable({ path, live }: AdoptEdit, { desired, files, edits }: { readonly desired: DesiredAgent; readonly files: AgentFiles; readonly edits: readonly AdoptEdit[] }): string | undefined {
  const [part, key] = path;
  const now = fieldOf(desired.content, path);
  if (hasOtherEngine(path, desired, edits) || (key === "response_engine" && !isCustomUrl(path, live, desired))) {
    return "the agent has another engine there; change the engine in agent.json by hand";
  }
  if (part === "agent" && key === "channel") return "the channel of an agent cannot be changed";
  if (typeof key !== "string") return "this is not a field of an agent";
  if (isOfExtractionTool(path) && isMadeByTheBuild(desired, files)) {
    return `the tool ${EXTRACTION_TOOL} is made of prompt_config.dynamic_variables; change them there`;
  }
  if (live !== undefined && canonicalJson(storedSymbols(live)) !== canonicalJson(live)) return "Retell still holds an earlier value of a reference, which nobody edited";
  if (live !== undefined && holdsFingerprint(live)) return whyNoSecret({ path, now, live }, desired);
  if (typeof live !== "string" && isMainOfSections(path, files)) return "the whole prompt is to go, and it is put together from sections";
  return undefined;
}

/** True for fields of an engine that the agent does not have here, or no longer has there. */
function hasOtherEngine(path: FieldPath, { content }: DesiredAgent, edits: readonly AdoptEdit[]): boolean {
  const [part] = path;
  if (path.length < 2) return true;
  if (part !== "llm" && part !== "flow") return false;
  if (content[part] === undefined) return true;
  const isReplaced = edits.some((edit) => edit.path[0] === "agent" && edit.path[1] === "response_engine" && (edit.path.length === 2 || edit.path[2] === "type"));
  return isReplaced && edits.every((edit) => edit.path[0] !== part || edit.live === undefined);
}

/** The one field of `response_engine` that is the user's own. */
function isCustomUrl(path: FieldPath, live: Json | undefined, { engine }: DesiredAgent): boolean {
  return engine === "custom-llm" && path.length === 3 && path[0] === "agent" && path[2] === "llm_websocket_url" && typeof live === "string";
}

/** JSON pointer of a prompt's path into the content; undefined for a field that is no prompt. The prompt may be absent. */
export function promptPointer(path: FieldPath, { content, prompts }: Pick<DesiredAgent, "content" | "prompts">): string | undefined {
  const [part, ...steps] = contentSteps(content, path) ?? [];
  if ((part !== "llm" && part !== "flow")) return undefined;
  const pointer = toPointer([part, ...steps]);
  return prompts.has(pointer) || isPromptText(part, steps) ? pointer : undefined;
}

function isMainOfSections(path: FieldPath, files: AgentFiles): boolean {
  const [part, key] = path;
  if ((part !== "llm" && part !== "flow") || path.length !== 2 || key !== MAIN_PROMPT[part]) return false;
  return nodeAtSteps(readAgentFiles(files)?.merged, configSteps(part).sections) !== undefined;
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

function whyNoSecret({ path, now, live }: { readonly path: FieldPath; readonly now: Json | undefined; readonly live: Json }, desired: DesiredAgent): string | undefined {
  // By its place too: an item that is new in the console has no prompts in Git yet.
  if (promptPointer(path, desired) !== undefined || isTyped(live, path.map((step) => (typeof step === "string" ? step : 0)))) return "a credential was typed into the text in the console; remove it there and revoke it";
  const name = secretName(now);
  return name === undefined
    ? undefined
    : `another credential was typed into the console; if it is right, make it the value of the secret ${name} (RETELL_SECRET_${name}), and the next deploy brings it`;
}

/** True if a prompt at or below a place holds a credential: a text for the model cannot become a secret. */
function isTyped(value: Json, [part, ...steps]: readonly (string | number)[]): boolean {
  if (typeof value === "string") return (part === "llm" || part === "flow") && isPromptText(part, steps) && holdsFingerprint(value);
  const inside = Array.isArray(value) ? [...value.entries()] : isJsonObject(value) ? Object.entries(value) : [];
  return inside.some(([step, item]) => isTyped(item, [part ?? "", ...steps, step]));
}
