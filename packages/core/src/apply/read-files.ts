import type { GitReader } from "../ports/git.ts";
import type { WorkingTree } from "../ports/files.ts";
import type { ProjectFiles } from "../project/files.ts";
import { projectPrefix } from "../project/project-paths.ts";
import { ActionError } from "../errors.ts";

/** The folders and files of a project; everything else in the repository is none of the suite's business. */
export function projectPaths(workingDirectory: string): string[] {
  const prefix = insidePrefix(workingDirectory);
  return ["workspaces.json", "agents", "prompts", "knowledge", "components"].map((path) => `${prefix}${path}`);
}

/** The working directory as names of branches and marks have it: no `./`, no final slash. Throws `invalid-input` outside the repository. */
export function normalizedDirectory(workingDirectory: string): string {
  return insidePrefix(workingDirectory).replace(/\/$/, "");
}

function insidePrefix(workingDirectory: string): string {
  const prefix = projectPrefix(workingDirectory);
  if (prefix === undefined) throw new ActionError("invalid-input", `working-directory ${JSON.stringify(workingDirectory)} lies outside the repository. Give a folder relative to the repository's root.`);
  return prefix;
}

/** The project's files in the working tree. */
export function readWorkingFiles(tree: WorkingTree, workingDirectory: string): Promise<ProjectFiles> {
  return tree.read(projectPaths(workingDirectory));
}

/** The project's files at a commit, fetched if the checkout does not have it. */
export async function readFilesAt(git: GitReader, commit: string, workingDirectory: string): Promise<ProjectFiles> {
  await git.fetch([commit]);
  return git.readCommit(commit, projectPaths(workingDirectory));
}
