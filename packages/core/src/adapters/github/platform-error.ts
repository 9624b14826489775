import { PlatformError } from "../../errors.ts";
import { isAmbiguous, isRateLimited, textOf, type Failure } from "./failure.ts";
import { refusalOf } from "./refusal.ts";

/** What a request does, for messages, and the line of `permissions:` that it needs. */
export interface Purpose {
  /** Such as `read the pull request's comments`. */
  readonly what: string;
  /** Such as `contents: write`. */
  readonly permission: string;
  readonly write: boolean;
  /** The branch that is written to, for the remedy of branch rules. */
  readonly branch?: string;
}

/** The error that the rest of the suite sees; names the permission or setting to change. */
export function githubError(purpose: Purpose, failure: Failure): PlatformError {
  const { what, permission, write } = purpose;
  const status = failure.kind === "error-answer" ? failure.status : undefined;
  const details = { platform: "github", ambiguous: write && isAmbiguous(failure), ...(status === undefined ? {} : { status }) } as const;
  const text = textOf(failure);
  if (isRateLimited(failure)) {
    return new PlatformError({ ...details, reason: "github-unavailable" }, `GitHub's rate limit stopped the job (to ${what}). Run again later; the limit is shared by all jobs of the repository.`);
  }
  const refused = refusalOf(purpose, failure);
  if (refused !== undefined) return new PlatformError({ ...details, reason: refused.reason }, refused.message);
  if (status === 401) {
    return new PlatformError({ ...details, reason: "github-forbidden" }, `GitHub refused the token (to ${what}: 401). Leave github-token at its default \${{ github.token }} or pass a valid token.`);
  }
  if (status === 403 || isForbidden(failure)) {
    return new PlatformError({ ...details, reason: "github-forbidden" }, `The token may not ${what} (${text}). Add to the job:\npermissions:\n  ${permission}`);
  }
  if (status === 404) {
    return new PlatformError({ ...details, reason: "github-unavailable" }, `GitHub found nothing when asked to ${what} (404). If it should be there, the token may not see it; add to the job:\npermissions:\n  ${permission}`);
  }
  return new PlatformError({ ...details, reason: "github-unavailable" }, `GitHub could not ${what} (${status === undefined ? "" : `${status}: `}${text}). Run again; if it stays, check githubstatus.com and GITHUB_API_URL.`);
}

function isForbidden(failure: Failure): boolean {
  return failure.kind === "graphql-errors" && failure.errors.some((error) => error.type === "FORBIDDEN" || error.type === "INSUFFICIENT_SCOPES" || /not accessible by/i.test(error.message));
}
