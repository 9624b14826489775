import { readFileSync } from "node:fs";
import { z } from "zod";
import { ActionError } from "../../errors.ts";
import type { JobContext, JobEvent } from "../../ports/runner.ts";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const DEPENDABOT = "dependabot[bot]";
/** The account that GitHub shows in place of deleted ones. */
const GHOST = "ghost";
const text = z.string().optional().catch(undefined);
const repositoryName = z.object({ full_name: text, id: z.number().optional().catch(undefined) }).nullish().catch(undefined);
const side = z.object({ ref: text, sha: text, repo: repositoryName }).optional().catch(undefined);

/** Only what is used; a key that is missing or of another type reads as absent. */
const payloadSchema = z.object({
  repository: repositoryName,
  number: z.number().optional().catch(undefined),
  pull_request: z
    .object({
      number: z.number().optional().catch(undefined),
      user: z.object({ login: text }).nullish().catch(undefined),
      base: side,
      head: side,
    })
    .optional()
    .catch(undefined),
  merge_group: z.object({ base_ref: text, base_sha: text, head_sha: text }).optional().catch(undefined),
  before: text,
  after: text,
  action: text,
  release: z.object({ tag_name: text }).optional().catch(undefined),
  issue: z
    .object({ number: z.number().optional().catch(undefined), pull_request: z.looseObject({}).optional().catch(undefined), body: text, user: z.object({ login: text, type: text }).nullish().catch(undefined) })
    .optional()
    .catch(undefined),
  comment: z
    .object({ id: z.number().optional().catch(undefined), body: text, created_at: text, user: z.object({ login: text, type: text }).nullish().catch(undefined) })
    .optional()
    .catch(undefined),
});
type Payload = z.infer<typeof payloadSchema>;

/** What the runner tells about the job, from the environment and the event's file. Throws `invalid-input` outside of a job. */
export function readJobContext(environment: Environment): JobContext {
  const repository = environment["GITHUB_REPOSITORY"] ?? "";
  if (!/^[^/\s]+\/[^/\s]+$/.test(repository)) {
    throw new ActionError("invalid-input", "GITHUB_REPOSITORY is not set: this program only runs as a step of a GitHub Actions job.");
  }
  const payload = readPayload(environment["GITHUB_EVENT_PATH"]);
  const id = Number(environment["GITHUB_REPOSITORY_ID"] ?? payload.repository?.id ?? NaN);
  const ref = environment["GITHUB_REF"] ?? "";
  const actor = environment["GITHUB_ACTOR"] ?? "";
  return {
    repository,
    repositoryId: Number.isSafeInteger(id) && id > 0 ? id : undefined,
    serverUrl: (environment["GITHUB_SERVER_URL"] || "https://github.com").replace(/\/+$/, ""),
    runId: environment["GITHUB_RUN_ID"] ?? "",
    runAttempt: Number(environment["GITHUB_RUN_ATTEMPT"] ?? "1") || 1,
    job: environment["GITHUB_JOB"] ?? "",
    actor,
    event: readEvent({ name: environment["GITHUB_EVENT_NAME"] ?? "", payload, repository, ref, actor, sha: environment["GITHUB_SHA"] ?? "" }),
    ref,
    workflowFile: workflowFile(environment["GITHUB_WORKFLOW_REF"], repository),
  };
}

/** From `owner/name/.github/workflows/drift.yml@refs/heads/main` (docs "Variables"). */
function workflowFile(reference: string | undefined, repository: string): string | undefined {
  const folder = `${repository}/.github/workflows/`;
  const path = reference?.split("@")[0];
  return path?.startsWith(folder) === true ? path.slice(folder.length) || undefined : undefined;
}

function readPayload(path: string | undefined): Payload {
  if (path === undefined || path === "") return payloadSchema.parse({});
  try {
    return payloadSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return payloadSchema.parse({});
  }
}

function readEvent(job: { name: string; payload: Payload; repository: string; ref: string; actor: string; sha: string }): JobEvent {
  const { name, payload, ref } = job;
  const other: JobEvent = { name: "other", raw: name };
  switch (name) {
    // pull_request_target is not among these: it runs with keys, on the base branch's files.
    case "pull_request":
      return readPullRequest(job) ?? other;
    case "push": {
      const after = realCommit(payload.after) ?? realCommit(job.sha);
      if (!ref.startsWith("refs/heads/") || after === undefined) return other;
      return { name, branch: branchOf(ref), before: realCommit(payload.before), after };
    }
    case "merge_group": {
      const { base_ref: base, base_sha: baseSha, head_sha: headSha } = payload.merge_group ?? {};
      return base === undefined || baseSha === undefined || headSha === undefined ? other : { name, baseBranch: branchOf(base), baseSha, headSha };
    }
    case "workflow_dispatch":
      // On a tag this is refs/tags/…, which is no branch's name.
      return { name, branch: branchOf(ref) };
    case "schedule":
      return { name };
    case "issue_comment":
      return readComment(payload) ?? other;
    case "issues":
      return readIssue(payload) ?? other;
    case "release": {
      const tag = payload.release?.tag_name;
      return tag === undefined ? other : { name, action: payload.action ?? "", tag };
    }
    default:
      return other;
  }
}

function readPullRequest({ payload, repository, actor }: { payload: Payload; repository: string; actor: string }): JobEvent | undefined {
  const { pull_request: pull } = payload;
  const number = pull?.number ?? payload.number;
  if (number === undefined || pull?.base?.ref === undefined || pull.base.sha === undefined || pull.head?.sha === undefined) return undefined;
  return {
    name: "pull_request",
    pullRequest: number,
    baseBranch: pull.base.ref,
    baseSha: pull.base.sha,
    headSha: pull.head.sha,
    // A deleted fork has no repository any more.
    fork: pull.head.repo?.full_name?.toLowerCase() !== repository.toLowerCase(),
    dependabot: actor === DEPENDABOT || pull.user?.login === DEPENDABOT,
  };
}

/** A time that is missing reads as 0, which no comment has. */
function readComment({ action, issue, comment }: Payload): JobEvent | undefined {
  if (issue?.number === undefined || comment?.id === undefined) return undefined;
  const { id, body = "", user, created_at: created = "" } = comment;
  const login = user?.login ?? "";
  return {
    name: "issue_comment",
    action: action ?? "",
    issue: issue.number,
    isPullRequest: issue.pull_request !== undefined,
    comment: { id, body, author: login === GHOST ? "" : login, authorIsBot: user?.type === "Bot", createdAt: Date.parse(created) || 0 },
  };
}

function readIssue({ action, issue }: Payload): JobEvent | undefined {
  if (issue?.number === undefined) return undefined;
  const { number, body, user } = issue;
  const login = user?.login ?? "";
  return { name: "issues", action: action ?? "", issue: { number, body: body ?? "", author: login === GHOST ? "" : login, authorIsBot: user?.type === "Bot" } };
}

function branchOf(ref: string): string {
  return ref.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : ref;
}

/** The first push of a branch has a `before` of zeros, its deletion an `after` of zeros. */
function realCommit(sha: string | undefined): string | undefined {
  return sha === undefined || !/^[0-9a-f]{40,64}$/.test(sha) || /^0+$/.test(sha) ? undefined : sha;
}
