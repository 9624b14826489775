import { z } from "zod";
import type { KnowledgeSourceListing, KnowledgeStatus, RemoteKnowledgeBase } from "../../ports/knowledge-bases.ts";
import { check, describe, UnexpectedAnswer } from "./answers.ts";

const id = z.string().min(1);
const title = z.string();
const size = z.number().nullish();

const baseSchema = z.object({
  knowledge_base_id: id,
  knowledge_base_name: z.string(),
  status: z.string(),
  enable_auto_refresh: z.boolean().nullish(),
  max_chunk_size: size,
  min_chunk_size: size,
  // Absent until the first indexing is over (retell-sdk 5.66.1, types).
  knowledge_base_sources: z.array(z.unknown()).nullish(),
});
const typeSchema = z.object({ type: z.string() });
const documentSchema = z.object({ source_id: id, filename: title });
const textSchema = z.object({ source_id: id, title });
const urlSchema = z.object({ source_id: id, url: title });
const otherSchema = z.object({ source_id: id, filename: title.nullish(), title: title.nullish(), url: title.nullish() });

/** Throws {@link UnexpectedAnswer} for what is not a knowledge base. */
export function readKnowledgeBaseAnswer(data: unknown): RemoteKnowledgeBase {
  const { value, raw } = check(baseSchema, data);
  return {
    id: value.knowledge_base_id,
    name: value.knowledge_base_name,
    status: statusOf(value.status),
    sources: (value.knowledge_base_sources ?? []).map(readSource),
    settings: {
      autoRefresh: value.enable_auto_refresh ?? false,
      maxChunkSize: value.max_chunk_size ?? null,
      minChunkSize: value.min_chunk_size ?? null,
    },
    raw,
  };
}

/** The list of knowledge bases is a plain array, all of them at once. */
export function readKnowledgeBasesAnswer(data: unknown): RemoteKnowledgeBase[] {
  if (!Array.isArray(data)) throw new UnexpectedAnswer(`${describe(data)} instead of a list`);
  return data.map(readKnowledgeBaseAnswer);
}

function statusOf(status: string): KnowledgeStatus {
  switch (status) {
    case "complete":
    case "error":
    case "refreshing_in_progress":
      return status;
    default:
      return "in_progress";
  }
}

function readSource(data: unknown): KnowledgeSourceListing {
  const { type } = check(typeSchema, data).value;
  switch (type) {
    case "document": {
      const { value } = check(documentSchema, data);
      return { id: value.source_id, kind: "document", title: value.filename };
    }
    case "text": {
      const { value } = check(textSchema, data);
      return { id: value.source_id, kind: "text", title: value.title };
    }
    case "url": {
      const { value } = check(urlSchema, data);
      return { id: value.source_id, kind: "url", title: value.url };
    }
    default: {
      const { value } = check(otherSchema, data);
      return { id: value.source_id, kind: "document", title: value.filename ?? value.title ?? value.url ?? value.source_id };
    }
  }
}
