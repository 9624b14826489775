import { isJsonObject, own, type JsonObject } from "../canonical/json.ts";
import type { OverwriteFile } from "./desired.ts";
import type { ProjectFile, ProjectFiles } from "./files.ts";
import { FLOW_FILE } from "./flow-file.ts";
import { memberOf, textOf, valueOf, type ObjectNode } from "./json-node.ts";
import { knownName } from "./moves.ts";
import { caseCollisions, nameFault, unknownName } from "./names.ts";
import { parseJson } from "./parse-json.ts";
import { problemSink, type ProblemSink } from "./problem-sink.ts";
import type { Problem } from "./problem.ts";
import { quoted } from "./quoted.ts";
import type { WorkspacesFile } from "./workspace.ts";

/** Ids that an older tool wrote beside agent.json. */
export interface LegacyState {
  readonly file: string;
  readonly agentId: string | undefined;
  readonly llmId: string | undefined;
}

/** One folder below `agents/`, read but not built. */
export interface AgentFolder {
  readonly name: string;
  /** Path of `agent.json`, whether it is there or not. */
  readonly file: string;
  /** Undefined where the file is missing or unreadable; a problem says so. */
  readonly config: ObjectNode | undefined;
  /** `flow.json`, where it is there and readable. */
  readonly flow: ObjectNode | undefined;
  /** By workspace. */
  readonly overlays: ReadonlyMap<string, ObjectNode>;
  readonly overwrites: ReadonlyMap<string, OverwriteFile>;
  /** By workspace, renamed ones under their new name. */
  readonly legacy: ReadonlyMap<string, LegacyState>;
  readonly problems: readonly Problem[];
}

/** All folders of a project by name. Folders whose names are not allowed are problems only. */
export interface AgentFolders {
  readonly folders: ReadonlyMap<string, AgentFolder>;
  /** Problems that belong to no readable folder. */
  readonly problems: readonly Problem[];
}

/** Reads the agents of a project; `prefix` is empty or ends with a slash. Never throws. */
export function readAgents(options: { readonly files: ProjectFiles; readonly prefix: string; readonly workspaces: WorkspacesFile }): AgentFolders {
  const { files, prefix } = options;
  const sink = problemSink();
  const byFolder = groupByFolder(files, `${prefix}agents/`, sink);
  const workspaces = workspaceNames(options.workspaces);
  const folders = new Map<string, AgentFolder>();
  for (const [name, content] of [...byFolder].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const path = `${prefix}agents/${name}`;
    const fault = nameFault("agent", name);
    if (fault === undefined) folders.set(name, readFolder({ name, path, content, workspaces }));
    // The name may hold anything, so it stands in the message only, escaped.
    else sink.error({ code: "invalid-agent-name", at: { file: `${prefix}agents`, line: 1, column: 1 }, ...fault });
  }
  for (const group of caseCollisions(byFolder.keys())) {
    const listed = group.sort().map(quoted).join(" and ");
    sink.error({
      code: "agent-names-collide",
      at: { file: `${prefix}agents`, line: 1, column: 1 },
      message: `The folders ${listed} differ only in case, which some systems take for one.`,
      hint: "Rename one of them.",
    });
  }
  return { folders, problems: sink.problems.map(wholeFile) };
}

/** Names in use, and what a name of a renamed workspace stands for. */
interface WorkspaceNames {
  readonly known: ReadonlySet<string>;
  readonly current: (name: string) => string | undefined;
}

function workspaceNames(file: WorkspacesFile): WorkspaceNames {
  const known = new Set(file.workspaces.map((workspace) => workspace.name));
  return { known, current: (name) => knownName(name, (one) => known.has(one), { kind: "workspace", moved: file.moved }) };
}

type FolderContent = Map<string, ProjectFile>;

function groupByFolder(files: ProjectFiles, base: string, sink: ProblemSink): Map<string, FolderContent> {
  const folders = new Map<string, FolderContent>();
  const link = (path: string): void =>
    sink.error({ code: "symlink", at: { file: path, line: 1, column: 1 }, message: `${path} is a symbolic link, which is not followed.`, hint: "Put the folder or file itself there." });
  if (files.get(base.slice(0, -1))?.kind === "symlink") link(base.slice(0, -1));
  for (const [path, file] of files) {
    if (!path.startsWith(base)) continue;
    const [name = "", ...rest] = path.slice(base.length).split("/");
    if (rest.length === 0) {
      if (file.kind === "symlink") link(path);
      continue;
    }
    const content = folders.get(name) ?? new Map<string, ProjectFile>();
    folders.set(name, content);
    if (rest.length === 1 && rest[0] !== undefined) content.set(rest[0], file);
  }
  return folders;
}

