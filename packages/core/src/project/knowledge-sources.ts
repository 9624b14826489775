import { createHash } from "node:crypto";
import { normalizeLineEnds } from "../canonical/canonical-form.ts";
import { findCredentials } from "../canonical/credentials.ts";
import type { NewSources } from "../ports/knowledge-bases.ts";
import type { DesiredSource } from "./desired-resources.ts";
import type { ProjectFile } from "./files.ts";
import { memberOf, textOf, type JsonNode, type ObjectNode } from "./json-node.ts";
import { checkKeys, wrong } from "./knowledge-shape.ts";
import type { ProblemSink } from "./problem-sink.ts";
import { quoted } from "./quoted.ts";
import { sourceText } from "./source-text.ts";
import { positionsInString } from "./string-position.ts";

/** Source: API reference, Create Knowledge Base: up to 25 files of 50 MB. */
const MOST_FILES = 25;
const LARGEST_FILE = 50 * 1024 * 1024;

/** Files beside knowledge.json, by their path within the folder, and which of them are used. */
export interface FolderFiles {
  /** The folder's path in the project, without a slash at its end. */
  readonly path: string;
  readonly files: ReadonlyMap<string, ProjectFile>;
  readonly used: Set<string>;
}

const NOTHING: NewSources = { texts: [], urls: [], files: [] };

/** Reads `urls`, `texts` and `files`; sorted by kind and title, of which no two are alike. */
export function readSources(node: ObjectNode, folder: FolderFiles, sink: ProblemSink): DesiredSource[] {
  const found = new Map<string, DesiredSource>();
  const add = (at: JsonNode, source: DesiredSource | undefined): void => {
    if (source === undefined) return;
    const key = sourceKey(source);
    if (found.has(key)) {
      sink.error({ code: "duplicate-source", at: at.origin, message: `There is another ${source.kind} ${quoted(source.title)}.`, hint: "Retell tells sources apart by their titles, so write each once." });
    } else found.set(key, source);
  };
  for (const item of listOf(node, "urls", sink)) add(item, readUrl(item, sink));
  for (const item of listOf(node, "texts", sink)) add(item, readText(item, folder, sink));
  const files = listOf(node, "files", sink);
  for (const item of files) add(item, readDocument(item, folder, sink));
  const tooMany = files[MOST_FILES];
  if (tooMany !== undefined) sink.error({ code: "too-many-files", at: tooMany.origin, message: `A knowledge base takes ${MOST_FILES} files; here are ${files.length}.`, hint: "Join some of them, or make a second knowledge base." });
  if (found.size === 0 && sink.problems.every(({ severity }) => severity !== "error")) {
    sink.error({ code: "empty-knowledge-base", at: node.origin, message: "The knowledge base has no source.", hint: 'Write "urls", "texts" or "files".' });
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, source]) => source);
}

/**
 * What tells a source from the others of its knowledge base. Retell may write an address or a file's name in another way than
 * it was sent, so an address counts as it is after parsing and without a slash at its end, and names as composed characters.
 */
export function sourceKey({ kind, title }: { readonly kind: string; readonly title: string }): string {
  if (kind === "document") return `${kind} ${title.normalize("NFC")}`;
  if (kind === "url" && URL.canParse(title)) return `${kind} ${new URL(title).href.replace(/\/$/, "")}`;
  return `${kind} ${title}`;
}

function listOf(node: ObjectNode, key: string, sink: ProblemSink): readonly JsonNode[] {
  const list = memberOf(node, key);
  if (list === undefined) return [];
  if (list.kind === "array") return list.items;
  wrong(list, `"${key}" has to be a list.`, sink);
  return [];
}

function readUrl(node: JsonNode, sink: ProblemSink): DesiredSource | undefined {
  const url = textOf(node);
  if (url === undefined || !/^https?:\/\/[^\s/]/i.test(url) || !URL.canParse(url)) {
    wrong(node, "An item of \"urls\" has to be an address that begins with https://.", sink);
    return undefined;
  }
  reportCredentials(node, undefined, sink);
  return { kind: "url", title: url, hash: hashOf(url), upload: { ...NOTHING, urls: [url] } };
}

function readText(node: JsonNode, folder: FolderFiles, sink: ProblemSink): DesiredSource | undefined {
  if (node.kind !== "object") {
    wrong(node, 'An item of "texts" has to be an object.', sink, 'Write {"title": "…", "text": "…"} or {"title": "…", "file": "./faq.md"}.');
    return undefined;
  }
  checkKeys(node, ["title", "text", "file"], sink);
  const title = textOf(memberOf(node, "title"));
  const inline = memberOf(node, "text");
  const named = memberOf(node, "file");
  if (title === undefined || title.trim() === "" || (inline === undefined) === (named === undefined)) {
    wrong(node, 'A text needs a "title", and either "text" or "file".', sink);
    return undefined;
  }
  reportCredentials(memberOf(node, "title"), undefined, sink);
  const text = inline === undefined ? fileText(named, folder, sink) : textOf(inline);
  if (inline !== undefined && text === undefined) wrong(inline, '"text" has to be a text.', sink);
  if (text === undefined) return undefined;
  if (text.trim() === "") {
    sink.error({ code: "empty-source", at: (inline ?? named ?? node).origin, message: `The text ${quoted(title)} is empty.`, hint: "Write something into it, or remove it." });
    return undefined;
  }
  const plain = normalizeLineEnds(text.replace(/^\uFEFF/, ""));
  if (inline !== undefined) reportCredentials(inline, undefined, sink);
  return { kind: "text", title, hash: hashOf(plain), upload: { ...NOTHING, texts: [{ title, text: plain }] } };
}

