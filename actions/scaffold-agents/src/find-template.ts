import type { ProjectFile, ProjectFiles } from "@retell-actions/core/project/files";
import { quoted } from "@retell-actions/core/project/quoted";
import { suggest } from "@retell-actions/core/schema/suggest";
import type { Fault } from "./fault.ts";

/** A starting point for agents. */
export interface Template {
  readonly name: string;
  /** Path of its folder, from the root of the repository or of the built actions. */
  readonly folder: string;
  /** True for one of the user's repository, false for one that comes with the action. */
  readonly own: boolean;
  /** By path below the folder. */
  readonly files: ReadonlyMap<string, ProjectFile>;
}

/** Templates by the name of their folder: those that have an agent.json. */
export function templatesIn(files: ProjectFiles, { prefix, own }: { readonly prefix: string; readonly own: boolean }): Map<string, Template> {
  const root = `${prefix}templates/`;
  const found = new Map<string, Map<string, ProjectFile>>();
  for (const [path, file] of files) {
    if (!path.startsWith(root)) continue;
    const [name = "", ...rest] = path.slice(root.length).split("/");
    if (rest.length > 0) found.set(name, (found.get(name) ?? new Map<string, ProjectFile>()).set(rest.join("/"), file));
  }
  return new Map([...found].filter(([, content]) => content.has("agent.json")).map(([name, content]) => [name, { name, folder: `${root}${name}`, own, files: content }]));
}

/** The template of that name; the repository's own goes before one that comes with the action. */
export function findTemplate(name: string, sources: { readonly own: ReadonlyMap<string, Template>; readonly shipped: ReadonlyMap<string, Template> }): Template | Fault {
  const found = sources.own.get(name) ?? sources.shipped.get(name);
  if (found !== undefined) return found;
  const known = [...new Set([...sources.own.keys(), ...sources.shipped.keys()])].sort();
  const near = suggest(name, known);
  const listed = `There is: ${known.join(", ") || "none"}.`;
  if (name === "") return { message: "No template is given.", hint: listed };
  return { message: `There is no template ${quoted(name)}: no folder templates/${name.slice(0, 100)}/ with an agent.json.`, hint: near === undefined ? listed : `Did you mean ${quoted(near)}? ${listed}` };
}
