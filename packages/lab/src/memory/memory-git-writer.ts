import { PlatformError } from "@retell-actions/core/errors";
import type { FileChanges, GitWriter, Refused } from "@retell-actions/core/ports/github";
import type { MemoryGit } from "./memory-git.ts";
import type { MemoryGitHubState } from "./memory-github.ts";
import { ancestors, joinFiles, mergeBase, resolveCommit } from "./memory-history.ts";

const WORKFLOWS = ".github/workflows/";

/** Writes to the in-memory repository, bound by the switches of the in-memory GitHub. */
export function createMemoryGitWriter({ git, github }: { git: MemoryGit; github: MemoryGitHubState }): GitWriter {
  function assertWritable(): void {
    if (github.readOnly) throw new PlatformError({ platform: "github", reason: "github-forbidden", status: 403 }, "The token may not write. Add to the job:\npermissions:\n  contents: write");
  }

  const filesOf = (commit: string | undefined): ReadonlyMap<string, string> => (commit === undefined ? undefined : git.commits.get(commit)?.files) ?? new Map<string, string>();

  /** What forbids that the branch becomes this commit. */
  function refusal(branch: string, to: string | null): Refused | undefined {
    if ([...github.protectedBranches].some((pattern) => pattern === branch || (pattern.endsWith("**") && branch.startsWith(pattern.slice(0, -2))))) {
      return { kind: "refused", reason: "branch-protected", message: `A branch rule forbids to change ${branch}. Exclude ${branch} from the rule.` };
    }
    if (!github.workflowFilesRefused || to === null) return undefined;
    const tip = git.branches.get(branch);
    // A new branch at a commit that another branch has adds nothing.
    if (tip === undefined && [...git.branches.values()].some((other) => ancestors(git, other).has(to))) return undefined;
    const before = filesOf(tip ?? git.commits.get(to)?.parents[0]);
    const touched = [...filesOf(to)].some(([path, text]) => path.startsWith(WORKFLOWS) && before.get(path) !== text);
    return touched ? { kind: "refused", reason: "workflow-files", message: `The token may not bring workflow files to ${branch}. Pass a token with workflows: write as github-token.` } : undefined;
  }

  /** For the verbs that have no `refused` of their own. */
  function assertAllowed(branch: string, to: string): void {
    const refused = refusal(branch, to);
    if (refused !== undefined) throw new PlatformError({ platform: "github", reason: refused.reason, status: 422 }, refused.message);
  }

  function store(change: { parent: string | undefined; message: string; files: FileChanges }): string {
    if (change.parent !== undefined && !git.commits.has(change.parent)) throw new PlatformError({ platform: "github", reason: "github-unavailable", status: 404 }, `GitHub has no commit ${change.parent}.`);
    const files = new Map(filesOf(change.parent));
    for (const [path, text] of change.files) {
      if (text === null) files.delete(path);
      else files.set(path, text);
    }
    return git.store({ parents: change.parent === undefined ? [] : [change.parent], message: change.message, files }).id;
  }

  const missing = (name: string): PlatformError => new PlatformError({ platform: "github", reason: "branch-missing", status: 404 }, `There is no branch or commit ${name}.`);

  return {
    commitFiles: ({ branch, expectedHead, message, files }) =>
      github.write({ method: "commitFiles", subject: branch }, () => {
        assertWritable();
        if (git.branches.get(branch) !== expectedHead) return { kind: "stale" };
        const commit = store({ parent: expectedHead, message, files });
        assertAllowed(branch, commit);
        git.branches.set(branch, commit);
        return { kind: "committed", commit };
      }),

    createBranch: ({ branch, parent, message, files }) =>
      github.write({ method: "createBranch", subject: branch }, () => {
        assertWritable();
        if (git.branches.has(branch)) return { kind: "exists" };
        const commit = store({ parent, message, files });
        assertAllowed(branch, commit);
        git.branches.set(branch, commit);
        return { kind: "created", commit };
      }),

    merge: ({ branch, head, message }) =>
      github.write({ method: "merge", subject: branch }, () => {
        assertWritable();
        const tip = git.branches.get(branch);
        const other = resolveCommit(git, head);
        if (tip === undefined || other === undefined) throw missing(tip === undefined ? branch : head);
        if (ancestors(git, tip).has(other)) return { kind: "nothing" };
        const base = mergeBase(git, tip, other);
        const files = base === undefined ? undefined : joinFiles({ base: filesOf(base), ours: filesOf(tip), theirs: filesOf(other) });
        if (files === undefined) return { kind: "conflict" };
        const { id } = git.store({ parents: [tip, other], message, files });
        const refused = refusal(branch, id);
        if (refused !== undefined) return refused;
        git.branches.set(branch, id);
        return { kind: "merged", commit: id };
      }),

    moveRef: ({ branch, expected, to, force = false }) =>
      github.write({ method: "moveRef", subject: branch }, () => {
        assertWritable();
        if ((git.branches.get(branch) ?? null) !== expected) return { kind: "stale" };
        if (to !== null && !git.commits.has(to)) throw new PlatformError({ platform: "github", reason: "github-unavailable", status: 422 }, `GitHub has no commit ${to}.`);
        if (!force && to !== null && expected !== null && !ancestors(git, to).has(expected)) {
          throw new PlatformError({ platform: "github", reason: "branch-moved", status: 422 }, `${branch} cannot go forward to ${to}, since that lacks commits of the branch.`);
        }
        const refused = refusal(branch, to);
        if (refused !== undefined) return refused;
        if (to === null) git.branches.delete(branch);
        else git.branches.set(branch, to);
        return { kind: "moved" };
      }),

    createCommit: ({ parent, message, files }) =>
      github.write({ method: "createCommit", subject: parent }, () => {
        assertWritable();
        return store({ parent, message, files });
      }),
  };
}
