import type { ComponentRecord, EngineRecord } from "../data.ts";
import { missing } from "../http/errors.ts";
import { componentFields, componentRequired } from "../schema/component-fields.ts";
import type { Fields } from "../schema/schema.ts";
import { objects } from "../schema/validate.ts";
import { checkComponent } from "./flow-rules.ts";
import { withToolIds } from "./tool-ids.ts";
import { newIdentity } from "./world.ts";
import type { World } from "./world.ts";
import { createFields, updateFields } from "./write-fields.ts";
import type { ResourceKind, Writer } from "./write-fields.ts";

const kind: ResourceKind = { on: "component", table: componentFields, required: componentRequired };

/** The component, or the "missing" refusal. */
export function findComponent(world: World, id: string): ComponentRecord {
  const component = world.data.components.get(id);
  if (component === undefined) throw missing(world.options.missingStatus, { id, from: "conversation-flow-component" });
  return component;
}

/** Creates a component that no flow uses yet. */
export function createComponent(world: World, body: Fields, writer: Writer): ComponentRecord {
  const fields = createFields(world, { kind, body, writer });
  checkComponent(world, fields);
  const component: ComponentRecord = {
    fields: withToolIds(world, fields),
    ...newIdentity(world, "conversation_flow_component"),
    modified: world.clock.stamp(),
  };
  world.data.components.set(component.id, component);
  return component;
}

/** Edits a component in place: every linked flow has the new content at once, published versions too. */
export function updateComponent(world: World, request: { id: string; body: Fields; writer: Writer }): ComponentRecord {
  const component = findComponent(world, request.id);
  const fields = updateFields(world, { kind, body: request.body, writer: request.writer, stored: component.fields });
  checkComponent(world, fields);
  component.fields = withToolIds(world, fields, component.fields);
  component.modified = world.clock.stamp();
  return component;
}

/**
 * Deletes a component. Every version of a linked flow, published ones too, gets a copy among its own components, under
 * the id that its nodes name. Source: API reference, Delete Conversation Flow Component, which says "creates local
 * copies for all linked conversation flows"; which versions, and that no time stamp moves, is inferred.
 */
export function deleteComponent(world: World, id: string): void {
  const component = findComponent(world, id);
  const copy = { conversation_flow_component_id: id, ...component.fields };
  for (const version of linkedFlows(world, id).flatMap((flow) => flow.versions)) {
    if (!partsOf(version.fields).some((part) => names(part, id))) continue;
    const parts = objects(version.fields["components"]);
    version.fields = { ...localised(version.fields, id), components: [...parts.map((part) => localised(part, id)), structuredClone(copy)] };
  }
  world.data.components.delete(id);
}

/** The flows that name a component in any of their versions, in order of creation: `linked_conversation_flow_ids`. */
export function linkedFlows(world: World, id: string): EngineRecord[] {
  return [...world.data.engines.values()].filter((engine) =>
    engine.versions.some(({ fields }) => partsOf(fields).some((part) => names(part, id))),
  );
}

/** A flow and its own components: each has nodes. */
function partsOf(flow: Fields): Fields[] {
  return [flow, ...objects(flow["components"])];
}

function names(part: Fields, id: string): boolean {
  return objects(part["nodes"]).some((node) => isUse(node, id));
}

function isUse(node: Fields, id: string): boolean {
  return node["type"] === "component" && node["component_type"] === "shared" && node["component_id"] === id;
}

function localised(part: Fields, id: string): Fields {
  return { ...part, nodes: objects(part["nodes"]).map((node) => (isUse(node, id) ? { ...node, component_type: "local" } : node)) };
}
