import { countBetween } from "../git/commits.ts";
import { ApiError } from "../rest/api-error.ts";
import { emitPull, refreshPull } from "./pull-moves.ts";
import type { PullRequest } from "./records.ts";
import type { Repository } from "./repository.ts";
import { timestamp } from "./timestamp.ts";
import type { Actor } from "./users.ts";
import { enforces } from "./world.ts";

/** What a new pull request needs; `head` is a branch of `headRepository`. */
export interface NewPull {
  title: string;
  body: string | null;
  head: string;
  headRepository: Repository;
  base: string;
  draft: boolean;
  actor: Actor;
}

/** Longest body of pull requests and comments ("body is too long (maximum is 65536 characters)"). */
export const bodyLimit = 65_536;

/** Refuses a text that GitHub refuses; `resource` and `field` as in GitHub's error. */
export function checkBody(repository: Repository, body: string | null, resource: string): void {
  if (body === null || !enforces(repository.world, "limits")) return;
  if (Array.from(body).length <= bodyLimit) return;
  throw new ApiError(422, "Validation Failed", [
    { resource, code: "unprocessable", field: "data", message: `Body is too long (maximum is ${bodyLimit} characters)` },
  ]);
}

/** Opens a pull request with GitHub's refusals: unknown branches, nothing to merge, one that exists already. The lock must be held. */
export async function createPull(repository: Repository, request: NewPull): Promise<PullRequest> {
  const { headRepository } = request;
  const headTip = await headRepository.git.text(["rev-parse", "--verify", "--quiet", `refs/heads/${request.head}`]).catch(() => undefined);
  const baseTip = await repository.git.text(["rev-parse", "--verify", "--quiet", `refs/heads/${request.base}`]).catch(() => undefined);
  if (baseTip === undefined) throw invalid({ resource: "PullRequest", field: "base", code: "invalid" });
  if (headTip === undefined) throw invalid({ resource: "PullRequest", field: "head", code: "invalid" });
  checkBody(repository, request.body, "Issue");
  const label = `${headRepository.owner}:${request.head}`;
  const twin = repository.openPulls().find((pull) => pull.head.repository === headRepository && pull.head.ref === request.head && pull.base.ref === request.base);
  if (twin !== undefined) throw custom(`A pull request already exists for ${label}.`);
  if (headRepository !== repository) {
    await repository.git.run(["fetch", "--quiet", "--no-tags", headRepository.git.path, `refs/heads/${request.head}`]);
  }
  if ((await countBetween(repository.git, baseTip, headTip)) === 0) throw custom(`No commits between ${request.base} and ${request.head}`);
  const date = timestamp();
  const pull: PullRequest = {
    number: repository.nextNumber(),
    id: repository.world.nextId(),
    title: request.title,
    body: request.body,
    state: "open",
    draft: request.draft,
    user: request.actor.user,
    head: { repository: headRepository, ref: request.head, sha: headTip },
    base: { ref: request.base, sha: baseTip },
    labels: [],
    createdAt: date,
    updatedAt: date,
    closedAt: null,
    mergedAt: null,
    mergedBy: null,
    mergeCommitSha: null,
    mergeable: null,
    hiddenReads: 0,
  };
  repository.pulls.set(pull.number, pull);
  await refreshPull(repository, pull);
  await emitPull(repository, { pull, action: "opened", actor: request.actor });
  return pull;
}

function invalid(error: Record<string, string>): ApiError {
  return new ApiError(422, "Validation Failed", [error]);
}

function custom(message: string): ApiError {
  return new ApiError(422, "Validation Failed", [{ resource: "PullRequest", code: "custom", message }]);
}
