import { agentSchema, overlaySchema } from "./agent-schema.ts";
import { componentSchema, flowSchema } from "./flow-schemas.ts";
import { knowledgeSchema, overwriteSchema, workspacesSchema } from "./project-schemas.ts";
import type { PublishedSchema } from "./published-schema.ts";
import { shareDefinitions } from "./share-definitions.ts";

const SCHEMAS: Readonly<Record<string, () => PublishedSchema>> = {
  "agent.schema.json": agentSchema,
  "component.schema.json": componentSchema,
  "flow.schema.json": flowSchema,
  "knowledge.schema.json": knowledgeSchema,
  "overlay.schema.json": overlaySchema,
  "overwrite.schema.json": overwriteSchema,
  "workspaces.schema.json": workspacesSchema,
};

const HEAD: PublishedSchema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  $comment: "Generated from the schema that the actions check files with; do not edit.",
};

/** The schemas for editors: names of files with their texts. Each stands alone; the same sources give the same bytes. */
export function publishedSchemas(): ReadonlyMap<string, string> {
  return new Map(Object.entries(SCHEMAS).map(([name, schema]) => [name, textOf({ ...HEAD, ...shareDefinitions(schema()) })]));
}

/** Compact, since editors fetch it; a definition to a line, so that a change can be read. */
function textOf({ definitions = {}, ...document }: PublishedSchema): string {
  const head = JSON.stringify(document).slice(0, -1);
  const lines = Object.entries(definitions).map(([name, schema]) => `${JSON.stringify(name)}:${JSON.stringify(schema)}`);
  return lines.length === 0 ? `${head}}\n` : `${head},"definitions":{\n${lines.join(",\n")}\n}}\n`;
}
