import { issueEvent } from "../view/issue-event.ts";
import { ensureLabel } from "../view/label.ts";
import { ApiError } from "../rest/api-error.ts";
import { emit } from "./events.ts";
import { checkBody } from "./pulls.ts";
import type { Issue } from "./records.ts";
import type { Repository } from "./repository.ts";
import { timestamp } from "./timestamp.ts";
import type { Actor } from "./users.ts";
import { enforces } from "./world.ts";

/** Longest title of issues and pull requests ("title is too long (maximum is 256 characters)"). */
const titleLimit = 256;

/** Opens an issue, makes unknown labels and emits `issues`. The repository's lock must be held. */
export async function createIssue(repository: Repository, request: { title: string; body: string | null; labels: readonly string[]; actor: Actor }): Promise<Issue> {
  checkTitle(repository, request.title);
  checkBody(repository, request.body, "Issue");
  const date = timestamp();
  const issue: Issue = {
    number: repository.nextNumber(),
    id: repository.world.nextId(),
    title: request.title,
    body: request.body,
    state: "open",
    stateReason: null,
    user: request.actor.user,
    labels: [...new Set(request.labels.map((name) => ensureLabel(repository, name).name))],
    createdAt: date,
    updatedAt: date,
    closedAt: null,
  };
  repository.issues.set(issue.number, issue);
  await emitIssue(repository, { issue, action: "opened", actor: request.actor });
  return issue;
}

/** Refuses a title that GitHub refuses. */
export function checkTitle(repository: Repository, title: string): void {
  if (title === "") throw new ApiError(422, "Validation Failed", [{ resource: "Issue", code: "missing_field", field: "title" }]);
  if (Array.from(title).length <= titleLimit || !enforces(repository.world, "limits")) return;
  throw new ApiError(422, "Validation Failed", [{ resource: "Issue", code: "custom", field: "title", message: `title is too long (maximum is ${titleLimit} characters)` }]);
}

/** Emits an `issues` event, which runs on the default branch. */
export async function emitIssue(repository: Repository, cause: { issue: Issue; action: string; actor: Actor; extra?: Record<string, unknown> }): Promise<void> {
  emit(repository, await issueEvent(repository, cause), { actor: cause.actor });
}
