import { buildDesiredAgent } from "../project/build-desired.ts";
import type { DesiredAgent } from "../project/desired.ts";
import type { ProjectFile, ProjectFiles } from "../project/files.ts";
import { readAgents } from "../project/read-agents.ts";
import { resourceNames } from "../project/resource-names.ts";
import type { WorkspacesFile } from "../project/workspace.ts";
import { sectionStore } from "../prompt/sections.ts";
import { validateFields } from "../schema/validate-fields.ts";

/** A project as its files build it, for every workspace. */
export interface Build {
  readonly files: ProjectFiles;
  readonly prefix: string;
  readonly workspaces: WorkspacesFile;
  /** By workspace and agent. */
  readonly desired: ReadonlyMap<string, ReadonlyMap<string, DesiredAgent>>;
}

/**
 * The build after some files of the project were changed or added. Only agents that one of them belongs to are built
 * again; all others are the same objects.
 */
export function rebuild(build: Build, changed: ReadonlyMap<string, string>): Build {
  const { prefix, workspaces } = build;
  const files = new Map<string, ProjectFile>(build.files);
  for (const [path, text] of changed) files.set(path, { kind: "file", text });
  const affected = affectedAgents(build, changed);
  const inFolders = new Map([...files].filter(([path]) => [...affected].some((name) => path.startsWith(`${prefix}agents/${name}/`))));
  const { folders } = readAgents({ files: inFolders, prefix, workspaces });
  const sections = sectionStore(files, prefix);
  const resources = resourceNames(files, prefix);
  const desired = new Map(
    workspaces.workspaces.map((workspace) => {
      const agents = new Map(build.desired.get(workspace.name));
      const context = { workspace, agents: new Set(agents.keys()), resources, sections, validateFields: checkComplete };
      for (const [name, folder] of folders) agents.set(name, buildDesiredAgent(folder, context));
      return [workspace.name, agents] as const;
    }),
  );
  return { ...build, files, desired };
}

const checkComplete = ({ kind, value }: Parameters<Parameters<typeof buildDesiredAgent>[1]["validateFields"]>[0]) => validateFields({ kind, value, complete: true });

function affectedAgents({ prefix, desired }: Build, changed: ReadonlyMap<string, string>): Set<string> {
  const affected = new Set<string>();
  for (const agents of desired.values()) {
    for (const [name, agent] of agents) {
      const belongs = (path: string): boolean => path.startsWith(`${prefix}agents/${name}/`) || agent.sources.includes(path);
      if ([...changed.keys()].some(belongs)) affected.add(name);
    }
  }
  return affected;
}
