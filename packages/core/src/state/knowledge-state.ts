import { z } from "zod";
import { deployedResource, undeployed } from "./deployed-resource.ts";

const settings = z.object({
  name: z.string(),
  enable_auto_refresh: z.boolean().optional(),
  max_chunk_size: z.number().nullable().optional(),
  min_chunk_size: z.number().nullable().optional(),
});
const source = z.object({
  kind: z.enum(["document", "text", "url"]),
  title: z.string(),
  hash: z.string(),
  source_id: z.string(),
});

/**
 * What a run is about to do with a knowledge base. `sources` is all that Git says; `over` are the ids of the sources that
 * were there before; `others`, for a create, the knowledge bases of the same name that were there before.
 */
const pending = z.looseObject({
  operation: z.enum(["create", "update", "delete"]),
  settings,
  sources: z.array(source.omit({ source_id: true })),
  over: z.array(z.string()),
  others: z.array(z.string()).optional(),
});

/**
 * `knowledge/<name>/<workspace>.json` on the state branch. `sent` are the settings that Git said at the last write, `seen`
 * those that Retell had; `sources` what was uploaded, by the ids that it got.
 */
export const knowledgeState = z.looseObject({
  ...deployedResource,
  knowledge_base_id: z.string().nullable(),
  sent: settings.nullable(),
  seen: settings.nullable(),
  sources: z.array(source),
  pending: pending.optional(),
});
export type KnowledgeState = z.infer<typeof knowledgeState>;
export type RecordedSource = z.infer<typeof source>;
export type PendingKnowledge = z.infer<typeof pending>;
export type RecordedSettings = z.infer<typeof settings>;

export function emptyKnowledgeState(workspace: string): KnowledgeState {
  return { ...undeployed(workspace), previous: [], knowledge_base_id: null, sent: null, seen: null, sources: [] };
}
