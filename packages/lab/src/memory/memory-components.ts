import type { Json, JsonObject } from "@retell-actions/core/canonical/json";
import { PlatformError } from "@retell-actions/core/errors";
import type { ComponentReader, ComponentWriter, RemoteComponent } from "@retell-actions/core/ports/components";
import type { StoredEngine } from "./memory-retell-answers.ts";
import type { CallRunner } from "./memory-knowledge.ts";

export interface StoredComponent {
  readonly id: string;
  fields: JsonObject;
  modifiedAt: number;
}

export interface MemoryComponents {
  readonly reader: ComponentReader;
  readonly writer: ComponentWriter;
  readonly stored: Map<string, StoredComponent>;
  /** A console user edits a component. */
  edit(id: string, changes: JsonObject): void;
}

/** Shared components in memory; linked is every flow that holds the id. `defaults` is what the server fills in. */
export function createMemoryComponents(
  { read, write }: CallRunner,
  world: { readonly engines: ReadonlyMap<string, StoredEngine>; readonly now: () => number; readonly defaults?: JsonObject | undefined },
): MemoryComponents {
  const stored = new Map<string, StoredComponent>();
  let ids = 0;
  const find = (id: string): StoredComponent => stored.get(id) ?? refuse(404, `Item ${id} not found from conversation-flow-component`);
  const linked = (id: string): string[] =>
    [...world.engines.values()].filter((engine) => engine.kind === "conversation-flow" && [...engine.versions.values()].some(({ fields }) => holds(fields, id))).map((engine) => engine.id);
  const answer = ({ id, fields, modifiedAt }: StoredComponent): RemoteComponent => {
    const linkedFlowIds = linked(id);
    const name = fields["name"];
    return {
      id,
      name: typeof name === "string" ? name : "",
      modifiedAt,
      linkedFlowIds,
      raw: { ...fields, conversation_flow_component_id: id, user_modified_timestamp: modifiedAt, linked_conversation_flow_ids: linkedFlowIds },
    };
  };
  const change = (component: StoredComponent, changes: JsonObject): void => {
    component.fields = Object.fromEntries(Object.entries({ ...component.fields, ...structuredClone(changes) }).filter(([, value]) => value !== null));
    component.modifiedAt = world.now();
  };
  return {
    stored,
    edit: (id, changes) => change(find(id), changes),
    reader: {
      listComponents: () => read("listComponents", "", () => [...stored.values()].map(answer)),
      readComponent: (id) => read("readComponent", id, () => (stored.has(id) ? answer(find(id)) : null)),
    },
    writer: {
      createComponent: (content) =>
        write("createComponent", String(content["name"]), () => {
          const component: StoredComponent = { id: `conversation_flow_component_${(ids += 1)}`, fields: structuredClone({ ...world.defaults, ...content }), modifiedAt: world.now() };
          stored.set(component.id, component);
          return answer(component);
        }),
      updateComponent: (id, changes) =>
        write("updateComponent", id, () => {
          change(find(id), changes);
          return answer(find(id));
        }),
      deleteComponent: (id) => write("deleteComponent", id, () => stored.delete(id)),
    },
  };
}

function holds(value: Json, text: string): boolean {
  if (typeof value === "string") return value === text;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((inner) => holds(inner as Json, text));
}

function refuse(status: number, message: string): never {
  throw new PlatformError({ platform: "retell", reason: "retell-rejected", status }, `Retell refused the request (${status}): ${message}`);
}
