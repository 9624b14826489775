import type { RetellLabOptions } from "../options.ts";
import type { Resource } from "../schema/resource.ts";
import type { Fields } from "../schema/schema.ts";
import { isObject, isSet } from "../schema/validate.ts";
import { defaultRows } from "./defaults.ts";
import type { DefaultRow } from "./defaults.ts";

type Mode = RetellLabOptions["writtenDefaults"];

/** Adds the defaults that a new resource is stored with; keys that were sent stay as they are. */
export function fillResource(on: Resource, fields: Fields, mode: Mode): Fields {
  const filled = fill(on, fields, mode);
  // A speech-to-speech engine has no text model: the two exclude each other.
  if (on === "retell-llm" && isSet(fields["s2s_model"]) && fields["model"] === undefined) delete filled["model"];
  const memory = filled["contact_memory_config"];
  if (mode !== "none" && isObject(memory)) filled["contact_memory_config"] = { ...memoryDefault(), ...memory };
  return filled;
}

/** Adds the defaults inside one written top-level value. */
export function fillNested(key: string, value: unknown, mode: Mode): unknown {
  switch (key) {
    case "pii_config":
      return isObject(value) ? fill("pii_config", value, mode) : value;
    case "general_tools":
    case "pre_session_tools":
    case "post_session_tools":
    case "tools":
      return fillTools(value, mode);
    case "nodes":
      return each(value, (node) => fillParts(withTransfer(fill(`node:${String(node["type"])}`, node, mode), mode), mode));
    case "components":
      return each(value, (component) => fillParts(component, mode));
    case "mcps":
      return each(value, (item) => fill("mcp", item, mode));
    case "states":
      return each(value, (state) => fillParts(state, mode));
    default:
      return value;
  }
}

/** The same, for what is inside a state, a node or a component. */
function fillParts(fields: Fields, mode: Mode): Fields {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, fillNested(key, value, mode)]));
}

function fillTools(value: unknown, mode: Mode): unknown {
  return each(value, (tool) => withTransfer(fill(`tool:${String(tool["type"])}`, tool, mode), mode));
}

/** A tool or a node with the defaults of how a call is handed over. */
function withTransfer(fields: Fields, mode: Mode): Fields {
  const option = fields["transfer_option"];
  if (!isObject(option)) return fields;
  const transfer = fill(`transfer:${String(option["type"])}`, option, mode);
  const agentic = transfer["agentic_transfer_config"];
  if (isObject(agentic)) transfer["agentic_transfer_config"] = fill("agentic_transfer_config", agentic, mode);
  return { ...fields, transfer_option: transfer };
}

function each(value: unknown, change: (item: Fields) => Fields): unknown {
  return Array.isArray(value) ? value.map((item: unknown) => (isObject(item) ? change(item) : item)) : value;
}

function fill(on: DefaultRow["on"], fields: Fields, mode: Mode): Fields {
  const filled: Fields = { ...fields };
  for (const row of defaultRows) {
    if (row.on !== on || filled[row.key] !== undefined) continue;
    if (mode === "all" || (mode === "table" && row.written)) filled[row.key] = structuredClone(row.value);
  }
  return filled;
}

function memoryDefault(): Fields {
  const row = defaultRows.find((candidate) => candidate.key === "contact_memory_config");
  return isObject(row?.value) ? { ...row.value } : {};
}
