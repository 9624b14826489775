import { readFilesAt } from "@retell-actions/core/apply/read-files";
import { mergeFiles } from "@retell-actions/core/merge/merge-files";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { validateProject, type ValidatedProject } from "@retell-actions/core/project/validate-project";
import type { Tip } from "./scene.ts";

/** What a merge would give. */
export type Merged = { readonly kind: "project"; readonly project: ValidatedProject } | { readonly kind: "conflicts"; readonly paths: readonly string[] };

/**
 * Reads what is needed to tell what a branch gives once it is merged into `base`, also after more edits of its files: the
 * check of a pull request sees the merge, not the branch.
 */
export async function mergeInto(base: Tip, branch: { readonly commit: string; readonly files: ProjectFiles }, directory: string, { git, repository }: Pick<ActionPorts, "git" | "repository">): Promise<(files: ProjectFiles) => Merged> {
  const validate = (files: ProjectFiles): Merged => ({ kind: "project", project: validateProject({ files, workingDirectory: directory }) });
  if (base.commit === branch.commit) return validate;
  const { behindBy, mergeBase } = await repository.compare(base.commit, branch.commit);
  if (behindBy === 0) return validate;
  const ancestor = mergeBase === "" ? new Map<string, never>() : await readFilesAt(git, mergeBase, directory);
  return (files) => {
    const merged = mergeFiles({ base: ancestor, ours: base.files, theirs: files });
    return "files" in merged ? validate(merged.files) : { kind: "conflicts", paths: merged.conflicts };
  };
}
