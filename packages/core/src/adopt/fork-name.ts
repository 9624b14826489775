import type { ProjectFiles } from "../project/files.ts";

/** A section that is copied for one agent. */
export interface ForkWish {
  readonly project: ProjectFiles;
  readonly prefix: string;
  readonly agent: string;
  readonly section: string;
  /** With its dot; that of the file that is copied. */
  readonly extension: string;
  /** Of the copy. */
  readonly text: string;
  /** Names that other copies have been given. */
  readonly taken: ReadonlySet<string>;
}

/** The first part of a name is tried with numbers up to this one. */
const MOST_NAMES = 1_000;

/**
 * Name and path of the copy: `<agent>/<section>`, with a number behind it where that is in use for another text. Undefined
 * where the agent's folder of sections cannot be. Nothing in the project mentions the name yet, whatever its case.
 */
export function forkName({ project, prefix, agent, section, extension, text, taken }: ForkWish): { readonly name: string; readonly file: string } | undefined {
  const isOwn = section.startsWith(`${agent}/`);
  const stem = isOwn ? section : `${agent}/${section}`;
  const paths = new Set([...project.keys()].map((path) => path.toLowerCase()));
  if (standsInTheWay(project, `${prefix}prompts/${stem}`)) return undefined;
  const isMentioned = (name: string): boolean => [...project].some(([path, file]) => path.startsWith(`${prefix}agents/`) && file.text?.includes(JSON.stringify(name)));
  for (let count = isOwn ? 2 : 1; count <= MOST_NAMES; count += 1) {
    const name = count === 1 ? stem : `${stem}-${count}`;
    const base = `${prefix}prompts/${name}`;
    const file = base + extension;
    if (taken.has(name)) continue;
    const present = [".txt", ".md"].filter((end) => paths.has((base + end).toLowerCase()));
    if (present.length === 0 ? !isMentioned(name) : present.length === 1 && project.get(file)?.text === text) return { name, file };
  }
  return undefined;
}

/** True if a file or link has the name of a folder on the way. */
function standsInTheWay(project: ProjectFiles, path: string): boolean {
  for (let end = path.indexOf("/"); end !== -1; end = path.indexOf("/", end + 1)) if (project.has(path.slice(0, end))) return true;
  return false;
}
