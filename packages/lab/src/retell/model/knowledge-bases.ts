import type { KnowledgeBaseRecord, KnowledgeSource } from "../data.ts";
import { businessError, messages, missing } from "../http/errors.ts";
import type { Fields } from "../schema/schema.ts";
import { newIdentity } from "./world.ts";
import type { World } from "./world.ts";

/** What is to be added to a knowledge base. */
export interface NewKnowledge {
  readonly texts: readonly { readonly title: string; readonly text: string }[];
  readonly urls: readonly string[];
  readonly files: readonly { readonly name: string; readonly content: Uint8Array }[];
}

/** What a knowledge base shows at a moment. */
export interface KnowledgeState {
  readonly status: "in_progress" | "complete" | "error" | "refreshing_in_progress";
  readonly sources: readonly KnowledgeSource[];
  readonly errors: readonly string[];
}

/** Where the lab serves stored content, followed by the id of the source and a name. */
export const storedPrefix = "/stored-content/";

/** The defaults of the chunk sizes. Source: API reference, Create Knowledge Base. */
const chunkSizes = { max: 2000, min: 400 } as const;

/** Creates a knowledge base and begins to index it. */
export function createKnowledgeBase(
  world: World,
  request: { name: string; settings: KnowledgeBaseRecord["settings"]; added: NewKnowledge },
): KnowledgeBaseRecord {
  const { name, settings, added } = request;
  if ((settings.minChunkSize ?? chunkSizes.min) >= (settings.maxChunkSize ?? chunkSizes.max)) throw businessError(400, messages.chunkSizes);
  const taken = [...world.data.knowledgeBases.values()].some((other) => other.name === name);
  if (taken && !world.options.sameKnowledgeNames) throw businessError(400, messages.knowledgeNameTaken);
  assertSources(added);
  const record: KnowledgeBaseRecord = {
    ...newIdentity(world, "knowledge_base"),
    name,
    settings,
    sources: [],
    indexing: null,
    indexed: false,
    failed: false,
    errors: [],
    refreshed: 0,
  };
  beginIndexing(world, record, newSources(world, added));
  world.data.knowledgeBases.set(record.id, record);
  return record;
}

/** Adds sources. What is being indexed goes on with them; otherwise a refresh begins. */
export function addSources(world: World, id: string, added: NewKnowledge): KnowledgeBaseRecord {
  const record = findKnowledgeBase(world, id);
  assertSources(added);
  settleIfDone(world, record);
  beginIndexing(world, record, [...(record.indexing?.pending ?? []), ...newSources(world, added)]);
  return record;
}

/** Removes an indexed source at once. What is still being indexed cannot be named yet. */
export function deleteSource(world: World, id: string, sourceId: string): KnowledgeBaseRecord {
  const record = findKnowledgeBase(world, id);
  settleIfDone(world, record);
  if (!record.sources.some((source) => source.id === sourceId)) {
    throw missing(world.options.missingStatus, { id: sourceId, from: "knowledge-base" });
  }
  record.sources = record.sources.filter((source) => source.id !== sourceId);
  return record;
}

/** Deletes a knowledge base. Agents go on referring to it. */
export function deleteKnowledgeBase(world: World, id: string): void {
  world.data.knowledgeBases.delete(findKnowledgeBase(world, id).id);
}

/** Ends the indexing under way, whatever the options say. Throws where there is none. */
export function finishIndexing(world: World, id: string, outcome: "complete" | "error"): void {
  const record = findKnowledgeBase(world, id);
  settleIfDone(world, record);
  if (record.indexing === null) throw new Error(`Knowledge base ${id} is not being indexed.`);
  settle(record, outcome === "error" ? { failed: record.indexing.pending } : { failed: [] });
}

/** The knowledge base, or the "missing" refusal. */
export function findKnowledgeBase(world: World, id: string): KnowledgeBaseRecord {
  const record = world.data.knowledgeBases.get(id);
  if (record === undefined) throw missing(world.options.missingStatus, { id, from: "knowledge-base" });
  return record;
}

/** The source with this id, once it is indexed. */
export function findStored(world: World, sourceId: string): KnowledgeSource | undefined {
  for (const record of world.data.knowledgeBases.values()) {
    const source = stateOf(world, record).sources.find((one) => one.id === sourceId);
    if (source !== undefined) return source;
  }
  return undefined;
}

/** What a read sees now, without counting as one. */
export function stateOf(world: World, record: KnowledgeBaseRecord): KnowledgeState {
  const { indexing, indexed, failed, sources, errors } = isDone(world, record) ? settled(world, record) : record;
  if (indexing !== null) return { status: indexed ? "refreshing_in_progress" : "in_progress", sources, errors };
  return { status: failed ? "error" : "complete", sources, errors };
}

