import type { CommitStatus } from "../model/records.ts";
import type { Repository } from "../model/repository.ts";
import { nodeId } from "./node-id.ts";
import { repositoryUrl } from "./repository.ts";
import { userView } from "./user.ts";

/** A commit status (schema `status`). */
export function statusView(repository: Repository, status: CommitStatus): Record<string, unknown> {
  return { ...simpleStatusView(repository, status), creator: userView(repository.world, status.creator) };
}

/** A commit status in the combined answer, without its creator. */
export function simpleStatusView(repository: Repository, status: CommitStatus): Record<string, unknown> {
  return {
    url: `${repositoryUrl(repository)}/statuses/${status.sha}`,
    avatar_url: String(userView(repository.world, status.creator)["avatar_url"]),
    id: status.id,
    node_id: nodeId("SC", status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
  };
}

/** The combined state of the newest status of each context: failure beats pending, nothing is pending. */
export function combinedState(newest: readonly CommitStatus[]): "success" | "pending" | "failure" {
  if (newest.some(({ state }) => state === "failure" || state === "error")) return "failure";
  return newest.length === 0 || newest.some(({ state }) => state === "pending") ? "pending" : "success";
}
