import type { Repository } from "./repository.ts";
import type { User } from "./users.ts";

/** A pull request. Dates are ISO 8601. */
export interface PullRequest {
  number: number;
  id: number;
  title: string;
  body: string | null;
  state: "open" | "closed";
  draft: boolean;
  user: User;
  head: { repository: Repository; ref: string; sha: string };
  base: { ref: string; sha: string };
  labels: string[];
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  mergedAt: string | null;
  mergedBy: User | null;
  /** Test-merge commit while open, the merge itself afterwards. */
  mergeCommitSha: string | null;
  /** Truth as git sees it; what a reader sees may be null for a while (`hiddenReads`). */
  mergeable: boolean | null;
  hiddenReads: number;
}

/** An issue that is no pull request. Dates are ISO 8601. */
export interface Issue {
  number: number;
  id: number;
  title: string;
  body: string | null;
  state: "open" | "closed";
  stateReason: "completed" | "not_planned" | "duplicate" | "reopened" | null;
  user: User;
  labels: string[];
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
}

/** A comment on a pull request or issue. */
export interface Comment {
  id: number;
  issueNumber: number;
  body: string;
  user: User;
  createdAt: string;
  updatedAt: string;
  /** How often the body was changed, for assertions. */
  edits: number;
  reactions: { id: number; content: string; user: User; createdAt: string }[];
}

/** A commit status. */
export interface CommitStatus {
  id: number;
  sha: string;
  state: "error" | "failure" | "pending" | "success";
  context: string;
  description: string | null;
  targetUrl: string | null;
  creator: User;
  createdAt: string;
}

/** A check run; `annotations` are all that were sent, over all updates. */
export interface CheckRun {
  id: number;
  name: string;
  headSha: string;
  status: string;
  conclusion: string | null;
  startedAt: string | null;
  completedAt: string | null;
  detailsUrl: string | null;
  externalId: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
  annotations: Record<string, unknown>[];
}

/** A label of the repository. */
export interface Label {
  id: number;
  name: string;
  color: string;
  description: string | null;
}

/** A deployment environment as the workflow runner needs it; not served by REST. */
export interface Environment {
  name: string;
  /** Logins; one approval suffices. */
  requiredReviewers: string[];
  secrets: Record<string, string>;
  variables: Record<string, string>;
  /** Patterns of branches that may deploy; empty: all. */
  branches: string[];
}

/** Rules for branches whose name matches `pattern` (`*` and `**` as in GitHub's settings). */
export interface Protection {
  pattern: string;
  /** Classic branch protection answers GH006, a ruleset GH013. */
  kind: "branch-protection" | "ruleset";
  requirePullRequest: boolean;
  /** Contexts that must be successful on the new tip. */
  requiredStatusChecks: string[];
  allowForcePushes: boolean;
  allowDeletions: boolean;
  /** Refuses to create matching branches (rulesets only). */
  restrictCreations: boolean;
  /** Logins that the rules do not bind. `github-actions[bot]` cannot be listed. */
  bypass: string[];
}
