import { isJsonObject, own, type Json, type JsonObject } from "../canonical/json.ts";

/** A value that means something in one workspace only. */
export interface WorkspaceId {
  /** For people: `knowledge base`. */
  readonly what: string;
  /** The key under which it stands. */
  readonly key: string;
  /** True if this object's value under the key is such an id. */
  readonly applies: (holder: JsonObject) => boolean;
  readonly source: string;
}

const always = (): boolean => true;
const FACTS = "API reference: identifiers are those of the organisation";

/**
 * Places where Retell refers to something that has an id per workspace, wherever the key stands. Agents are not among them:
 * those have references of their own. A voice is one only if it was made in the workspace; the others belong to Retell.
 */
export const WORKSPACE_IDS: readonly WorkspaceId[] = [
  { what: "knowledge base", key: "knowledge_base_ids", applies: always, source: FACTS },
  { what: "shared component", key: "component_id", applies: (holder) => own(holder, "component_type") === "shared", source: FACTS },
  { what: "shared tool", key: "tool_id", applies: (holder) => own(holder, "tool_type") === "shared", source: FACTS },
  { what: "app", key: "app_id", applies: always, source: FACTS },
  { what: "MCP server", key: "mcp_id", applies: always, source: "retell-sdk 5.66.1: mcp_id is assigned by the server" },
  { what: "asset", key: "custom_on_hold_music_asset_id", applies: always, source: FACTS },
  { what: "voice", key: "voice_id", applies: (holder) => isOwnVoice(own(holder, "voice_id")), source: "API reference, voices: cloned and added voices are `custom_voice_…`" },
  { what: "voice", key: "fallback_voice_ids", applies: (holder) => isOwnVoice(own(holder, "fallback_voice_ids")), source: "API reference, voices: cloned and added voices are `custom_voice_…`" },
  { what: "phone number", key: "number", applies: (holder) => own(holder, "type") === "predefined", source: "API reference, transfer_destination" },
];

/** Which of an object's own keys hold such ids, with what they are. Empty values and run-time tags are none. */
export function workspaceIdsOf(holder: JsonObject): { readonly key: string; readonly what: string }[] {
  return WORKSPACE_IDS.filter(({ key, applies }) => holdsId(own(holder, key)) && applies(holder)).map(({ key, what }) => ({ key, what }));
}

function holdsId(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.some(holdsId);
  return typeof value === "string" && value !== "" && !value.includes("{{");
}

function isOwnVoice(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.some(isOwnVoice);
  return typeof value === "string" && /^custom[-_]voice/.test(value) && !isJsonObject(value);
}
