import type Retell from "retell-sdk";
import type { KnowledgeReader, KnowledgeSettings, KnowledgeWriter, NewSources, RemoteKnowledgeBase } from "../../ports/knowledge-bases.ts";
import { UnexpectedAnswer } from "./answers.ts";
import { saysMissing } from "./failure.ts";
import { readKnowledgeBaseAnswer, readKnowledgeBasesAnswer } from "./knowledge-answers.ts";
import { createRequests } from "./requests.ts";
import type { Transport } from "./transport.ts";

export function createKnowledgeReader({ client, transport }: { client: Retell; transport: Transport }): KnowledgeReader {
  const { required, orNull } = createRequests(transport);
  return {
    listKnowledgeBases: () =>
      required({ route: "list-knowledge-bases", kind: "read", send: (options) => client.knowledgeBase.list(options), read: readKnowledgeBasesAnswer }),

    readKnowledgeBase: (id) =>
      orNull({
        route: "get-knowledge-base",
        kind: "read",
        send: (options) => client.knowledgeBase.retrieve(id, options),
        read: (data) => sameBase(readKnowledgeBaseAnswer(data), id),
      }),
  };
}

export function createKnowledgeWriter({ client, transport }: { client: Retell; transport: Transport }): KnowledgeWriter {
  const { required, remove } = createRequests(transport);
  const reader = createKnowledgeReader({ client, transport });
  return {
    createKnowledgeBase: async (name, settings, sources) => {
      const body = { knowledge_base_name: name, ...settingsBody(settings), ...sourcesBody(sources) };
      return required({
        route: "create-knowledge-base",
        kind: "create",
        uploadSize: uploadSize(sources),
        send: (options) => client.knowledgeBase.create(body, options),
        read: readKnowledgeBaseAnswer,
      });
    },

    // Of the kind "create": a second try would add every source once more.
    addSources: async (id, sources) => {
      const body = sourcesBody(sources);
      return required({
        route: "add-knowledge-base-sources",
        kind: "create",
        uploadSize: uploadSize(sources),
        send: (options) => client.knowledgeBase.addSources(id, body, options),
        read: (data) => sameBase(readKnowledgeBaseAnswer(data), id),
      });
    },

    deleteSource: async (id, sourceId) => {
      const result = await transport.request<RemoteKnowledgeBase>({
        route: "delete-knowledge-base-source",
        kind: "delete",
        send: (options) => client.knowledgeBase.deleteSource(sourceId, { knowledge_base_id: id }, options),
        read: (data) => sameBase(readKnowledgeBaseAnswer(data), id),
      });
      if (result.ok) return result.value;
      if (!saysMissing(result.failure)) throw result.error();
      // After a try without answer, "not found" means that this try had deleted it.
      return result.tries > 1 ? reader.readKnowledgeBase(id) : null;
    },

    deleteKnowledgeBase: (id) => remove({ route: "delete-knowledge-base", send: (options) => client.knowledgeBase.delete(id, options) }),
  };
}

function settingsBody({ autoRefresh, maxChunkSize, minChunkSize }: KnowledgeSettings) {
  return {
    enable_auto_refresh: autoRefresh,
    ...(maxChunkSize === null ? {} : { max_chunk_size: maxChunkSize }),
    ...(minChunkSize === null ? {} : { min_chunk_size: minChunkSize }),
  };
}

/** The SDK sends lists of texts and URLs as one JSON field each, and each file as a part of its own. */
function sourcesBody({ texts, urls, files }: NewSources): Retell.KnowledgeBaseAddSourcesParams {
  return {
    ...(texts.length === 0 ? {} : { knowledge_base_texts: texts.map(({ title, text }) => ({ title, text })) }),
    ...(urls.length === 0 ? {} : { knowledge_base_urls: [...urls] }),
    ...(files.length === 0 ? {} : { knowledge_base_files: files.map(fileOf) }),
  };
}

/** The SDK cuts a name at its last slash, and two files could become one. */
function fileOf({ name, content }: NewSources["files"][number]): File {
  if (name === "" || /[\\/]/.test(name)) throw new TypeError(`the name of a file has no folders: ${name}`);
  return new File([new Uint8Array(content)], name);
}

/** In bytes, roughly: the rest of the form is small beside it. */
function uploadSize({ texts, files }: NewSources): number {
  return [...texts.map(({ text }) => text.length), ...files.map(({ content }) => content.byteLength)].reduce((sum, size) => sum + size, 0);
}

function sameBase(base: RemoteKnowledgeBase, id: string): RemoteKnowledgeBase {
  if (base.id !== id) throw new UnexpectedAnswer("another knowledge base than the one asked for");
  return base;
}
