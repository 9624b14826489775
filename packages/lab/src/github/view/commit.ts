import type { Commit } from "../git/commits.ts";
import type { DiffFile } from "../git/diff.ts";
import type { Repository } from "../model/repository.ts";
import { userOfEmail } from "../model/users.ts";
import { nodeId } from "./node-id.ts";
import { htmlUrl, repositoryUrl } from "./repository.ts";
import { userView } from "./user.ts";

/** Whether GitHub signed the commit. */
export function verificationView(repository: Repository, sha: string): Record<string, unknown> {
  const verified = repository.verifiedCommits.has(sha);
  return {
    verified,
    reason: verified ? "valid" : "unsigned",
    signature: verified ? "-----BEGIN PGP SIGNATURE-----\n\nlab\n-----END PGP SIGNATURE-----\n" : null,
    payload: verified ? `commit ${sha}` : null,
    verified_at: null,
  };
}

/** A commit of the git data API (schema `git-commit`). */
export function gitCommitView(repository: Repository, commit: Commit): Record<string, unknown> {
  const api = `${repositoryUrl(repository)}/git`;
  return {
    sha: commit.sha,
    node_id: nodeId("C", repository.id, commit.sha),
    url: `${api}/commits/${commit.sha}`,
    html_url: `${htmlUrl(repository)}/commit/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    tree: { sha: commit.tree, url: `${api}/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((sha) => ({ sha, url: `${api}/commits/${sha}`, html_url: `${htmlUrl(repository)}/commit/${sha}` })),
    verification: verificationView(repository, commit.sha),
  };
}

/** A commit of the repository API (schema `commit`); `files` adds the statistics. */
export function commitView(repository: Repository, commit: Commit, files?: readonly DiffFile[]): Record<string, unknown> {
  const api = repositoryUrl(repository);
  const [author, committer] = [commit.author, commit.committer].map((person) => {
    const user = userOfEmail(person.email);
    return user === undefined ? null : userView(repository.world, user);
  });
  const url = `${api}/commits/${commit.sha}`;
  return {
    sha: commit.sha,
    node_id: nodeId("C", repository.id, commit.sha),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: verificationView(repository, commit.sha),
    },
    url,
    html_url: `${htmlUrl(repository)}/commit/${commit.sha}`,
    comments_url: `${url}/comments`,
    author,
    committer,
    parents: commit.parents.map((sha) => ({ sha, url: `${api}/commits/${sha}`, html_url: `${htmlUrl(repository)}/commit/${sha}` })),
    ...(files === undefined ? {} : { stats: statistics(files), files: files.map((file) => fileView(repository, file, commit.sha)) }),
  };
}

function statistics(files: readonly DiffFile[]): Record<string, number> {
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return { total: additions + deletions, additions, deletions };
}

/** A changed file (schema `diff-entry`). */
export function fileView(repository: Repository, file: DiffFile, sha: string): Record<string, unknown> {
  const path = file.filename.split("/").map(encodeURIComponent).join("/");
  return {
    sha: file.sha,
    filename: file.filename,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${htmlUrl(repository)}/blob/${sha}/${path}`,
    raw_url: `${htmlUrl(repository)}/raw/${sha}/${path}`,
    contents_url: `${repositoryUrl(repository)}/contents/${path}?ref=${sha}`,
    ...(file.patch === undefined ? {} : { patch: file.patch }),
    ...(file.previousFilename === undefined ? {} : { previous_filename: file.previousFilename }),
  };
}
