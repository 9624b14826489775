import type { Json } from "@retell-actions/core/canonical/json";
import { secretsIn } from "@retell-actions/core/canonical/symbols";
import type { FileEdits } from "@retell-actions/core/drift/drift-branch";
import { importAgents, type Import } from "@retell-actions/core/import/import-agents";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { validateProject } from "@retell-actions/core/project/validate-project";
import { foldersOf, type RetellWorld } from "./read-retell.ts";
import type { GitWorld } from "./read-world.ts";

/** The import as the branch shall have it. */
export interface MadeImport {
  readonly made: Import;
  /** Against the base; what waits from other imports is in it too. */
  readonly edits: FileEdits;
  /** Folders that wait from other imports and could not be made again, because their workspaces take no part. */
  readonly carried: readonly string[];
  /** Folders that wait and whose files nobody has any more: an import of their workspaces makes them again. */
  readonly lost: readonly { readonly folder: string; readonly workspaces: readonly string[] }[];
}

/** Makes the files. What an earlier import has in its pull request and this one does not make again is taken over from its branch. */
export async function makeImport(world: GitWorld, retell: RetellWorld, { git }: Pick<ActionPorts, "git">): Promise<MadeImport> {
  const { groups } = retell.grouped;
  const waiting = waitingFolders(world, new Set(groups.map(({ folder }) => folder)));
  const there: ProjectFiles = world.found.kind === "ours" && waiting.size > 0 ? await git.readCommit(world.found.tip, [`${world.prefix}agents`, `${world.prefix}prompts`]) : new Map();
  const carriedFiles = new Map([...there].filter(([path]) => !world.files.has(path) && [...waiting.keys()].some((folder) => isOfFolder(path, folder, world.prefix))));
  const carried = [...waiting.keys()].filter((folder) => carriedFiles.has(`${world.prefix}agents/${folder}/agent.json`)).sort();
  const files: ProjectFiles = new Map([...world.files, ...carriedFiles]);

  const present = new Set([...foldersOf(world), ...carried]);
  const contents = [...validateProject({ files, workingDirectory: world.directory }).desired.values()].flatMap((agents) => [...agents.values()].map(({ content }) => content as Json));
  const made = importAgents({ groups, files, workingDirectory: world.directory, folders: knownFolders(world, present), usedSecrets: new Set(contents.flatMap(secretsIn)) });
  const texts = [...[...carriedFiles].flatMap(([path, { text }]) => (text === undefined ? [] : [[path, text] as const])), ...made.files];
  return {
    made,
    edits: new Map(texts.sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, after]) => [path, { before: undefined, after }] as const)),
    carried,
    lost: [...waiting].filter(([folder]) => !carried.includes(folder)).map(([folder, workspaces]) => ({ folder, workspaces })).sort((a, b) => (a.folder < b.folder ? -1 : 1)),
  };
}

/** Imported folders that the base does not have and this run does not make, with the workspaces that record them. */
function waitingFolders(world: GitWorld, remade: ReadonlySet<string>): Map<string, string[]> {
  const onBase = foldersOf(world);
  const waiting = new Map<string, string[]>();
  for (const [workspace, { recorded }] of world.records) {
    for (const [folder, record] of recorded.agents) {
      if (record.kind !== "state" || record.state.imported !== true || onBase.has(folder) || remade.has(folder)) continue;
      waiting.set(folder, [...(waiting.get(folder) ?? []), workspace]);
    }
  }
  return waiting;
}

function isOfFolder(path: string, folder: string, prefix: string): boolean {
  return path.startsWith(`${prefix}agents/${folder}/`) || path.startsWith(`${prefix}prompts/${folder}/`);
}

/** By workspace: folders by agent id, of agents that a reference can name. */
function knownFolders({ records }: GitWorld, present: ReadonlySet<string>): Map<string, Map<string, string>> {
  return new Map(
    [...records].map(([workspace, { recorded }]) => {
      const known = [...recorded.agents].flatMap(([folder, record]): [string, string][] => (record.kind === "state" && record.state.agent_id !== null && present.has(folder) ? [[record.state.agent_id, folder]] : []));
      return [workspace, new Map(known)] as const;
    }),
  );
}