function fileText(node: JsonNode | undefined, folder: FolderFiles, sink: ProblemSink): string | undefined {
  const found = node && fileAt(node, folder, sink);
  if (node === undefined || found === undefined) return undefined;
  if (found.file.text === undefined) sink.error({ code: "not-utf8", at: node.origin, message: `${quoted(found.path)} is not UTF-8 text.`, hint: 'Save it as UTF-8, or list it under "files".' });
  reportCredentials(node, { path: `${folder.path}/${found.path}`, text: found.file.text }, sink);
  return found.file.text;
}

function readDocument(node: JsonNode, folder: FolderFiles, sink: ProblemSink): DesiredSource | undefined {
  const found = fileAt(node, folder, sink);
  if (found === undefined) return undefined;
  const content = found.file.bytes ?? (found.file.text === undefined ? undefined : new TextEncoder().encode(found.file.text));
  if (content === undefined || content.byteLength === 0 || content.byteLength > LARGEST_FILE) {
    sink.error({ code: "unusable-file", at: node.origin, message: `${quoted(found.path)} ${content === undefined ? "cannot be read" : content.byteLength === 0 ? "is empty" : "is larger than 50 MB"}.`, hint: "Retell takes files of up to 50 MB." });
    return undefined;
  }
  reportCredentials(node, { path: `${folder.path}/${found.path}`, text: found.file.text }, sink);
  if (found.path === "knowledge.json") sink.warn({ code: "statement-as-source", at: node.origin, message: "knowledge.json itself is listed as a file, so agents would read its settings.", hint: "Take it out of \"files\"." });
  const title = found.path.slice(found.path.lastIndexOf("/") + 1);
  return { kind: "document", title, hash: hashOf(content), upload: { ...NOTHING, files: [{ name: title, content }] } };
}

/** A file within the knowledge base's own folder. */
function fileAt(node: JsonNode, { files, used }: FolderFiles, sink: ProblemSink): { path: string; file: ProjectFile } | undefined {
  const stated = textOf(node);
  if (stated === undefined) {
    wrong(node, "A file is named by its path.", sink, 'Write "./manual.pdf".');
    return undefined;
  }
  const parts = stated.split("/").filter((part) => part !== "" && part !== ".");
  if (stated.startsWith("/") || /[\\\0]/.test(stated) || parts.includes("..") || parts.length === 0) {
    sink.error({ code: "path-outside", at: node.origin, message: `${quoted(stated)} does not stay inside the knowledge base's folder.`, hint: 'Put the file there and write "./" and its path.' });
    return undefined;
  }
  const path = parts.join("/");
  const link = parts.map((_part, index) => parts.slice(0, index + 1).join("/")).find((at) => files.get(at)?.kind === "symlink");
  if (link !== undefined) {
    used.add(link);
    sink.error({ code: "symlink", at: node.origin, message: `${quoted(link)} is a symbolic link, which is not followed.`, hint: "Put the file itself there." });
    return undefined;
  }
  const file = files.get(path);
  if (file === undefined) {
    sink.error({ code: "missing-file", at: node.origin, message: `There is no file ${quoted(path)} beside knowledge.json.`, hint: lookalikeHint(path, files) ?? "Add it, or correct the path; upper and lower case count." });
    return undefined;
  }
  used.add(path);
  return { path, file };
}

/** The same letters can be stored in two ways, which macOS and other systems do. */
function lookalikeHint(path: string, files: ReadonlyMap<string, ProjectFile>): string | undefined {
  const other = [...files.keys()].find((name) => name.normalize("NFC") === path.normalize("NFC"));
  if (other === undefined) return undefined;
  return `There is a file whose name looks the same, but its letters with accents are stored in another way (Unicode NFC or NFD). Rename the file, or copy its name from a list of the files into knowledge.json.`;
}

/** Looks into a value of knowledge.json, or into the file that it names. */
function reportCredentials(node: JsonNode | undefined, named: { readonly path: string; readonly text: string | undefined } | undefined, sink: ProblemSink): void {
  if (node?.kind !== "scalar") return;
  const file = named === undefined ? undefined : sourceText(named.path, named.text ?? "");
  const [found] = findCredentials(file?.text ?? textOf(node) ?? "");
  if (found === undefined) return;
  const at = file?.position(found.start) ?? positionsInString(node)(found.start);
  sink.error({ code: "literal-credential", at, message: `The source holds what looks like a ${found.kind}, in plain text.`, hint: "Revoke it, since it is in Git's history, and take it out: agents read knowledge aloud." });
}

function hashOf(content: string | Uint8Array): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