function readFolder(options: { readonly name: string; readonly path: string; readonly content: FolderContent; readonly workspaces: WorkspaceNames }): AgentFolder {
  const { name, path, content, workspaces } = options;
  const sink = problemSink(name);
  const overlays = new Map<string, ObjectNode>();
  const overwrites = new Map<string, OverwriteFile>();
  const legacy = new Map<string, LegacyState>();
  const open = (base: string): ObjectNode | undefined => readObject({ file: `${path}/${base}`, content: content.get(base) }, sink);

  for (const base of [...content.keys()].sort()) {
    const [, role, workspace = ""] = /^(agent|overwrite)\.(.+)\.json$/s.exec(base) ?? [];
    if (role === undefined) {
      const renamed = workspaces.current(base.replace(/\.json$/, ""));
      const isOwn = base === `${renamed ?? ""}.json`;
      if (renamed !== undefined && base.endsWith(".json") && (isOwn || !legacy.has(renamed))) addLegacy(legacy, { workspace: renamed, file: `${path}/${base}`, node: open(base) });
      continue;
    }
    if (!workspaces.known.has(workspace)) {
      const renamed = workspaces.current(workspace);
      // Read under the new name without being renamed, it would stand beside the file that a later change makes.
      if (renamed !== undefined) {
        sink.add([
          {
            code: "former-workspace-file",
            severity: "error",
            file: `${path}/${base}`,
            message: `${base} is for the workspace ${quoted(workspace)}, which is ${quoted(renamed)} now.`,
            hint: content.has(`${role}.${renamed}.json`) ? `${role}.${renamed}.json is there already: move over what is missing in it, then delete this file.` : `Rename it to ${role}.${renamed}.json.`,
          },
        ]);
        continue;
      }
      sink.add([wholeFile(unknownName({ kind: "workspace", name: workspace, known: workspaces.known, at: { file: `${path}/${base}` } }))]);
      continue;
    }
    const node = open(base);
    if (node === undefined) continue;
    if (role === "agent") overlays.set(workspace, node);
    else addOverwrite(overwrites, { workspace, node }, sink);
  }

  const file = `${path}/agent.json`;
  if (!content.has("agent.json")) {
    sink.add([
      {
        code: "missing-agent-file",
        severity: "error",
        file,
        message: `The folder ${path} has no agent.json.`,
        hint: "Add it; to delete the agent, delete the whole folder. Agents stand directly below agents/, one folder each.",
      },
    ]);
  }
  const config = content.has("agent.json") ? open("agent.json") : undefined;
  const flow = content.has(FLOW_FILE) ? open(FLOW_FILE) : undefined;
  return { name, file, config, flow, overlays, overwrites, legacy, problems: sink.problems };
}

/** A file that has to hold one JSON object; what keeps it from that is a problem. */
export function readObject({ file, content }: { readonly file: string; readonly content: ProjectFile | undefined }, sink: ProblemSink): ObjectNode | undefined {
  if (content?.kind === "symlink") {
    sink.add([{ code: "symlink", severity: "error", file, message: `${file} is a symbolic link, which is not followed.`, hint: "Put the file itself there." }]);
    return undefined;
  }
  if (content?.text === undefined) {
    sink.add([{ code: "not-utf8", severity: "error", file, message: `${file} is not UTF-8 text.`, hint: "Save the file as UTF-8." }]);
    return undefined;
  }
  const { root, problems } = parseJson({ file, text: content.text });
  sink.add(problems);
  if (root === undefined || root.kind === "object") return root;
  sink.error({ code: "wrong-type", at: root.origin, message: "The file has to hold one JSON object.", hint: 'Write {"…": …}.' });
  return undefined;
}

function addLegacy(legacy: Map<string, LegacyState>, { workspace, file, node }: { readonly workspace: string; readonly file: string; readonly node: ObjectNode | undefined }): void {
  if (node === undefined) return;
  legacy.set(workspace, { file, agentId: textOf(memberOf(node, "agent_id")), llmId: textOf(memberOf(node, "llm_id")) });
}

function addOverwrite(overwrites: Map<string, OverwriteFile>, { workspace, node }: { readonly workspace: string; readonly node: ObjectNode }, sink: ProblemSink): void {
  const value = valueOf(node);
  const fields = isJsonObject(value) ? own(value, "fields") : undefined;
  const written = isJsonObject(value) ? own(value, "deployed_at") : undefined;
  const deployedAt = typeof written === "string" || written === null ? written : undefined;
  if (deployedAt === undefined || !isJsonObject(fields)) {
    sink.error({
      code: "invalid-overwrite-file",
      at: node.origin,
      message: 'The file has to hold "deployed_at" (a text, or null before the first deployment) and "fields" (an object).',
      hint: "Copy the file whole from the report of the conflict, which has it ready.",
    });
    return;
  }
  overwrites.set(workspace, { file: node.origin.source.file, deployedAt, fields: fields satisfies JsonObject });
}

/** A finding about a file or folder as such has no line. */
function wholeFile(problem: Problem): Problem {
  const { line: _line, column: _column, ...whole } = problem;
  return whole;
}
