import type { Repository } from "../model/repository.ts";
import { userOf } from "../model/users.ts";
import { apiUrl } from "../model/world.ts";
import { nodeId } from "./node-id.ts";
import { userView } from "./user.ts";

const links: Record<string, string> = {
  archive_url: "/{archive_format}{/ref}",
  assignees_url: "/assignees{/user}",
  blobs_url: "/git/blobs{/sha}",
  branches_url: "/branches{/branch}",
  collaborators_url: "/collaborators{/collaborator}",
  comments_url: "/comments{/number}",
  commits_url: "/commits{/sha}",
  compare_url: "/compare/{base}...{head}",
  contents_url: "/contents/{+path}",
  contributors_url: "/contributors",
  deployments_url: "/deployments",
  downloads_url: "/downloads",
  events_url: "/events",
  forks_url: "/forks",
  git_commits_url: "/git/commits{/sha}",
  git_refs_url: "/git/refs{/sha}",
  git_tags_url: "/git/tags{/sha}",
  hooks_url: "/hooks",
  issue_comment_url: "/issues/comments{/number}",
  issue_events_url: "/issues/events{/number}",
  issues_url: "/issues{/number}",
  keys_url: "/keys{/key_id}",
  labels_url: "/labels{/name}",
  languages_url: "/languages",
  merges_url: "/merges",
  milestones_url: "/milestones{/number}",
  notifications_url: "/notifications{?since,all,participating}",
  pulls_url: "/pulls{/number}",
  releases_url: "/releases{/id}",
  stargazers_url: "/stargazers",
  statuses_url: "/statuses/{sha}",
  subscribers_url: "/subscribers",
  subscription_url: "/subscription",
  tags_url: "/tags",
  teams_url: "/teams",
  trees_url: "/git/trees{/sha}",
};

/** REST root of a repository. */
export function repositoryUrl(repository: Repository): string {
  return `${apiUrl(repository.world)}/repos/${repository.fullName}`;
}

/** Page of a repository. */
export function htmlUrl(repository: Repository): string {
  return `${repository.world.url}/${repository.fullName}`;
}

/** A repository inside another object (schema `minimal-repository`). */
export function minimalRepositoryView(repository: Repository): Record<string, unknown> {
  const url = repositoryUrl(repository);
  return {
    id: repository.id,
    node_id: nodeId("R", repository.id),
    name: repository.name,
    full_name: repository.fullName,
    private: repository.private,
    owner: userView(repository.world, userOf(repository.owner)),
    html_url: htmlUrl(repository),
    description: null,
    fork: repository.parent !== undefined,
    url,
    ...Object.fromEntries(Object.entries(links).map(([name, suffix]) => [name, url + suffix])),
  };
}

/** A repository as `GET /repos/{owner}/{repo}`, pull requests and events show it. */
export function repositoryView(repository: Repository): Record<string, unknown> {
  const html = htmlUrl(repository);
  return {
    ...minimalRepositoryView(repository),
    created_at: repository.createdAt,
    updated_at: repository.pushedAt,
    pushed_at: repository.pushedAt,
    git_url: `git:${html.replace(/^https?:/, "")}.git`,
    ssh_url: `git@localhost:${repository.fullName}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    homepage: null,
    size: 1,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: true,
    has_downloads: true,
    has_wiki: true,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    mirror_url: null,
    archived: false,
    disabled: false,
    open_issues_count: repository.openPulls().length,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repository.private ? "private" : "public",
    forks: 0,
    open_issues: repository.openPulls().length,
    watchers: 0,
    default_branch: repository.defaultBranch,
  };
}
