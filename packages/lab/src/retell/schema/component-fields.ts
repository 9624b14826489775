import { mcp, note, position } from "./engine-values.ts";
import { nodes } from "./node-fields.ts";
import { boolean, listOf, nullable, object, text } from "./schema.ts";
import type { Field, FieldTable, Schema } from "./schema.ts";
import { sources } from "./sources.ts";
import { flowTool } from "./tool-fields.ts";

const docs = (schema: Schema): Field => ({ schema, source: sources.createComponent });
const sdk = (schema: Schema): Field => ({ schema, source: sources.sdk });

/** Keys that create-conversation-flow-component insists on. Source: API reference. */
export const componentRequired: readonly string[] = ["name", "nodes"];

/** Every writable field of a shared component. */
export const componentFields: FieldTable = {
  name: docs(text),
  nodes: docs(nodes),
  tools: docs(nullable(listOf(flowTool))),
  mcps: sdk(nullable(listOf(mcp))),
  start_node_id: docs(nullable(text)),
  flex_mode: sdk(nullable(boolean)),
  notes: sdk(nullable(listOf(note))),
  begin_tag_display_position: sdk(nullable(position)),
};

/**
 * A component inside a flow. Its id is not among the documented keys, but nodes name one: the key was seen in exports
 * (field report), and is stored as sent.
 */
export const localComponent: Schema = object(
  { conversation_flow_component_id: text, ...Object.fromEntries(Object.entries(componentFields).map(([key, field]) => [key, field.schema])) },
  componentRequired,
);
