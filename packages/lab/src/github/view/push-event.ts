import { type Commit, readCommits } from "../git/commits.ts";
import { diffNames } from "../git/diff.ts";
import { nullSha } from "../git/objects.ts";
import type { RefChange } from "../git/refs.ts";
import type { RepositoryEvent } from "../model/events.ts";
import { isForced } from "../model/move-refs.ts";
import type { Repository } from "../model/repository.ts";
import { type Actor, commitIdentity, userOfEmail } from "../model/users.ts";
import { htmlUrl, repositoryView } from "./repository.ts";
import { userView } from "./user.ts";

/** Commits in a push payload at most (docs "Webhook events and payloads", push). */
const commitLimit = 2048;

/** The `push` event of a moved ref, with `create` or `delete` where it applies (docs "Events that trigger workflows"). */
export async function pushEvents(repository: Repository, change: RefChange, actor: Actor): Promise<RepositoryEvent[]> {
  const created = change.old === nullSha;
  const deleted = change.new === nullSha;
  const fallback = await repository.tip(repository.defaultBranch).catch(() => change.old);
  const common = { repository: repositoryView(repository), sender: userView(repository.world, actor.user) };
  const commits = deleted ? [] : await pushedCommits(repository, change);
  const views = await Promise.all(commits.slice(-commitLimit).map((commit) => pushCommitView(repository, commit)));
  const base = htmlUrl(repository);
  const payload = {
    ref: change.ref,
    before: change.old,
    after: change.new,
    created,
    deleted,
    forced: await isForced(repository.git, change),
    base_ref: null,
    compare: `${base}/compare/${change.old.slice(0, 12)}...${change.new.slice(0, 12)}`,
    commits: views,
    head_commit: deleted ? null : (views.find(({ id }) => id === change.new) ?? (await headCommit(repository, change.new))),
    pusher: commitIdentity(actor.user),
    ...common,
  };
  const events: RepositoryEvent[] = [];
  const identity = { ref: change.ref, sha: deleted ? fallback : change.new, actor: actor.user.login };
  if (created || deleted) {
    const [refType, ref] = change.ref.startsWith("refs/tags/") ? ["tag", change.ref.slice(10)] : ["branch", change.ref.slice(11)];
    const extra = { ref, ref_type: refType, master_branch: repository.defaultBranch, description: null, pusher_type: "user" };
    events.push({ name: created ? "create" : "delete", payload: { ...extra, ...common }, ...identity });
  }
  events.push({ name: "push", payload, ...identity });
  return events;
}

async function pushedCommits(repository: Repository, change: RefChange): Promise<Commit[]> {
  if (change.old !== nullSha) return readCommits(repository.git, [`${change.old}..${change.new}`], ["--reverse", "--topo-order"]);
  const others = await repository.git.text(["for-each-ref", "--format=^%(objectname)", "refs/heads/"]);
  const known = others.split("\n").filter((line) => line !== "" && line !== `^${change.new}`);
  return readCommits(repository.git, [change.new, ...known], ["--reverse", "--topo-order"]);
}

async function headCommit(repository: Repository, sha: string): Promise<Record<string, unknown> | null> {
  const [commit] = await readCommits(repository.git, [sha], ["--max-count=1"]);
  return commit === undefined ? null : pushCommitView(repository, commit);
}

async function pushCommitView(repository: Repository, commit: Commit): Promise<Record<string, unknown>> {
  const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
  const files = await diffNames(repository.git, commit.parents[0] ?? emptyTree, commit.sha);
  const names = (status: string): string[] => files.filter((file) => file.status === status).map(({ filename }) => filename);
  const person = ({ name, email }: { name: string; email: string }): Record<string, unknown> => {
    const login = userOfEmail(email)?.login;
    return { name, email, ...(login === undefined ? {} : { username: login }) };
  };
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${htmlUrl(repository)}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: names("added"),
    removed: names("removed"),
    modified: [...names("modified"), ...names("renamed"), ...names("changed")],
  };
}
