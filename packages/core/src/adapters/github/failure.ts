import { backoff, requestedDelay, type HeaderSource } from "../retry-headers.ts";

export interface GraphqlError {
  readonly type: string | undefined;
  readonly message: string;
}

/** Why a request to GitHub did not yield a usable answer. */
export type Failure =
  | { readonly kind: "error-answer"; readonly status: number; readonly text: string; readonly headers: HeaderSource }
  | { readonly kind: "graphql-errors"; readonly errors: readonly GraphqlError[]; readonly headers: HeaderSource }
  | { readonly kind: "no-answer"; readonly text: string }
  /** A success status with a body that the API does not promise; also what a truncated body looks like. */
  | { readonly kind: "broken-answer"; readonly text: string };

export class BrokenAnswer extends Error {
  override readonly name = "BrokenAnswer";
}

/** Reads what octokit threw; errors that are not about a request are thrown on. Shapes, not classes: bundles may hold several octokits. */
export function failureFrom(error: unknown): Failure {
  if (error instanceof BrokenAnswer) return { kind: "broken-answer", text: error.message };
  const { name, status, response, message, errors, headers, cause } = error as {
    name?: string;
    status?: number;
    response?: { headers?: Record<string, string | number | undefined>; data?: { message?: unknown; errors?: unknown } };
    message?: string;
    errors?: unknown;
    headers?: Record<string, string | number | undefined>;
    cause?: { code?: unknown; cause?: { code?: unknown } };
  };
  if (name === "GraphqlResponseError") return { kind: "graphql-errors", errors: graphqlErrors(errors), headers: headerSource(headers) };
  // octokit gives status 500 to requests that nobody answered; only those have no response.
  if (name === "AbortError" || name === "TimeoutError" || (name === "HttpError" && response === undefined)) {
    // A connection's failure has a name such as ECONNRESET; a time-out's is a number that says nothing (DOMException).
    const code = [cause?.cause?.code, cause?.code].find((candidate) => typeof candidate === "string");
    return { kind: "no-answer", text: code ?? "the connection broke or timed out" };
  }
  if (name !== "HttpError" || status === undefined) throw error;
  const text = typeof response?.data?.message === "string" ? [response.data.message, ...details(response.data.errors)].join(": ") : status >= 500 ? "no message" : (message ?? "no message");
  return { kind: "error-answer", status, text, headers: headerSource(response?.headers) };
}

/** What "Validation Failed" leaves out (docs "Troubleshooting the REST API": `resource`, `field`, `code`, sometimes `message`). */
function details(errors: unknown): string[] {
  if (!Array.isArray(errors)) return [];
  const texts = errors.map((error: unknown) => {
    if (typeof error === "string") return error;
    const { message, field, code } = (error ?? {}) as { message?: unknown; field?: unknown; code?: unknown };
    if (typeof message === "string") return message;
    return typeof field === "string" && typeof code === "string" ? `${field} ${code}` : "";
  });
  return texts.some((text) => text !== "") ? [texts.filter((text) => text !== "").join("; ")] : [];
}

function graphqlErrors(errors: unknown): GraphqlError[] {
  return (Array.isArray(errors) ? errors : []).map((error: { type?: unknown; message?: unknown }) => ({
    type: typeof error.type === "string" ? error.type : undefined,
    message: typeof error.message === "string" ? error.message : "no message",
  }));
}

function headerSource(headers: Record<string, string | number | undefined> = {}): HeaderSource {
  return { get: (name) => (headers[name] === undefined ? null : String(headers[name])) };
}

/**
 * True if GitHub refused because of a rate limit, so that nothing was processed: 429; 403 with `retry-after`, with
 * nothing remaining, or with that text (GitHub docs, "Rate limits for the REST API"); GraphQL `RATE_LIMITED` or `RATE_LIMIT`.
 */
export function isRateLimited(failure: Failure): boolean {
  if (failure.kind === "graphql-errors") return failure.errors.some((error) => error.type === "RATE_LIMITED" || error.type === "RATE_LIMIT");
  if (failure.kind !== "error-answer") return false;
  if (failure.status === 429) return true;
  const { headers, status, text } = failure;
  return status === 403 && (headers.get("retry-after") !== null || headers.get("x-ratelimit-remaining") === "0" || /rate limit/i.test(text));
}

/** True if a write may have been processed although no usable answer came. Untyped GraphQL errors are GitHub's "something went wrong". */
export function isAmbiguous(failure: Failure): boolean {
  switch (failure.kind) {
    case "no-answer":
    case "broken-answer":
      return true;
    case "error-answer":
      return failure.status >= 500 || failure.status === 408;
    case "graphql-errors":
      return failure.errors.every((error) => error.type === undefined && !isRuleText(error.message) && !isWorkflowFileText(error.message));
  }
}

/**
 * Texts of branch protection and rulesets, which come without a type of their own and with 403, 405, 409 or 422. GH006
 * and GH013 are the pushes' codes; the sentences are GitHub's for the rules of docs "Available rules for rulesets".
 */
export function isRuleText(text: string): boolean {
  return RULE_TEXT.test(text);
}

const RULE_TEXT = new RegExp(
  [
    "rule violations",
    "protected branch",
    "protected ref",
    "locked branch",
    "GH0(06|13)",
    "must be made through (a pull request|the merge queue)",
    "required status check",
    "verified signature",
    "must not contain merge commits",
    "creations being restricted",
    "cannot force-push to this",
    "cannot delete this (protected )?branch",
    "not authorized to push to this branch",
  ].join("|"),
  "i",
);

/** The refusal of changes below `.github/workflows` (docs "Permissions required for GitHub Apps"; the sentence: field reports). */
export function isWorkflowFileText(text: string): boolean {
  return /refusing to allow an? .{1,60} to create or update workflow/i.test(text);
}

/** GitHub's words of a failure on one line, without control characters and not too long for a log. */
export function textOf(failure: Failure): string {
  const text = failure.kind === "graphql-errors" ? failure.errors.map((error) => error.message).join("; ") : failure.text;
  // eslint-disable-next-line no-control-regex -- a server's text must not bring control characters into a log
  const line = text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, " ").trim();
  return line.length > 400 ? `${line.slice(0, 400)}…` : line;
}

/** Whether GitHub answered with this status. */
export function hasStatus(failure: Failure, status: number): boolean {
  return failure.kind === "error-answer" && failure.status === status;
}

/**
 * Milliseconds until the next try, or undefined to give up. Only rate limits are waited out for writes; reads are
 * repeated on 408, 5xx and without an answer too.
 */
export function nextTry(question: { write: boolean; failure: Failure; tries: number; elapsed: number; now: number; chance: number }): number | undefined {
  const { write, failure, tries, elapsed, now, chance } = question;
  const limited = isRateLimited(failure);
  if (!limited && (write || !isAmbiguous(failure))) return undefined;
  if (tries >= (limited ? 10 : 5)) return undefined;
  const requested = "headers" in failure ? requestedDelay(failure.headers, now) : undefined;
  // Without a header GitHub asks for at least a minute.
  const delay = requested !== undefined ? requested + Math.round(chance * 1000) : limited ? 60_000 : backoff(tries, chance);
  return elapsed + delay > (limited ? 300_000 : 60_000) ? undefined : delay;
}
