import { ActionError } from "../errors.ts";
import type { GitReader } from "../ports/git.ts";
import type { GitWriter } from "../ports/github.ts";
import type { ProjectFiles } from "../project/files.ts";
import type { FormerRecord } from "../state/former-record.ts";

/** Writes to one state branch, always on top of the tip that was read. */
export interface StateBranch {
  /** The tip as this run knows it; undefined before the branch exists. */
  readonly head: string | undefined;
  /** True until the first commit of a workspace that was renamed: that one takes its whole record over. */
  readonly takesOver: boolean;
  /** Commits, or tells that somebody else was faster: then nothing was written and the caller must read again. */
  commit(files: ReadonlyMap<string, string | null>, message: string): Promise<"committed" | "stale">;
  /**
   * Commits what this run has done in Retell while it held the workspace. If the branch moved without touching these files, it is committed on top
   * of the new tip; if they were changed, that is `record-failed`, since this run held the lock.
   */
  record(files: ReadonlyMap<string, string | null>, message: string): Promise<void>;
}

const RECORD_TRIES = 5;

/**
 * `known` are texts at `head`, which has been fetched: what is not among them is read there if it is ever needed. For a
 * workspace that was renamed, whose branch does not exist yet, they are all texts of its `former` record under the new
 * name, which go into the first commit.
 */
export function openStateBranch(options: {
  branch: string;
  head: string | undefined;
  former?: FormerRecord | undefined;
  known: ReadonlyMap<string, string>;
  writer: GitWriter;
  git: GitReader;
}): StateBranch {
  const { branch, former, writer, git } = options;
  let head = options.head;
  /** Null is known not to be there. */
  const known = new Map<string, string | null>(options.known);

  const remember = (commit: string, files: ReadonlyMap<string, string | null>): void => {
    head = commit;
    for (const [path, text] of files) known.set(path, text);
  };
  /** Compare-and-swap on the old branch: a run under the old name cannot take the workspace any more, nor has it meanwhile. */
  const leaveNote = async ({ branch: old, head: expectedHead, note }: FormerRecord): Promise<boolean> =>
    note === undefined || (await writer.commitFiles({ branch: old, expectedHead, message: `The record goes on as ${branch}`, files: note })).kind === "committed";
  const commit = async (files: ReadonlyMap<string, string | null>, message: string): Promise<"committed" | "stale"> => {
    if (head === undefined) {
      if (former !== undefined && !(await leaveNote(former))) return "stale";
      const whole = former === undefined ? files : new Map<string, string | null>([...known, ...files]);
      const created = await writer.createBranch({ branch, message: former === undefined ? message : `${message}\n\nThe record was taken over from ${former.branch} (${former.head}).`, files: whole });
      if (created.kind === "exists") return "stale";
      remember(created.commit, whole);
      return "committed";
    }
    const result = await writer.commitFiles({ branch, expectedHead: head, message, files });
    if (result.kind === "stale") return "stale";
    remember(result.commit, files);
    return "committed";
  };

  /** The texts that this run has built upon: what it has written itself, else what stood at the tip that it read. */
  const textsBefore = async (paths: readonly string[]): Promise<(path: string) => string | undefined> => {
    const unknown = paths.filter((path) => !known.has(path));
    const read = options.head === undefined || unknown.length === 0 ? new Map<string, never>() : await git.readCommit(options.head, unknown);
    return (path) => (known.has(path) ? (known.get(path) ?? undefined) : textAt(read, path));
  };

  return {
    get head() {
      return head;
    },
    get takesOver() {
      return head === undefined && former !== undefined;
    },
    commit,
    record: async (files, message) => {
      for (let attempt = 0; attempt < RECORD_TRIES; attempt += 1) {
        if ((await commit(files, message)) === "committed") return;
        const tip = (await git.remoteTips([branch])).get(branch);
        if (tip === undefined) throw new ActionError("record-failed", `The branch ${branch} has disappeared while this run held the workspace.`);
        await git.fetch([tip]);
        const there = await git.readCommit(tip, [...files.keys()]);
        const before = await textsBefore([...files.keys()]);
        const changed = [...files.keys()].filter((path) => textAt(there, path) !== before(path));
        if (changed.length > 0) throw new ActionError("record-failed", `Somebody else changed ${changed.join(", ")} on ${branch} while this run held the workspace.`);
        head = tip;
      }
      throw new ActionError("record-failed", `The branch ${branch} kept moving; what was written is in the journal and the next run recovers it.`);
    },
  };
}

function textAt(files: ProjectFiles, path: string): string | undefined {
  return files.get(path)?.text;
}
