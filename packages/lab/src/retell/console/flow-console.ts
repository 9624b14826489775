import { createComponent, deleteComponent, updateComponent } from "../model/components.ts";
import { deleteEngine, updateEngine } from "../model/engines.ts";
import { flowRules } from "../model/flows.ts";
import { findAgent, findAgentVersion, findEngine, findEngineVersion } from "../model/lookups.ts";
import type { World } from "../model/world.ts";
import type { Fields } from "../schema/schema.ts";
import { objects } from "../schema/validate.ts";
import { changeNode, removeNode } from "./edit-nodes.ts";
import { editable } from "./editable.ts";

/** What a person does to flows and components in the dashboard. Edits return the version edited, as `editAgent` does. */
export interface FlowConsole {
  /** Edits fields of the flow of an agent. */
  editFlow(agentId: string, fields: Fields): number;
  addNode(agentId: string, node: Fields): number;
  /** Changes keys of a node; the others stay. */
  editNode(agentId: string, nodeId: string, fields: Fields): number;
  /** Drags a node: nothing but the layout changes. */
  moveNode(agentId: string, nodeId: string, to: { readonly x: number; readonly y: number }): number;
  /** Removes a node; edges that led to it lead nowhere. */
  removeNode(agentId: string, nodeId: string): number;
  /** With `force`, also while an agent uses it. */
  deleteFlow(flowId: string, force?: boolean): void;
  /** Makes a shared component and returns its id. */
  createComponent(fields: Fields): string;
  editComponent(componentId: string, fields: Fields): void;
  /** Linked flows get copies of their own. */
  deleteComponent(componentId: string): void;
}

/** The part of the console that is about flows; `change` runs a change of the organisation. */
export function createFlowConsole(change: <Result>(run: (world: World) => Result) => Result): FlowConsole {
  const edit = (agentId: string, fields: (flow: Fields) => Fields) => change((world) => editFlow(world, agentId, fields));
  return {
    editFlow: (agentId, fields) => edit(agentId, () => fields),
    addNode: (agentId, node) => edit(agentId, (flow) => ({ nodes: [...objects(flow["nodes"]), node] })),
    editNode: (agentId, nodeId, fields) => edit(agentId, (flow) => ({ nodes: changeNode(flow["nodes"], nodeId, fields) })),
    moveNode: (agentId, nodeId, to) => edit(agentId, (flow) => ({ nodes: changeNode(flow["nodes"], nodeId, { display_position: { ...to } }) })),
    removeNode: (agentId, nodeId) => edit(agentId, (flow) => ({ nodes: removeNode(flow["nodes"], nodeId) })),
    deleteFlow: (flowId, force = false) => change((world) => deleteEngine(world, "conversation-flow", { id: flowId, force })),
    createComponent: (fields) => change((world) => createComponent(world, fields, "console").id),
    editComponent: (componentId, fields) =>
      change((world) => void updateComponent(world, { id: componentId, body: fields, writer: "console" })),
    deleteComponent: (componentId) => change((world) => deleteComponent(world, componentId)),
  };
}

/** The fields are worked out before a draft is made, so that a mistake of the test leaves no draft. */
function editFlow(world: World, agentId: string, fields: (flow: Fields) => Fields): number {
  const shown = findAgentVersion(world, findAgent(world, agentId), "latest");
  if (shown.engine.type !== "conversation-flow") throw new Error(`Agent ${agentId} has no conversation flow.`);
  const flow = findEngine(world, shown.engine.id, "conversation-flow");
  const body = fields(findEngineVersion(world, flow, shown.version).fields);
  const version = editable(world, agentId);
  updateEngine(world, flowRules, { id: flow.id, version, body, writer: "console" });
  return version;
}
