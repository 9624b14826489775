import type { BareGit } from "../git/bare-git.ts";
import { type Commit, readCommits } from "../git/commits.ts";
import { resolveObject, writeBlob } from "../git/objects.ts";
import { readRef } from "../git/refs.ts";
import { listTree } from "../git/trees.ts";
import { commitFiles, type CommitRequest } from "./commit-files.ts";
import { deliver, type HeldEvent, type RepositoryEvent } from "./events.ts";
import { addComment, editComment, removeComment } from "./comments.ts";
import { createIssue } from "./issues.ts";
import { Lock } from "./lock.ts";
import { mergePull, type MergeMethod } from "./merge-pull.ts";
import { createPull } from "./pulls.ts";
import type { CheckRun, Comment, CommitStatus, Environment, Issue, Label, Protection, PullRequest } from "./records.ts";
import { makeRelease, type Release } from "./releases.ts";
import { RunRegistry, type RunRequest } from "./runs.ts";
import { timestamp } from "./timestamp.ts";
import type { TokenRequest } from "./tokens.ts";
import { userOf } from "./users.ts";
import type { World } from "./world.ts";

/** Settings of a repository that matter to actions; defaults are those of a new organisation. */
export interface RepositorySettings {
  /** Settings > Actions > General > "Allow GitHub Actions to create and approve pull requests". */
  allowActionsToCreatePullRequests: boolean;
  /** Settings > General > Features > "Issues". */
  hasIssues: boolean;
  /** Permissions of a job's token whose workflow names none. */
  defaultWorkflowPermissions: "read" | "write";
  /** Settings > General > "Enable release immutability": what is published from now on is locked. */
  immutableReleases: boolean;
}

/** Description of a new repository. */
export interface RepositoryOptions {
  owner: string;
  name: string;
  defaultBranch: string;
  private?: boolean;
}

/**
 * One repository, and the hands of the people who work in it: its methods act as an administrator through the web
 * page, past tokens and rules, but with the same consequences (events, pull requests, test merges).
 */
export class Repository {
  readonly world: World;
  readonly git: BareGit;
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  readonly parent: Repository | undefined;
  /** Held by every change; a fork shares its parent's, since pushes to a fork change pull requests there. */
  readonly lock: Lock;
  readonly createdAt: string = timestamp();
  pushedAt: string = timestamp();
  readonly settings: RepositorySettings = { allowActionsToCreatePullRequests: false, hasIssues: true, defaultWorkflowPermissions: "read", immutableReleases: false };
  readonly pulls = new Map<number, PullRequest>();
  /** Issues that are no pull requests; both share their numbers. */
  readonly issues = new Map<number, Issue>();
  readonly comments: Comment[] = [];
  readonly statuses: CommitStatus[] = [];
  readonly checkRuns: CheckRun[] = [];
  readonly labels: Label[] = [];
  readonly releases: Release[] = [];
  /** Tags of deleted immutable releases, which GitHub gives out no more. */
  readonly burnedTags = new Set<string>();
  readonly protections: Protection[] = [];
  readonly environments = new Map<string, Environment>();
  /** Repository secrets and variables, for the workflow runner. */
  readonly secrets: Record<string, string> = {};
  readonly variables: Record<string, string> = {};
  /** Permission by login; everybody else has `read` on a public repository, nothing on a private one. */
  readonly collaborators = new Map<string, "admin" | "maintain" | "write" | "triage" | "read">();
  /** Commits that GitHub signed. */
  readonly verifiedCommits = new Set<string>();
  readonly runs: RunRegistry;
  readonly listeners = new Set<(event: RepositoryEvent) => void>();
  /** Events that were delivered, and those that were not, with the reason. */
  readonly events: RepositoryEvent[] = [];
  readonly heldEvents: HeldEvent[] = [];
  #number = 0;

  constructor(options: RepositoryOptions & { world: World; git: BareGit; parent?: Repository }) {
    this.world = options.world;
    this.git = options.git;
    this.id = options.world.nextId();
    this.owner = options.owner;
    this.name = options.name;
    this.private = options.private ?? false;
    this.defaultBranch = options.defaultBranch;
    this.parent = options.parent;
    this.lock = options.parent?.lock ?? new Lock();
    this.runs = new RunRegistry(() => options.world.nextId());
    this.collaborators.set(options.owner, "admin");
  }

