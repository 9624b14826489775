/** A pull request as far as the actions keep one. */
export interface PullRequest {
  readonly number: number;
  readonly state: "open" | "closed";
  readonly merged: boolean;
  /** Branch in this repository. */
  readonly head: string;
  readonly headSha: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  /** True if a bot opened it. */
  readonly authorIsBot: boolean;
  /** Address of its page. */
  readonly url: string;
}

/** Any pull request of the repository, also one from a fork. */
export interface PullRequestDetails extends PullRequest {
  /** True if the head is a branch of another repository, or of one that is gone: nothing can be committed there. */
  readonly fork: boolean;
  /** Tip of the base branch as GitHub shows it. */
  readonly baseSha: string;
}

/** Pull requests whose head is a branch of this repository. Throws `PlatformError` with the permission or setting to change. */
export interface PullRequests {
  /** All of a branch, open and closed, the newest first. */
  ofBranch(head: string): Promise<PullRequest[]>;
  /** Undefined if there is none of this number (an issue's number is none). */
  get(number: number): Promise<PullRequestDetails | undefined>;
  /**
   * `not-allowed`: the repository's settings forbid Actions to open pull requests, `message` names the setting; `nothing`: head
   * has no commit that base lacks. Never opens a second one for the same branches: an existing open one is returned.
   */
  open(request: { head: string; base: string; title: string; body: string }): Promise<{ kind: "opened" | "existing"; pullRequest: PullRequest } | { kind: "not-allowed"; message: string } | { kind: "nothing" }>;
  update(number: number, change: { title?: string; body?: string; state?: "open" | "closed"; base?: string }): Promise<void>;
  /** Adds labels, creating those that the repository lacks. Labels that cannot be added are not an error: returns false. */
  addLabels(number: number, labels: readonly string[]): Promise<boolean>;
}
