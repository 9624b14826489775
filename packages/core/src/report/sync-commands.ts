import { shellWord } from "./shell-word.ts";

/** What a person types to merge the source into the target, where no job may. Both are branches. */
export function mergeByHand({ source, target }: { readonly source: string; readonly target: string }): string {
  return [
    "git fetch origin",
    `git switch ${shellWord(target)}`,
    `git merge --ff-only ${shellWord(`origin/${target}`)}`,
    `git merge ${shellWord(`origin/${source}`)}`,
    `git push origin ${shellWord(target)}`,
  ].join("\n");
}

/** What a person types to resolve conflicts on the branch of the pull request. `other` is merged into it. */
export function resolveOnBranch({ branch, other }: { readonly branch: string; readonly other: string }): string {
  return [
    "git fetch origin",
    `git switch ${shellWord(branch)}`,
    `git merge ${shellWord(`origin/${other}`)}`,
    "# resolve the conflicts, then",
    "git commit",
    `git push origin ${shellWord(branch)}`,
  ].join("\n");
}