  get fullName(): string {
    return `${this.owner}/${this.name}`;
  }

  /** Path of the bare repository on disk. */
  get path(): string {
    return this.git.path;
  }

  /** A new token; its value is the only way to use it. */
  issueToken(request: TokenRequest): string {
    return this.world.tokens.issue({ ...request, repositoryId: this.id, defaultPermissions: this.settings.defaultWorkflowPermissions });
  }

  /** Commits files (`null` deletes) and returns the SHA; see `CommitRequest`. */
  commit(request: CommitRequest): Promise<string> {
    return this.lock.run(() => commitFiles(this, request));
  }

  /** Merges a pull request as an administrator; throws on a conflict. Returns the new tip of the base branch. */
  merge(number: number, options: { method?: MergeMethod; user?: string } = {}): Promise<string> {
    const actor = { user: userOf(options.user ?? this.owner), kind: "person" as const };
    return this.lock.run(() => mergePull(this, { pull: this.pull(number), method: options.method ?? "merge", actor }));
  }

  /** Opens a pull request as a person, from a branch here or in a fork. */
  openPullRequest(request: { head: string; base: string; title: string; body?: string; headRepo?: string; user?: string; draft?: boolean }): Promise<PullRequest> {
    const headRepository = request.headRepo === undefined ? this : this.world.repositories.get(request.headRepo);
    if (headRepository === undefined) throw new Error(`There is no repository ${request.headRepo}.`);
    const actor = { user: userOf(request.user ?? this.owner), kind: "person" as const };
    const { head, base, title } = request;
    return this.lock.run(() => createPull(this, { head, base, title, body: request.body ?? null, draft: request.draft ?? false, headRepository, actor }));
  }

  /** Opens an issue as a person. */
  openIssue(request: { title: string; body?: string; labels?: readonly string[]; user?: string }): Promise<Issue> {
    const actor = { user: userOf(request.user ?? this.owner), kind: "person" as const };
    const { title, body = null, labels = [] } = request;
    return this.lock.run(() => createIssue(this, { title, body, labels, actor }));
  }

  /** Comments as a person, now or at another time: what is edited within the second of its making shows no edit. */
  comment(number: number, body: string, user: string = this.owner, at: Date = new Date()): Promise<Comment> {
    return this.lock.run(() => addComment(this, { number, body, actor: { user: userOf(user), kind: "person" }, at }));
  }

  /** Edits a comment as a person: its author, or somebody who may edit those of others. */
  editComment(comment: Comment, body: string, user: string = comment.user.login): Promise<void> {
    return this.lock.run(() => editComment(this, { comment, body, actor: { user: userOf(user), kind: "person" } }));
  }

  /** Deletes a comment as a person. */
  deleteComment(comment: Comment, user: string = comment.user.login): Promise<void> {
    return this.lock.run(() => removeComment(this, { comment, actor: { user: userOf(user), kind: "person" } }));
  }

  /** Makes a release as a person; published unless it is a draft. The tag is made at the default branch if it is missing. */
  release(tag: string, options: { body?: string; draft?: boolean; target?: string; user?: string } = {}): Promise<Release> {
    const actor = { user: userOf(options.user ?? this.owner), kind: "person" as const };
    const { body = "", draft = false, target = this.defaultBranch } = options;
    return this.lock.run(() => makeRelease(this, { tag, target, name: tag, body, draft, prerelease: false, cause: { actor, token: undefined } }));
  }

  /** Protects branches. By default: changes only by pull request, no force-push, no deletion. */
  protectBranch(pattern: string, rules: Partial<Omit<Protection, "pattern">> = {}): void {
    const defaults = { kind: "branch-protection", requirePullRequest: true, requiredStatusChecks: [], allowForcePushes: false, allowDeletions: false, restrictCreations: false, bypass: [] } as const;
    this.protections.push({ ...defaults, requiredStatusChecks: [], bypass: [], ...rules, pattern });
  }

  /** Adds or replaces an environment. */
  setEnvironment(environment: Partial<Environment> & { name: string }): void {
    this.environments.set(environment.name, { requiredReviewers: [], secrets: {}, variables: {}, branches: [], ...environment });
  }

