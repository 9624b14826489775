import type { DesiredKnowledge } from "./desired-resources.ts";
import type { ProjectFile, ProjectFiles } from "./files.ts";
import { readSettings } from "./knowledge-shape.ts";
import { readSources, type FolderFiles } from "./knowledge-sources.ts";
import { caseCollisions, nameFault } from "./names.ts";
import { problemSink, type ProblemSink } from "./problem-sink.ts";
import type { Problem } from "./problem.ts";
import { quoted } from "./quoted.ts";
import { readObject } from "./read-agents.ts";

const STATEMENT = "knowledge.json";

/** Reads the knowledge bases of a project; `prefix` is empty or ends with a slash. Never throws. */
export function readKnowledge({ files, prefix }: { readonly files: ProjectFiles; readonly prefix: string }): { bases: DesiredKnowledge[]; problems: readonly Problem[] } {
  const root = `${prefix}knowledge`;
  const sink = problemSink();
  const folders = new Map<string, Map<string, ProjectFile>>();
  for (const [path, file] of files) {
    if (path === root && file.kind === "symlink") reportLink(path, sink);
    if (!path.startsWith(`${root}/`)) continue;
    const [name = "", ...rest] = path.slice(root.length + 1).split("/");
    if (rest.length === 0) {
      if (file.kind === "symlink") reportLink(path, sink);
    } else folders.set(name, (folders.get(name) ?? new Map<string, ProjectFile>()).set(rest.join("/"), file));
  }
  const bases = [...folders].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([name, content]) => {
    const fault = nameFault("knowledge", name);
    if (fault === undefined) return [readFolder(name, `${root}/${name}`, content)];
    sink.error({ code: "invalid-resource-name", at: { file: root, line: 1, column: 1 }, ...fault });
    return [];
  });
  reportCollisions(folders.keys(), root, sink);
  reportSameNames(bases, sink);
  return { bases, problems: [...sink.problems.map(wholeFile), ...bases.flatMap((base) => base.problems)] };
}

function readFolder(name: string, path: string, content: ReadonlyMap<string, ProjectFile>): DesiredKnowledge {
  const sink = problemSink();
  const file = `${path}/${STATEMENT}`;
  const stated = content.get(STATEMENT);
  const base = { kind: "knowledge", name, file } as const;
  if (stated === undefined) {
    sink.add([{ code: "missing-knowledge-file", severity: "error", file, message: `The folder ${path} has no ${STATEMENT}.`, hint: "Add it; to delete the knowledge base, delete the whole folder." }]);
    return { ...base, settings: { name }, sources: [], problems: sink.problems };
  }
  const node = readObject({ file, content: stated }, sink);
  if (node === undefined) return { ...base, settings: { name }, sources: [], problems: sink.problems };
  const folder: FolderFiles = { path, files: content, used: new Set([STATEMENT]) };
  const settings = readSettings(node, name, sink);
  const sources = readSources(node, folder, sink);
  for (const unused of [...content.keys()].filter((other) => !folder.used.has(other)).sort()) {
    sink.add([{ code: "unused-knowledge-file", severity: "warning", file: `${path}/${unused}`, message: `${STATEMENT} does not name this file, so it does nothing.`, hint: `List it under "files" or "texts", or remove it.` }]);
  }
  return { ...base, settings, sources, problems: sink.problems };
}

/** Names in Retell find a knowledge base again whose answer got lost, so two of a project must not share one. */
function reportSameNames(bases: readonly DesiredKnowledge[], sink: ProblemSink): void {
  const first = new Map<string, DesiredKnowledge>();
  for (const base of bases) {
    const other = first.get(base.settings.name);
    if (other === undefined) first.set(base.settings.name, base);
    else sink.error({ code: "same-resource-name", at: { file: base.file, line: 1, column: 1 }, message: `${other.file} has the same name ${quoted(base.settings.name)}.`, hint: 'Give one of them another "name".' });
  }
}

/** Reports names that differ only in case. */
export function reportCollisions(names: Iterable<string>, file: string, sink: ProblemSink): void {
  for (const group of caseCollisions(names)) {
    sink.error({ code: "resource-names-collide", at: { file, line: 1, column: 1 }, message: `The names ${group.sort().map(quoted).join(" and ")} differ only in case, which some systems take for one.`, hint: "Rename one of them." });
  }
}

function reportLink(path: string, sink: ProblemSink): void {
  sink.error({ code: "symlink", at: { file: path, line: 1, column: 1 }, message: `${path} is a symbolic link, which is not followed.`, hint: "Put the folder or file itself there." });
}

/** A finding about a file or folder as such has no line. */
export function wholeFile(problem: Problem): Problem {
  const { line: _line, column: _column, ...whole } = problem;
  return whole;
}