/** A knowledge base as a write answers with it. Source: API reference, Knowledge Base; retell-sdk 5.66.1, types. */
export function renderKnowledgeBase(world: World, record: KnowledgeBaseRecord, origin: string): Fields {
  const { status, sources, errors } = stateOf(world, record);
  const { settings } = record;
  const withDefaults = world.options.writtenDefaults !== "none";
  const max = settings.maxChunkSize ?? (withDefaults ? chunkSizes.max : undefined);
  const min = settings.minChunkSize ?? (withDefaults ? chunkSizes.min : undefined);
  return {
    knowledge_base_id: record.id,
    knowledge_base_name: record.name,
    status,
    knowledge_base_sources: sources.map((source) => renderSource(toldBy(world, source), origin)),
    ...(errors.length > 0 ? { error_messages: [...errors] } : {}),
    ...(settings.autoRefresh || withDefaults ? { enable_auto_refresh: settings.autoRefresh } : {}),
    ...(max === undefined ? {} : { max_chunk_size: max }),
    ...(min === undefined ? {} : { min_chunk_size: min }),
    ...(settings.autoRefresh ? { last_refreshed_timestamp: record.refreshed } : {}),
  };
}

/** The same for a read, which counts where the indexing takes a number of reads. */
export function showKnowledgeBase(world: World, record: KnowledgeBaseRecord, origin: string): Fields {
  const shown = renderKnowledgeBase(world, record, origin);
  const id = record.indexing?.id;
  if (id !== undefined) world.indexingReads.set(id, (world.indexingReads.get(id) ?? 0) + 1);
  return shown;
}

function toldBy(world: World, source: KnowledgeSource): KnowledgeSource {
  if (world.options.knowledgeUrls === "kept" || source.kind === "text") return source;
  return { ...source, title: source.kind === "url" ? new URL(source.title).href : source.title.normalize("NFC") };
}

function renderSource(source: KnowledgeSource, origin: string): Fields {
  const address = `${origin}${storedPrefix}${source.id}/${encodeURIComponent(source.title.toWellFormed())}`;
  switch (source.kind) {
    case "document":
      return { type: "document", source_id: source.id, filename: source.title, file_url: address, file_size: source.content?.byteLength ?? 0 };
    case "text":
      return { type: "text", source_id: source.id, title: source.title, content_url: address };
    case "url":
      return { type: "url", source_id: source.id, url: source.title };
  }
}

/** Source: field report on `knowledgeBase.create`; that adding refuses too is inferred. */
function assertSources({ texts, urls, files }: NewKnowledge): void {
  if (texts.length + urls.length + files.length === 0) throw businessError(400, messages.noSources);
}

function newSources(world: World, { texts, urls, files }: NewKnowledge): KnowledgeSource[] {
  const id = () => newIdentity(world, "source").id;
  return [
    ...texts.map(({ title, text }): KnowledgeSource => ({ id: id(), kind: "text", title, content: stored(world, text) })),
    ...urls.map((url): KnowledgeSource => ({ id: id(), kind: "url", title: url, content: null })),
    ...files.map(({ name, content }): KnowledgeSource => ({ id: id(), kind: "document", title: name, content })),
  ];
}

function stored(world: World, text: string): Uint8Array {
  if (world.options.storedTexts === "exact") return new TextEncoder().encode(text);
  return new TextEncoder().encode(text.replace(/\r\n?/g, "\n").replace(/[ \t]+$/gm, "").trimEnd());
}

function beginIndexing(world: World, record: KnowledgeBaseRecord, pending: readonly KnowledgeSource[]): void {
  record.indexing = { id: newIdentity(world, "indexing").id, started: world.clock.stamp(), pending };
  record.refreshed = record.indexing.started;
}

/** The outcome of the indexing is a matter of reads and time; it is written down when the next write comes. */
function settleIfDone(world: World, record: KnowledgeBaseRecord): void {
  if (isDone(world, record)) Object.assign(record, settled(world, record));
}

function isDone(world: World, { indexing }: KnowledgeBaseRecord): boolean {
  if (indexing === null) return false;
  const rule = world.options.indexing;
  if ("reads" in rule) return (world.indexingReads.get(indexing.id) ?? 0) >= rule.reads;
  return world.clock.now() >= indexing.started + rule.milliseconds;
}

function settled(world: World, record: KnowledgeBaseRecord): KnowledgeBaseRecord {
  const pending = record.indexing?.pending ?? [];
  const { unindexable } = world.options;
  const all = !record.indexed && unindexable.includes(record.name);
  const copy = { ...record };
  settle(copy, { failed: pending.filter((source) => all || unindexable.includes(source.title)) });
  return copy;
}

/**
 * A first indexing of which nothing is left ends in `error`; otherwise single failures are only reported. Source:
 * retell-sdk 5.66.1, types (comment on `status`); the form of `error_messages` is inferred.
 */
function settle(record: KnowledgeBaseRecord, { failed }: { failed: readonly KnowledgeSource[] }): void {
  const pending = record.indexing?.pending ?? [];
  const good = pending.filter((source) => !failed.includes(source));
  record.indexing = null;
  record.sources = [...record.sources, ...good];
  record.failed = !record.indexed && good.length === 0;
  record.indexed = !record.failed;
  record.errors = failed.map((source) => `Failed to index ${source.title}`);
}
