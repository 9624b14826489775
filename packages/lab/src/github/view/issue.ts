import type { Issue, PullRequest } from "../model/records.ts";
import type { Repository } from "../model/repository.ts";
import { ensureLabel, labelView } from "./label.ts";
import { nodeId } from "./node-id.ts";
import { association } from "./pull.ts";
import { htmlUrl, repositoryUrl } from "./repository.ts";
import { userView } from "./user.ts";

/** An issue, or a pull request shown as one: only that has `pull_request` (schema `issue`; docs "List repository issues"). */
export function issueView(repository: Repository, item: Issue | PullRequest): Record<string, unknown> {
  const { number } = item;
  const isPull = "head" in item;
  const url = `${repositoryUrl(repository)}/issues/${number}`;
  const html = `${htmlUrl(repository)}/${isPull ? "pull" : "issues"}/${number}`;
  return {
    url,
    repository_url: repositoryUrl(repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: html,
    // A pull request has another id as an issue.
    id: isPull ? item.id + 1 : item.id,
    node_id: nodeId(isPull ? "PR" : "I", item.id),
    number,
    title: item.title,
    user: userView(repository.world, item.user),
    labels: item.labels.map((name) => labelView(repository, ensureLabel(repository, name))),
    state: item.state,
    state_reason: isPull ? null : item.stateReason,
    locked: false,
    active_lock_reason: null,
    assignee: null,
    assignees: [],
    milestone: null,
    comments: repository.commentsOf(number).length,
    created_at: item.createdAt,
    updated_at: item.updatedAt,
    closed_at: item.closedAt,
    author_association: association(repository, item.user.login),
    body: item.body,
    ...(isPull
      ? { draft: item.draft, pull_request: { url: `${repositoryUrl(repository)}/pulls/${number}`, html_url: html, diff_url: `${html}.diff`, patch_url: `${html}.patch`, merged_at: item.mergedAt } }
      : {}),
  };
}
