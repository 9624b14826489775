import { PlatformError } from "../../errors.ts";
import { isAmbiguous, isRateLimited, isRuleText, type Failure } from "./failure.ts";

/** What a request does, for messages, and the line of `permissions:` that it needs. */
export interface Purpose {
  /** Such as `read the pull request's comments`. */
  readonly what: string;
  /** Such as `contents: write`. */
  readonly permission: string;
  readonly write: boolean;
}

/** The error that the rest of the suite sees; names the permission or setting to change. */
export function githubError({ what, permission, write }: Purpose, failure: Failure): PlatformError {
  const status = failure.kind === "error-answer" ? failure.status : undefined;
  const details = { platform: "github", ambiguous: write && isAmbiguous(failure), ...(status === undefined ? {} : { status }) } as const;
  const text = oneLine(failure.kind === "graphql-errors" ? failure.errors.map((error) => error.message).join("; ") : failure.text);
  if (isRateLimited(failure)) {
    return new PlatformError({ ...details, reason: "github-unavailable" }, `GitHub's rate limit stopped the job (to ${what}). Run again later; the limit is shared by all jobs of the repository.`);
  }
  if (isRuleText(text)) {
    return new PlatformError(
      { ...details, reason: "github-forbidden" },
      `A branch rule forbids to ${what} (${text}). Exclude the branches retell/** from the rule or ruleset, or pass the token of a GitHub App that may bypass it as github-token.`,
    );
  }
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

function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- a server's text must not bring control characters into a log
  const line = text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, " ").trim();
  return line.length > 400 ? `${line.slice(0, 400)}…` : line;
}
