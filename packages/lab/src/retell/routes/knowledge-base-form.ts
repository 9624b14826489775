import type { KnowledgeBaseRecord } from "../data.ts";
import { businessError, messages, validationError } from "../http/errors.ts";
import type { Form, FormFile } from "../http/multipart.ts";
import type { NewKnowledge } from "../model/knowledge-bases.ts";
import { boolean, integer, listOf, object, text } from "../schema/schema.ts";
import type { Fields, Schema } from "../schema/schema.ts";
import { problems } from "../schema/validate.ts";

/** Limits of one request. Source: API reference, Create Knowledge Base. */
const mostFiles = 25;
const largestFile = 50 * 1024 * 1024;

const uri: Schema = { type: "string", pattern: /^https?:\/\/[^\s/]+/ };
const sources: Readonly<Record<string, Schema>> = {
  knowledge_base_texts: listOf(object({ title: text, text }, ["title", "text"])),
  knowledge_base_urls: listOf(uri),
};
const addBody = object(sources);
const createBody = object(
  {
    ...sources,
    knowledge_base_name: { type: "string", maxLength: 39 },
    enable_auto_refresh: boolean,
    max_chunk_size: integer(600, 6000),
    min_chunk_size: integer(200, 2000),
  },
  ["knowledge_base_name"],
);

/** What a form to `create-knowledge-base` says. Refuses what is documented; unknown fields fall away. */
export function readCreateForm(form: Form): { name: string; settings: KnowledgeBaseRecord["settings"]; added: NewKnowledge } {
  const body = bodyOf(form);
  const found = problems(createBody, body, "request/body");
  if (found.length > 0) throw validationError(found);
  const { max_chunk_size: max, min_chunk_size: min } = body;
  return {
    name: String(body["knowledge_base_name"]),
    settings: {
      autoRefresh: body["enable_auto_refresh"] === true,
      ...(typeof max === "number" ? { maxChunkSize: max } : {}),
      ...(typeof min === "number" ? { minChunkSize: min } : {}),
    },
    added: added(body, form),
  };
}

/** What a form to `add-knowledge-base-sources` says. */
export function readAddForm(form: Form): NewKnowledge {
  const body = bodyOf(form);
  const found = problems(addBody, body, "request/body");
  if (found.length > 0) throw validationError(found);
  return added(body, form);
}

function added(body: Fields, form: Form): NewKnowledge {
  return {
    texts: (body["knowledge_base_texts"] ?? []) as NewKnowledge["texts"],
    urls: (body["knowledge_base_urls"] ?? []) as string[],
    files: filesOf(form),
  };
}

/** The texts of the form as the values that they stand for. */
function bodyOf(form: Form): Fields {
  const body: Fields = {};
  for (const [name, [value = ""]] of form.texts) {
    if (name === "knowledge_base_files") throw validationError([`request/body/${name} must be file`]);
    body[name] = valueOf(name, value);
  }
  return body;
}

function valueOf(name: string, value: string): unknown {
  switch (name) {
    case "knowledge_base_texts":
    case "knowledge_base_urls": {
      const list = parse(value);
      // One field with a list; an object of its own per text is refused. Source: field reports.
      if (!Array.isArray(list)) throw businessError(400, `${name} is not an array`);
      return list;
    }
    case "enable_auto_refresh":
      return value === "true" ? true : value === "false" ? false : value;
    case "max_chunk_size":
    case "min_chunk_size":
      return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
    default:
      return value;
  }
}

function filesOf(form: Form): readonly FormFile[] {
  // Files under any other name (`knowledge_base_files[]`) break the service. Source: field report on retell-sdk 5, 2026-07.
  if ([...form.files.keys()].some((name) => name !== "knowledge_base_files")) throw businessError(500, messages.internal);
  const files = form.files.get("knowledge_base_files") ?? [];
  if (files.length > mostFiles) throw validationError([`request/body/knowledge_base_files must NOT have more than ${mostFiles} items`]);
  const large = files.find((file) => file.content.byteLength > largestFile);
  if (large !== undefined) throw businessError(400, `File ${large.name} exceeds the limit of 50 MB`);
  return files;
}

function parse(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}
