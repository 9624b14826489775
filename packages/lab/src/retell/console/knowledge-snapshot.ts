import { createHash } from "node:crypto";
import type { KnowledgeBaseRecord } from "../data.ts";

/**
 * What of a knowledge base must be equal for two states to be equal: its settings, and its sources by kind, title and hash
 * of the content, sorted. Sources that are still being indexed count, so that the number of reads does not show.
 */
export function knowledgeSnapshot(record: KnowledgeBaseRecord): { name: string; settings: unknown; sources: readonly string[]; failed: boolean } {
  const sources = [...record.sources, ...(record.indexing?.pending ?? [])].map(({ kind, title, content }) =>
    [kind, title, ...(content === null ? [] : [createHash("sha256").update(content).digest("hex")])].join(" "),
  );
  return { name: record.name, settings: { ...record.settings }, sources: sources.sort(), failed: record.failed };
}
