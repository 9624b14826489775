import { kindSchema } from "./kind-schemas.ts";
import { SCHEMA_KEY } from "./own-fields.ts";
import type { PublishedSchema } from "./published-schema.ts";

/** `agents/<name>/flow.json`. */
export function flowSchema(): PublishedSchema {
  return document({ kind: "flow", title: "A conversation flow of retell-actions", description: 'The flow that agent.json names by "conversation_flow": "./flow.json".' });
}

/** `components/<name>.json`. Source: `project/read-components.ts`. */
export function componentSchema(): PublishedSchema {
  return document({ kind: "component", title: "A shared component of retell-actions", description: "A part of a flow that several flows use, as component://<name of this file>." });
}

function document({ kind, title, description }: { readonly kind: "flow" | "component"; readonly title: string; readonly description: string }): PublishedSchema {
  const { properties, ...schema } = kindSchema(kind, { patch: false });
  return { title, description, ...schema, properties: { $schema: SCHEMA_KEY, ...properties } };
}
