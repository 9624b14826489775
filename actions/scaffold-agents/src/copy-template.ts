import { jsonAt, removeJson, setJson } from "@retell-actions/core/adopt/edit-json";
import type { ProjectFile } from "@retell-actions/core/project/files";
import { parseJson } from "@retell-actions/core/project/parse-json";
import type { Problem } from "@retell-actions/core/project/problem";
import type { WorkspacesFile } from "@retell-actions/core/project/workspace";
import type { Template } from "./find-template.ts";
import { rewriteSections } from "./rewrite-sections.ts";

/** The files of one new agent. */
export interface CopiedAgent {
  readonly name: string;
  readonly displayName: string;
  /** Texts by path from the repository's root. */
  readonly files: ReadonlyMap<string, string>;
  /** The file of the template that each is made from. */
  readonly sources: ReadonlyMap<string, string>;
}

/** What a copy depends on beside the template. */
export interface CopyContext {
  /** The project's folder, empty or with a slash at its end. */
  readonly prefix: string;
  readonly workspaces: WorkspacesFile;
}

/** What makes a template unusable: files that are no text, or JSON that cannot be read. Positions are those of the template. */
export function templateProblems({ folder, files }: Template): Problem[] {
  return [...files].flatMap(([path, file]): Problem[] => {
    const at = `${folder}/${path}`;
    if (isLeftOut(path)) return [];
    if (file.kind === "symlink") return [{ code: "symlink", severity: "error", file: at, message: `${at} is a symbolic link, which is not followed.`, hint: "Put the file itself there." }];
    if (file.text === undefined) return [{ code: "not-utf8", severity: "error", file: at, message: `${at} is not UTF-8 text.`, hint: "Save the file as UTF-8, or remove it from the template." }];
    if (!isJsonOfAgent(path)) return [];
    const { root, problems } = parseJson({ file: at, text: file.text });
    if (root === undefined || root.kind === "object") return [...problems];
    return [{ code: "wrong-type", severity: "error", file: at, message: "The file has to hold one JSON object.", hint: "Write the fields of the agent in it." }];
  });
}

/**
 * One agent made from a template: its files go to `agents/<name>/`, its sections to `prompts/<name>/`, and mentions of those
 * sections follow; other sections stay shared. The template has to be without {@link templateProblems}. Pure.
 */
export function copyTemplate(template: Template, name: string, { prefix, workspaces }: CopyContext): CopiedAgent {
  const own = new Set([...template.files.keys()].flatMap(sectionOf));
  const rename = (section: string): string => (own.has(section) ? `${name}/${section}` : section);
  const displayName = displayNameOf(name);
  const files = new Map<string, string>();
  const sources = new Map<string, string>();
  const add = (path: string, text: string, from: string): void => {
    files.set(prefix + path, text);
    sources.set(prefix + path, `${template.folder}/${from}`);
  };
  for (const [path, { text = "" }] of [...template.files].sort(byPath)) {
    if (isLeftOut(path) || workspaces.workspaces.some((workspace) => path === `${workspace.name}.json`)) continue;
    const overlay = overlayOf(path);
    if (path.startsWith("prompts/")) add(`prompts/${name}/${path.slice("prompts/".length)}`, text, path);
    else if (overlay !== undefined) {
      for (const workspace of overlaidBy(overlay, workspaces)) add(`agents/${name}/agent.${workspace}.json`, withoutDisplayName(rewriteSections(text, rename)), path);
    } else if (path === "agent.json") add(`agents/${name}/agent.json`, setJson(rewriteSections(text, rename), { path: ["agent_name"], value: displayName }), path);
    else add(`agents/${name}/${path}`, path === "flow.json" ? rewriteSections(text, rename) : text, path);
  }
  return { name, displayName, files, sources };
}

/** `sales-eu` is shown as `Sales Eu`, until somebody writes it better. */
function displayNameOf(name: string): string {
  const words = name.split(/[._-]+/).filter((word) => word !== "");
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(" ") || name;
}

/** What is about the template, or about one deployed agent. */
function isLeftOut(path: string): boolean {
  return /^readme(?:\.[^/]*)?$/i.test(path) || /^overwrite\.[^/]*\.json$/.test(path);
}

function isJsonOfAgent(path: string): boolean {
  return path === "agent.json" || path === "flow.json" || overlayOf(path) !== undefined;
}

function overlayOf(path: string): string | undefined {
  return /^agent\.([^/]+)\.json$/.exec(path)?.[1];
}

/** A template cannot know how the productions are called: what it says of `production` is said of each. Of other workspaces it says nothing here. */
function overlaidBy(overlay: string, { workspaces }: WorkspacesFile): string[] {
  if (workspaces.some(({ name }) => name === overlay)) return [overlay];
  return overlay === "production" ? workspaces.filter(({ kind }) => kind === "production").map(({ name }) => name) : [];
}

/** Two agents of one workspace must not be shown by the same name. */
function withoutDisplayName(text: string): string {
  return jsonAt(text, ["agent_name"]) === undefined ? text : removeJson(text, ["agent_name"]);
}

function sectionOf(path: string): string[] {
  const section = /^prompts\/(.+)\.(?:txt|md)$/.exec(path)?.[1];
  return section === undefined ? [] : [section];
}

function byPath([a]: readonly [string, ProjectFile], [b]: readonly [string, ProjectFile]): number {
  return a < b ? -1 : 1;
}
