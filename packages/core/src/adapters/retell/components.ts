import type Retell from "retell-sdk";
import { z } from "zod";
import type { JsonObject } from "../../canonical/json.ts";
import type { ComponentReader, ComponentWriter, RemoteComponent } from "../../ports/components.ts";
import { check, readPage, UnexpectedAnswer } from "./answers.ts";
import { readAllPages } from "./paging.ts";
import { createRequests } from "./requests.ts";
import type { Transport } from "./transport.ts";

export function createComponentReader({ client, transport }: { client: Retell; transport: Transport }): ComponentReader {
  const { required, orNull } = createRequests(transport);
  const route = "list-conversation-flow-components";
  return {
    listComponents: async () => {
      const components = await readAllPages({
        fetchPage: (query) => required({ route, kind: "read", send: (options) => client.conversationFlowComponent.list(query, options), read: readPage }),
        route,
        read: readComponentAnswer,
      });
      // A component that is edited while the pages are read can appear on two of them.
      return [...new Map(components.map((component) => [component.id, component])).values()];
    },

    readComponent: (id) =>
      orNull({
        route: "get-conversation-flow-component",
        kind: "read",
        send: (options) => client.conversationFlowComponent.retrieve(id, options),
        read: (data) => sameComponent(readComponentAnswer(data), id),
      }),
  };
}

export function createComponentWriter({ client, transport }: { client: Retell; transport: Transport }): ComponentWriter {
  const { required, remove } = createRequests(transport);
  return {
    createComponent: (content) =>
      required({
        route: "create-conversation-flow-component",
        kind: "create",
        send: (options) => client.conversationFlowComponent.create(body<Retell.ConversationFlowComponentCreateParams>(content), options),
        read: readComponentAnswer,
      }),

    updateComponent: (id, changes) =>
      required({
        route: "update-conversation-flow-component",
        kind: "update",
        send: (options) => client.conversationFlowComponent.update(id, body<Retell.ConversationFlowComponentUpdateParams>(changes), options),
        read: (data) => sameComponent(readComponentAnswer(data), id),
      }),

    deleteComponent: (id) =>
      remove({ route: "delete-conversation-flow-component", send: (options) => client.conversationFlowComponent.delete(id, options) }),
  };
}

const componentSchema = z.object({
  conversation_flow_component_id: z.string().min(1),
  name: z.string(),
  user_modified_timestamp: z.number().nonnegative().nullish(),
  linked_conversation_flow_ids: z.array(z.string()).nullish(),
});

function readComponentAnswer(data: unknown): RemoteComponent {
  const { value, raw } = check(componentSchema, data);
  return {
    id: value.conversation_flow_component_id,
    name: value.name,
    modifiedAt: value.user_modified_timestamp ?? 0,
    linkedFlowIds: value.linked_conversation_flow_ids ?? [],
    raw,
  };
}

/** The SDK's types lag behind the API; what is sent is what the caller built. */
function body<T>(content: JsonObject): T {
  return content as T;
}

function sameComponent(component: RemoteComponent, id: string): RemoteComponent {
  if (component.id !== id) throw new UnexpectedAnswer("another component than the one asked for");
  return component;
}
