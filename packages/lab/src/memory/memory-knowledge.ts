import { PlatformError } from "@retell-actions/core/errors";
import type { KnowledgeReader, KnowledgeSettings, KnowledgeSourceListing, KnowledgeStatus, KnowledgeWriter, NewSources, RemoteKnowledgeBase } from "@retell-actions/core/ports/knowledge-bases";

export interface StoredSource extends KnowledgeSourceListing {
  /** Text, address, or the bytes as base64: what only Retell knows. */
  readonly content: string;
}

export interface StoredKnowledgeBase {
  readonly id: string;
  readonly name: string;
  settings: KnowledgeSettings;
  status: KnowledgeStatus;
  /** Indexed ones; others are not told. */
  sources: StoredSource[];
  waiting: StoredSource[];
}

/** How the in-memory ports make a call that tests can watch and break. */
export interface CallRunner {
  read<T>(method: string, subject: string, body: () => T): Promise<T>;
  write<T>(method: string, subject: string, body: () => T): Promise<T>;
}

export interface MemoryKnowledge {
  readonly reader: KnowledgeReader;
  readonly writer: KnowledgeWriter;
  readonly bases: Map<string, StoredKnowledgeBase>;
  /** Ends all indexing that is under way. */
  index(outcome?: "complete" | "error"): void;
  /** A console user adds a text, indexed at once; returns its id. */
  addText(id: string, title: string, text: string): string;
  /** A console user deletes a source. */
  removeSource(id: string, sourceId: string): void;
}

/** Knowledge bases in memory: sources are told once they are indexed, which they are when a test (or its sleep) says so. */
export function createMemoryKnowledge({ read, write }: CallRunner): MemoryKnowledge {
  const bases = new Map<string, StoredKnowledgeBase>();
  let ids = 0;
  const nextSource = (source: Omit<StoredSource, "id">): StoredSource => ({ id: `source_${(ids += 1)}`, ...source });
  const find = (id: string): StoredKnowledgeBase => bases.get(id) ?? refuse(404, `Item ${id} not found from knowledge-base`);
  const made = ({ texts, urls, files }: NewSources): StoredSource[] => [
    ...texts.map(({ title, text }) => nextSource({ kind: "text", title, content: text })),
    ...urls.map((url) => nextSource({ kind: "url", title: url, content: url })),
    ...files.map(({ name, content }) => nextSource({ kind: "document", title: name, content: Buffer.from(content).toString("base64") })),
  ];
  const answer = ({ id, name, status, settings, sources }: StoredKnowledgeBase): RemoteKnowledgeBase => ({
    id,
    name,
    status,
    settings,
    sources: sources.map(({ id: source, kind, title }) => ({ id: source, kind, title })),
    raw: { knowledge_base_id: id },
  });

  return {
    bases,
    index(outcome = "complete") {
      for (const base of bases.values()) {
        if (base.status === "complete" || base.status === "error") continue;
        base.status = outcome;
        if (outcome === "complete") base.sources = [...base.sources, ...base.waiting];
        base.waiting = [];
      }
    },
    addText(id, title, text) {
      const source = nextSource({ kind: "text", title, content: text });
      find(id).sources.push(source);
      return source.id;
    },
    removeSource(id, sourceId) {
      const base = find(id);
      base.sources = base.sources.filter((source) => source.id !== sourceId);
    },
    reader: {
      listKnowledgeBases: () => read("listKnowledgeBases", "", () => [...bases.values()].map(answer)),
      readKnowledgeBase: (id) => read("readKnowledgeBase", id, () => (bases.has(id) ? answer(find(id)) : null)),
    },
    writer: {
      createKnowledgeBase: (name, settings, sources) =>
        write("createKnowledgeBase", name, () => {
          const base: StoredKnowledgeBase = { id: `knowledge_base_${(ids += 1)}`, name, settings, status: "in_progress", sources: [], waiting: made(sources) };
          bases.set(base.id, base);
          return answer(base);
        }),
      addSources: (id, sources) =>
        write("addSources", id, () => {
          const base = find(id);
          base.status = base.status === "in_progress" ? "in_progress" : "refreshing_in_progress";
          base.waiting = [...base.waiting, ...made(sources)];
          return answer(base);
        }),
      deleteSource: (id, sourceId) =>
        write("deleteSource", id, () => {
          const base = find(id);
          if (!base.sources.some((source) => source.id === sourceId)) return null;
          base.sources = base.sources.filter((source) => source.id !== sourceId);
          return answer(base);
        }),
      deleteKnowledgeBase: (id) => write("deleteKnowledgeBase", id, () => bases.delete(id)),
    },
  };
}

function refuse(status: number, message: string): never {
  throw new PlatformError({ platform: "retell", reason: "retell-rejected", status }, `Retell refused the request (${status}): ${message}`);
}
