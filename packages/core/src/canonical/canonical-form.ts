import { SERVER_FIELD_TABLE } from "../schema/server-fields.ts";
import type { FieldKind } from "../schema/field-schema.ts";
import { PARTS, type Channel, type Content, type Part } from "./content.ts";
import { isJsonObject, objectFrom, own, type Json, type JsonObject } from "./json.ts";

/**
 * The one basis for every hash, comparison, merge and record: fields that the server or the suite owns are dropped, line
 * ends are LF, keys sorted. The order of arrays is kept, since it counts when writing; comparisons decide for themselves
 * where it does not.
 */
export function toCanonical(part: Part, value: JsonObject): JsonObject {
  const canonical = canonicalObject(fieldKindOf(part, value), value, []);
  const engine = own(canonical, "response_engine");
  if (part !== "agent" || !isJsonObject(engine)) return canonical;
  return objectFrom(Object.entries(canonical).map(([key, field]) => [key, key === "response_engine" ? withoutIdentity(engine) : field] as const));
}

/** {@link toCanonical} for every part of an agent. */
export function toCanonicalContent(content: Content): Content {
  const parts = PARTS.flatMap((part) => {
    const value = content[part];
    return value === undefined ? [] : [[part, toCanonical(part, value)] as const];
  });
  return Object.fromEntries(parts) as Content;
}

/** CRLF and lone CR become LF: Retell keeps what it is sent, while editors and consoles differ. */
export function normalizeLineEnds(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

/** The engine kind that a canonical agent part states, if any. */
export function statedEngine(agent: JsonObject): string | undefined {
  const engine = own(agent, "response_engine");
  const type = isJsonObject(engine) ? own(engine, "type") : undefined;
  return typeof type === "string" ? type : undefined;
}

/** The channel that a canonical agent part states. */
export function statedChannel(agent: JsonObject): Channel {
  return own(agent, "channel") === "chat" ? "chat" : "voice";
}

/** Which tables speak of a part: the agent's part of a chat agent has its own. */
export function fieldKindOf(part: Part, value: JsonObject | undefined): FieldKind {
  return part === "agent" && value !== undefined && statedChannel(value) === "chat" ? "chat" : part;
}

function canonicalObject(kind: FieldKind, value: JsonObject, path: readonly string[]): JsonObject {
  const keys = Object.keys(value)
    .filter((key) => SERVER_FIELD_TABLE.find({ kind, path: [...path, key] }) === undefined)
    .sort();
  return objectFrom(keys.map((key) => [key, canonicalValue(kind, own(value, key) ?? null, [...path, key])] as const));
}

function canonicalValue(part: FieldKind, value: Json, path: readonly string[]): Json {
  if (typeof value === "string") return normalizeLineEnds(value);
  // Patterns say `[]` for any item, so the index does not matter to the look-up.
  if (Array.isArray(value)) return value.map((item) => canonicalValue(part, item, [...path, "[]"]));
  return isJsonObject(value) ? canonicalObject(part, value, path) : value;
}

/** Which engine answers is content; its id and version belong to the workspace. */
function withoutIdentity(engine: JsonObject): JsonObject {
  return objectFrom(Object.entries(engine).filter(([key]) => !ENGINE_IDENTITY.has(key)));
}

const ENGINE_IDENTITY = new Set(["llm_id", "conversation_flow_id", "version"]);
