import type { ProjectFiles } from "@retell-actions/core/project/files";

/** Names of the agents that have a folder with an agent.json; `prefix` is empty or ends with a slash. */
export function agentFolders(files: ProjectFiles, prefix: string): string[] {
  const below = `${prefix}agents/`;
  const names = [...files.keys()].flatMap((path) => {
    const [name, file, ...rest] = path.startsWith(below) ? path.slice(below.length).split("/") : [];
    return name !== undefined && file === "agent.json" && rest.length === 0 ? [name] : [];
  });
  return names.sort();
}
