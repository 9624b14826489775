import type { Actor } from "./users.ts";
import type { Repository } from "./repository.ts";
import { enforces } from "./world.ts";

/** Something that may start workflows, as the runner needs it. */
export interface RepositoryEvent {
  /** `push`, `pull_request`, `issue_comment`, `workflow_dispatch`, … */
  name: string;
  /** Content of `GITHUB_EVENT_PATH`. */
  payload: Record<string, unknown>;
  /** `GITHUB_REF`. */
  ref: string;
  /** `GITHUB_SHA`: the test merge for `pull_request`, the last commit of the default branch for comments. */
  sha: string;
  /** Login of who caused it. */
  actor: string;
}

/** Why an event reached no listener. */
export interface HeldEvent {
  event: RepositoryEvent;
  /**
   * `suppressed`: caused by the job's token (docs "GITHUB_TOKEN"). `approval-required`: a pull request of the job's token;
   * since June 2026 its runs wait for a click (changelog 2026-06-11). `merge-conflict`: docs "Events that trigger
   * workflows": no runs on `pull_request` while there is a conflict.
   */
  reason: "suppressed" | "approval-required" | "merge-conflict";
}

const alwaysStarts = new Set(["workflow_dispatch", "repository_dispatch"]);
const approvable = new Set(["opened", "synchronize", "reopened"]);

/** Why this event of this actor starts nothing; undefined if it does start workflows. */
export function holdReason(event: RepositoryEvent, cause: { actor: Actor; conflict: boolean }): HeldEvent["reason"] | undefined {
  if (cause.actor.kind === "actions" && !alwaysStarts.has(event.name)) {
    const waits = event.name === "pull_request" && approvable.has(String(event.payload["action"]));
    return waits ? "approval-required" : "suppressed";
  }
  if (event.name === "pull_request" && cause.conflict && event.payload["action"] !== "closed") return "merge-conflict";
  return undefined;
}

/** Delivers an event to the listeners, or holds it. Listeners are called synchronously and must not throw. */
export function emit(repository: Repository, event: RepositoryEvent, cause: { actor: Actor; conflict?: boolean }): void {
  const reason = holdReason(event, { actor: cause.actor, conflict: cause.conflict ?? false });
  if (reason !== undefined && (reason === "merge-conflict" || enforces(repository.world, "suppressed-events"))) {
    repository.heldEvents.push({ event, reason });
    return;
  }
  deliver(repository, event);
}

/** Hands an event to the listeners whatever caused it: the click on "Approve workflows to run". */
export function deliver(repository: Repository, event: RepositoryEvent): void {
  repository.events.push(event);
  for (const listener of repository.listeners) listener(event);
}
