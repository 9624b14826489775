import type { CommitLine, CommitComparison } from "../ports/github.ts";
import { commitList } from "./commit-list.ts";
import { fence, name, prose } from "./escape.ts";
import { resolveOnBranch } from "./sync-commands.ts";
import { count } from "./words.ts";

/** Why a sync goes through a pull request. */
export type SyncRequestReason = "merge-conflicts" | "branch-protected" | "workflow-files";

/** What the pull request of a sync is about. Branches by their names. */
export interface SyncRequest {
  readonly source: string;
  readonly target: string;
  /** Its head. */
  readonly branch: string;
  readonly reason: SyncRequestReason;
  /** GitHub's rule in words; empty for a conflict. */
  readonly rule: string;
  /** Commits that the target lacks, oldest first. */
  readonly commits: readonly CommitLine[];
  /** How the head stands to the source: `diverged` if somebody committed to it and the source has gone on. */
  readonly head: CommitComparison["status"];
}

/** Commits listed in the body; the rest as a number. */
const MOST_COMMITS = 50;

const WHY: Record<SyncRequestReason, string> = {
  "merge-conflicts": "Both branches changed the same lines, so a person has to choose.",
  "branch-protected": "A rule of the branch lets changes in by pull request only.",
  "workflow-files": "The commits change workflow files, which the token of a job may not bring over. A person may.",
};

/** The title, without which no pull request can be opened. */
export function syncTitle({ source, target }: Pick<SyncRequest, "source" | "target">): string {
  return `Sync ${source} into ${target}`;
}

/** The body: what is brought over, why it takes a person, what that person does. The same request gives the same bytes. */
export function renderSyncRequest(request: SyncRequest): string {
  const { source, target, branch, reason, rule, commits } = request;
  return `${[
    `${name(source)} has ${count(commits.length, "commit")} that ${name(target)} lacks. ${WHY[reason]}`,
    ...(rule === "" ? [] : [`> ${prose(rule)}`]),
    ...(request.head === "diverged" ? [`Somebody committed to ${name(branch)}, so it is left alone; it lacks the newest commits of ${name(source)}. To bring them in:\n\n${fence(resolveOnBranch({ branch, other: source }), "text")}`] : []),
    "### What to do",
    ...(reason === "merge-conflicts" ? [`Resolve the conflicts here, by the button below, or by hand:\n\n${fence(resolveOnBranch({ branch, other: target }), "text")}`] : []),
    `Merge this pull request **with a merge commit**. After a squash or a rebase Git does not know that ${name(source)} was brought over, and the next sync meets the same conflicts again.`,
    "### Commits",
    commitList(commits, MOST_COMMITS),
  ].join("\n\n")}\n`;
}
