import { countBetween, mergeBase, readCommit, readCommits } from "../git/commits.ts";
import { diffFiles } from "../git/diff.ts";
import type { Repository } from "../model/repository.ts";
import { commitView, fileView } from "../view/commit.ts";
import { htmlUrl, repositoryUrl } from "../view/repository.ts";
import { notFound } from "./api-error.ts";
import { resolveRevision } from "./contents.ts";
import { param, type RestContext, type Route } from "./context.ts";
import { pageOf } from "./paginate.ts";

/** Docs "Compare two commits". */
export const compareRoutes: readonly Route[] = [{ operation: "repos/compare-commits-with-basehead", needs: ["contents:read"], handle: compare }];

/** Commits of an unpaged answer, and files at most (all on the first page). */
const limits = { commits: 250, files: 300 };

/** One side: a revision of this repository, or `owner:branch` of a repository in its network. */
async function resolveSide(repository: Repository, side: string): Promise<string | undefined> {
  const colon = side.indexOf(":");
  if (colon < 0) return resolveRevision(repository, side);
  const owner = side.slice(0, colon);
  const network = [...repository.world.repositories.values()].filter((candidate) => candidate === repository || candidate.parent === repository || candidate === repository.parent);
  const other = network.find((candidate) => candidate.owner === owner);
  if (other === undefined) return undefined;
  const sha = await resolveRevision(other, side.slice(colon + 1).replace(/^[^:]*:/, ""));
  if (sha !== undefined && other !== repository) await repository.git.run(["fetch", "--quiet", "--no-tags", other.git.path, sha]);
  return sha;
}

async function compare(context: RestContext) {
  const { repository } = context;
  const { git } = repository;
  const basehead = param(context, "basehead");
  const [left = "", right = ""] = basehead.split("...");
  const [base, head] = [await resolveSide(repository, left), await resolveSide(repository, right)];
  if (base === undefined || head === undefined || !basehead.includes("...")) throw notFound();
  const start = await mergeBase(git, base, head);
  if (start === undefined) throw notFound(`No common ancestor between ${left} and ${right}.`);
  const [ahead, behind] = [await countBetween(git, base, head), await countBetween(git, head, base)];
  const commits = await readCommits(git, [`${base}..${head}`], ["--reverse", "--topo-order"]);
  const paged = context.query.has("page") || context.query.has("per_page");
  const { page, perPage } = pageOf(context.query, limits.commits);
  const size = paged ? perPage : limits.commits;
  const files = page === 1 ? (await diffFiles(git, start, head)).slice(0, limits.files) : [];
  const html = `${htmlUrl(repository)}/compare/${basehead}`;
  const status = ahead === 0 && behind === 0 ? "identical" : behind === 0 ? "ahead" : ahead === 0 ? "behind" : "diverged";
  return {
    status: 200,
    body: {
      url: `${repositoryUrl(repository)}/compare/${encodeURIComponent(basehead)}`,
      html_url: html,
      permalink_url: `${htmlUrl(repository)}/compare/${repository.owner}:${base.slice(0, 7)}...${repository.owner}:${head.slice(0, 7)}`,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      base_commit: commitView(repository, await readCommit(git, base)),
      merge_base_commit: commitView(repository, await readCommit(git, start)),
      status,
      ahead_by: ahead,
      behind_by: behind,
      total_commits: ahead,
      commits: commits.slice((page - 1) * size, page * size).map((commit) => commitView(repository, commit)),
      files: files.map((file) => fileView(repository, file, head)),
    },
  };
}
