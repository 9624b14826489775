import { buildDesired, type DesiredProject } from "./build-desired.ts";
import type { DesiredAgent } from "./desired.ts";
import type { DesiredResources } from "./desired-resources.ts";
import type { ProjectFiles } from "./files.ts";
import { parseWorkspaces, type ParsedWorkspaces } from "./parse-workspaces.ts";
import { sortedProblems } from "./problem-list.ts";
import type { Problem } from "./problem.ts";
import { projectPrefix } from "./project-paths.ts";
import { readKnowledge } from "./read-knowledge.ts";
import { readAgents } from "./read-agents.ts";
import type { Workspace, WorkspacesFile } from "./workspace.ts";

/** A whole project, checked without any key. */
export interface ValidatedProject {
  /** Undefined where `workspaces.json` is missing or wrong. */
  readonly workspaces: WorkspacesFile | undefined;
  /** What Git says, by workspace and agent; empty without a readable `workspaces.json`. */
  readonly desired: ReadonlyMap<string, ReadonlyMap<string, DesiredAgent>>;
  /** What agents share, by workspace and symbol; empty without a readable `workspaces.json`. */
  readonly resources?: ReadonlyMap<string, DesiredResources>;
  /** All problems of all files for all workspaces, each once, sorted by file and line. */
  readonly problems: readonly Problem[];
}

/**
 * Checks all files of a project for every workspace. Agents are checked even if `workspaces.json` is missing or wrong: the
 * workspaces are then taken from the names of the overlays, so that everything is found in one run.
 */
export function validateProject(options: { readonly files: ProjectFiles; readonly workingDirectory: string }): ValidatedProject {
  const { files, workingDirectory } = options;
  const prefix = projectPrefix(workingDirectory) ?? "";
  const parsed = readWorkspaces(files, `${prefix}workspaces.json`);
  const workspaces = parsed.file ?? assumedWorkspaces(files, `${prefix}agents/`);
  const folders = readAgents({ files, prefix, workspaces });
  const knowledge = readKnowledge({ files, prefix });
  const built: (readonly [string, DesiredProject])[] = [];
  for (const workspace of workspaces.workspaces) {
    const elsewhere = built[0]?.[1].agents;
    built.push([workspace.name, buildDesired({ files, workingDirectory, workspaces, workspace, folders, knowledge, ...(elsewhere === undefined ? {} : { elsewhere }) })]);
  }
  return {
    workspaces: parsed.file,
    desired: parsed.file ? new Map(built.map(([name, { agents }]) => [name, agents])) : new Map(),
    resources: parsed.file ? new Map(built.map(([name, { resources }]) => [name, resources])) : new Map<string, DesiredResources>(),
    problems: sortedProblems([...parsed.problems, ...built.flatMap(([, { problems }]) => problems)]),
  };
}

/** Reads `workspaces.json` of a project; a missing, linked or unreadable file is a problem like any other. */
export function readWorkspaces(files: ProjectFiles, file: string): ParsedWorkspaces {
  const found = files.get(file);
  if (found?.text !== undefined) return parseWorkspaces(found.text, file);
  const [code, message, hint] =
    found === undefined
      ? ["missing-workspaces-file", `There is no ${file}.`, 'Add it: {"staging": {"api_key_env": "RETELL_STAGING_API_KEY"}, "production": {"api_key_env": "RETELL_PRODUCTION_API_KEY"}}.']
      : found.kind === "symlink"
        ? ["symlink", `${file} is a symbolic link, which is not followed.`, "Put the file itself there."]
        : ["not-utf8", `${file} is not UTF-8 text.`, "Save the file as UTF-8."];
  return { problems: [{ code, severity: "error", file, message, hint }] };
}

function assumedWorkspaces(files: ProjectFiles, agents: string): WorkspacesFile {
  const names = new Set(["production"]);
  for (const path of files.keys()) {
    const [, name] = (path.startsWith(agents) && /^[^/]+\/(?:agent|overwrite)\.([a-z0-9._-]+)\.json$/.exec(path.slice(agents.length))) || [];
    if (name !== undefined && name !== "staging") names.add(name);
  }
  const assume = (name: string, kind: Workspace["kind"]): Workspace => ({ name, kind, title: name, branch: kind, apiKeyEnv: "", readKeyEnv: undefined, baseUrl: undefined });
  return {
    mode: "multi-production",
    branches: { develop: "develop", staging: "staging", production: "production" },
    workspaces: [assume("staging", "staging"), ...[...names].sort().map((name) => assume(name, "production"))],
    moved: [],
  };
}