  /** SHA of a branch's tip; throws if there is no such branch. */
  async tip(branch: string): Promise<string> {
    const sha = await readRef(this.git, `refs/heads/${branch}`);
    if (sha === undefined) throw new Error(`${this.fullName} has no branch ${branch}.`);
    return sha;
  }

  /** Text of a file at a branch or commit; undefined if absent. */
  async readFile(revision: string, path: string): Promise<string | undefined> {
    const sha = await resolveObject(this.git, `${revision}:${path}`);
    return sha === undefined ? undefined : (await this.git.run(["cat-file", "blob", sha])).stdout.toString("utf8");
  }

  /** Paths of all files at a branch or commit. */
  async files(revision: string): Promise<string[]> {
    return (await listTree(this.git, revision, { recursive: true })).filter(({ type }) => type === "blob").map(({ path }) => path);
  }

  /** Commits of a branch, newest first. */
  log(branch: string): Promise<Commit[]> {
    return readCommits(this.git, [branch]);
  }

  /** Registers a workflow run (or a re-run) that the runner has started. */
  async startRun(request: RunRequest): Promise<{ id: number; attempt: number }> {
    const branch = request.headBranch ?? this.defaultBranch;
    const headSha = request.headSha ?? (await this.tip(branch));
    return this.runs.start({ headBranch: branch, ...request, headSha });
  }

  /** Ends an attempt of a run. */
  finishRun(id: number, attempt: number, conclusion: string, at?: string): void {
    this.runs.finish(id, attempt, conclusion, at);
  }

  /** Subscribes to what may start workflows; returns the unsubscription. */
  onEvent(listener: (event: RepositoryEvent) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** The click on "Approve workflows to run": delivers a held event. */
  approve(held: HeldEvent): void {
    const at = this.heldEvents.indexOf(held);
    if (at >= 0) this.heldEvents.splice(at, 1);
    deliver(this, held.event);
  }

  /** The pull request; throws if there is none. */
  pull(number: number): PullRequest {
    const pull = this.pulls.get(number);
    if (pull === undefined) throw new Error(`${this.fullName} has no pull request ${number}.`);
    return pull;
  }

  /** The pull request or issue of a number; throws if there is neither. */
  conversation(number: number): PullRequest | Issue {
    const found = this.pulls.get(number) ?? this.issues.get(number);
    if (found === undefined) throw new Error(`${this.fullName} has no issue or pull request ${number}.`);
    return found;
  }

  openPulls(): PullRequest[] {
    return [...this.pulls.values()].filter(({ state }) => state === "open");
  }

  /** Comments of one pull request or issue, oldest first. */
  commentsOf(number: number): Comment[] {
    return this.comments.filter(({ issueNumber }) => issueNumber === number);
  }

  /** Statuses of a commit, newest first. */
  statusesOf(sha: string): CommitStatus[] {
    return this.statuses.filter((status) => status.sha === sha).reverse();
  }

  /** Whether a required context has succeeded on a commit. */
  isContextGreen(sha: string, context: string): boolean {
    return this.contextState(sha, context) === "green";
  }

  /** State of a required context on a commit: newest status and newest check run of that name. Skipped counts as green (docs "Troubleshooting required status checks"). */
  contextState(sha: string, context: string): "green" | "expected" | "failing" {
    const status = this.statusesOf(sha).find((candidate) => candidate.context === context)?.state;
    const run = this.checkRuns.findLast((candidate) => candidate.headSha === sha && candidate.name === context);
    if (status === "error" || status === "failure") return "failing";
    if (run !== undefined && run.conclusion !== null && !["success", "neutral", "skipped"].includes(run.conclusion)) return "failing";
    if (status === "pending" || run?.conclusion === null) return "expected";
    return status === undefined && run === undefined ? "expected" : "green";
  }

  /** The next number of a pull request or issue. */
  nextNumber(): number {
    return ++this.#number;
  }

  touched(): void {
    this.pushedAt = timestamp();
  }

  /** Writes a blob without a commit: content that only a SHA names. */
  writeBlob(content: string | Buffer): Promise<string> {
    return writeBlob(this.git, Buffer.from(content));
  }
}
