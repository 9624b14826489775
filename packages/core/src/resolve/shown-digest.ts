import type { IssueComment } from "../ports/github.ts";
import { parseHeader } from "../report/comment-header.ts";

/** Whose reports count: comments of this suite for this project. */
export interface ReportsOf {
  readonly repositoryId: number;
  readonly folder: string;
}

/** What the reports of a pull request showed when a command was written. */
export type Shown =
  /** Digests of one workspace's agents. */
  | { readonly kind: "shown"; readonly agents: ReadonlyMap<string, string> }
  /** The newest report was written anew since, so nobody knows what it said. */
  | { readonly kind: "rewritten" }
  | { readonly kind: "nothing" };

/**
 * The live states that the person had before them: of each agent that of the newest report that was there when the command was written. Times
 * of GitHub are whole seconds, so a report of the same second may have come later and counts as rewritten.
 */
export function shownDigests(comments: readonly IssueComment[], asked: ReportsOf & { readonly workspace: string; readonly writtenAt: number }): Shown {
  const { repositoryId, folder, workspace, writtenAt } = asked;
  const agents = new Map<string, string>();
  for (const comment of [...comments].sort((a, b) => a.updatedAt - b.updatedAt || a.id - b.id)) {
    if (!comment.authorIsBot || comment.createdAt >= writtenAt) continue;
    const header = parseHeader(comment.body);
    if (header === undefined || header.repository !== repositoryId || header.folder !== folder) continue;
    const isOfAnother = header.kind !== "validation" && !header.workspaces.includes(workspace);
    if (isOfAnother) continue;
    // It may have shown something else before it was rewritten.
    if (comment.updatedAt >= writtenAt) return { kind: "rewritten" };
    for (const [agent, digest] of Object.entries(header.shown?.[workspace] ?? {})) agents.set(agent, digest);
  }
  return agents.size === 0 ? { kind: "nothing" } : { kind: "shown", agents };
}
