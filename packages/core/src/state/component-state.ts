import { z } from "zod";
import type { Content } from "../canonical/content.ts";
import { componentContent } from "../canonical/content.ts";
import { isJsonObject, type JsonObject } from "../canonical/json.ts";
import { deployedResource, undeployed } from "./deployed-resource.ts";

const content = z.custom<JsonObject>(isJsonObject, "expected an object").transform((component): Content => componentContent(component));

/** What a run is about to write; see the journal of an agent. `others`: components of the same name before a create. */
const pending = z.looseObject({
  operation: z.enum(["create", "update", "delete"]),
  sent: content,
  over: content,
  keys: z.array(z.string()),
  kept: z.array(z.string()).optional(),
  others: z.array(z.string()).optional(),
});

/** `components/<name>/<workspace>.json` on the state branch: the two halves of the baseline, as for an agent. */
export const componentState = z.looseObject({
  ...deployedResource,
  component_id: z.string().nullable(),
  sent: content.nullable(),
  seen: content.nullable(),
  secrets: z.record(z.string(), z.string()).optional(),
  pending: pending.optional(),
});
export type ComponentState = z.infer<typeof componentState>;
export type PendingComponent = z.infer<typeof pending>;

export function emptyComponentState(workspace: string): ComponentState {
  return { ...undeployed(workspace), previous: [], component_id: null, sent: null, seen: null };
}

/** The file's form: contents without the part that all of them have. */
export function writtenComponentState(state: ComponentState): JsonObject {
  const plain = (value: Content | null): JsonObject | null => (value === null ? null : (value.component ?? {}));
  const { pending: journal, sent, seen, ...rest } = state;
  const written = journal === undefined ? {} : { pending: { ...journal, sent: plain(journal.sent), over: plain(journal.over) } };
  return { ...rest, sent: plain(sent), seen: plain(seen), ...written } as JsonObject;
}
