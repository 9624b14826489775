import { countBetween, mergeBase } from "../git/commits.ts";
import { diffFiles } from "../git/diff.ts";
import type { PullRequest } from "../model/records.ts";
import type { Repository } from "../model/repository.ts";
import { userOf } from "../model/users.ts";
import { ensureLabel, labelView } from "./label.ts";
import { nodeId } from "./node-id.ts";
import { htmlUrl, repositoryUrl, repositoryView } from "./repository.ts";
import { userView } from "./user.ts";

/** A pull request in a list (schema `pull-request-simple`). */
export function pullView(repository: Repository, pull: PullRequest): Record<string, unknown> {
  const url = `${repositoryUrl(repository)}/pulls/${pull.number}`;
  const issue = `${repositoryUrl(repository)}/issues/${pull.number}`;
  const html = `${htmlUrl(repository)}/pull/${pull.number}`;
  const statuses = `${repositoryUrl(repository)}/statuses/${pull.head.sha}`;
  const link = (href: string): { href: string } => ({ href });
  return {
    url,
    id: pull.id,
    node_id: nodeId("PR", pull.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    number: pull.number,
    state: pull.state,
    locked: false,
    title: pull.title,
    user: userView(repository.world, pull.user),
    body: pull.body,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitSha,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    labels: pull.labels.map((name) => pullLabelView(repository, name)),
    milestone: null,
    draft: pull.draft,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repositoryUrl(repository)}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
    head: sideView(pull.head.repository, pull.head.ref, pull.head.sha),
    base: sideView(repository, pull.base.ref, pull.base.sha),
    _links: {
      self: link(url),
      html: link(html),
      issue: link(issue),
      comments: link(`${issue}/comments`),
      review_comments: link(`${url}/comments`),
      review_comment: link(`${repositoryUrl(repository)}/pulls/comments{/number}`),
      commits: link(`${url}/commits`),
      statuses: link(statuses),
    },
    author_association: association(repository, pull.user.login),
    auto_merge: null,
    active_lock_reason: null,
  };
}

/** In pull requests GitHub's description has no null for a label's description. */
function pullLabelView(repository: Repository, name: string): Record<string, unknown> {
  const label = ensureLabel(repository, name);
  return { ...labelView(repository, label), description: label.description ?? "" };
}

/** A repository that was deleted is null, whatever the description says (field reports: octokit and go-github types). */
function sideView(repository: Repository, ref: string, sha: string): Record<string, unknown> {
  const isGone = repository.world.repositories.get(repository.fullName) !== repository;
  return {
    label: `${repository.owner}:${ref}`,
    ref,
    sha,
    user: userView(repository.world, userOf(repository.owner)),
    repo: isGone ? null : repositoryView(repository),
  };
}

/** How an account stands to a repository, as events and comments say. */
export function association(repository: Repository, login: string): string {
  if (login === repository.owner) return "OWNER";
  if (repository.collaborators.has(login)) return "COLLABORATOR";
  return login.endsWith("[bot]") ? "NONE" : "CONTRIBUTOR";
}

/** A pull request by itself (schema `pull-request`); `mergeable` as the reader may know it. */
export async function fullPullView(repository: Repository, pull: PullRequest, mergeable: boolean | null): Promise<Record<string, unknown>> {
  const { git } = repository;
  const start = (await mergeBase(git, pull.base.sha, pull.head.sha)) ?? pull.base.sha;
  const files = await diffFiles(git, start, pull.head.sha);
  const words = { true: "clean", false: "dirty", null: "unknown" } as const;
  return {
    ...pullView(repository, pull),
    merged: pull.mergedAt !== null,
    mergeable: pull.state === "closed" ? null : mergeable,
    rebaseable: pull.state === "closed" ? null : mergeable,
    mergeable_state: pull.state === "closed" ? "unknown" : words[`${mergeable}`],
    merged_by: pull.mergedBy === null ? null : userView(repository.world, pull.mergedBy),
    comments: repository.commentsOf(pull.number).length,
    review_comments: 0,
    maintainer_can_modify: pull.head.repository !== repository,
    commits: await countBetween(git, start, pull.head.sha),
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  };
}
