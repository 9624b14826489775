import type { FaultAction } from "./faults.ts";
import type { Interface } from "./name-call.ts";

/** One way in which a call goes wrong. */
export interface FaultKind {
  readonly name: string;
  readonly of: readonly Interface[];
  readonly action: FaultAction;
  /** Only calls that read, or only those that write, can meet it; default: all. */
  readonly only?: "read" | "write";
  /** Names of the calls that can meet it; default: all. */
  readonly on?: RegExp;
  /** Where it stands that the service does so; `network` is what any connection can do. */
  readonly source: string;
}

const RETELL_ERRORS = "API reference, errors; field reports";
const REST_ERRORS = "GitHub docs, Troubleshooting the REST API";
const REST_LIMITS = "GitHub docs, Rate limits for the REST API";
const GRAPHQL = "GitHub docs, Forming calls with GraphQL; GraphQL specification, Response";
const NETWORK = "network";

const retell = (status: number, message: string, headers: Record<string, string> = {}): FaultAction => ({ kind: "status", status, body: { status: "error", message }, headers });
const github = (status: number, message: string, headers: Record<string, string> = {}): FaultAction => ({ kind: "status", status, body: { message, documentation_url: "https://docs.github.com/rest", status: String(status) }, headers });
const graphql = (type: string | undefined, message: string): FaultAction => ({ kind: "body", text: JSON.stringify({ data: null, errors: [{ message, ...(type === undefined ? {} : { type }) }] }) });
const text = (status: number, body: string): FaultAction => ({ kind: "status", status, body, headers: { "content-type": "text/html" } });

const HTTP: readonly Interface[] = ["retell", "rest", "graphql"];
const ALL: readonly Interface[] = [...HTTP, "git"];

/** A value of another type at every place where the API promises a string. */
function numbersForStrings(body: string): string {
  const walk = (value: unknown): unknown => {
    if (typeof value === "string") return 7;
    if (Array.isArray(value)) return value.map(walk);
    return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)])) : value;
  };
  try {
    return JSON.stringify(walk(JSON.parse(body)));
  } catch {
    return "7";
  }
}

/** An object where the API promises a list, and a list where it promises an object. */
function otherShape(body: string): string {
  return body.trimStart().startsWith("[") ? "{}" : "[]";
}

/** Every fault of the matrix, the plainest first. */
export const FAULT_KINDS: readonly FaultKind[] = [
  { name: "401", of: ["retell"], action: retell(401, "Unauthorized"), source: RETELL_ERRORS },
  { name: "403", of: ["retell"], action: retell(403, "Forbidden"), source: RETELL_ERRORS },
  { name: "404", of: ["retell"], action: retell(404, "Item not found"), source: RETELL_ERRORS },
  { name: "409", of: ["retell"], action: retell(409, "Conflict"), source: RETELL_ERRORS },
  { name: "412", of: ["retell"], action: retell(412, "Precondition Failed"), source: RETELL_ERRORS },
  { name: "422", of: ["retell"], action: retell(422, "Cannot be processed"), source: RETELL_ERRORS },
  { name: "429 with RateLimit-Reset", of: ["retell"], action: retell(429, "Too many requests", { "ratelimit-limit": "100", "ratelimit-remaining": "0", "ratelimit-reset": "1" }), source: "Retell docs, get-started/sdk" },
  { name: "429 with Retry-After", of: ["retell"], action: retell(429, "Too many requests", { "retry-after": "1" }), source: "RFC 9110, 10.2.3" },
  { name: "429 without headers", of: ["retell"], action: retell(429, "Too many requests"), source: RETELL_ERRORS },
  { name: "500", of: ["retell"], action: retell(500, "Internal Server Error"), source: RETELL_ERRORS },
  { name: "503 in HTML", of: ["retell"], action: text(503, "<html><body>Service Unavailable</body></html>"), source: NETWORK },

  { name: "401", of: ["rest", "graphql"], action: github(401, "Bad credentials"), source: REST_ERRORS },
  { name: "403, permission missing", of: ["rest", "graphql"], action: github(403, "Resource not accessible by integration"), source: REST_ERRORS },
  { name: "404", of: ["rest", "graphql"], action: github(404, "Not Found"), source: REST_ERRORS },
  { name: "409", of: ["rest"], action: github(409, "Conflict"), source: REST_ERRORS },
  { name: "410, setting off", of: ["rest"], action: github(410, "Issues are disabled for this repo"), source: REST_ERRORS },
  { name: "412", of: ["rest", "graphql"], action: github(412, "Precondition Failed"), source: REST_ERRORS },
  { name: "422", of: ["rest"], action: github(422, "Validation Failed"), source: REST_ERRORS },
  { name: "422, branch rule", of: ["rest"], only: "write", action: github(422, "Repository rule violations found\n\nChanges must be made through a pull request."), source: "GitHub docs, Available rules for rulesets" },
  { name: "403, Actions may not open pull requests", of: ["rest"], only: "write", action: github(403, "GitHub Actions is not permitted to create or approve pull requests."), source: "GitHub docs, Managing GitHub Actions settings for a repository" },
  { name: "primary rate limit", of: ["rest", "graphql"], action: { ...github(403, "API rate limit exceeded for installation."), headers: { "x-ratelimit-limit": "1000", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1", "x-ratelimit-resource": "core" } } as FaultAction, source: REST_LIMITS },
  { name: "secondary rate limit with Retry-After", of: ["rest", "graphql"], action: github(403, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.", { "retry-after": "1" }), source: REST_LIMITS },
  { name: "secondary rate limit without headers", of: ["rest", "graphql"], action: github(429, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."), source: REST_LIMITS },
  { name: "500", of: ["rest", "graphql"], action: github(500, "Server Error"), source: REST_ERRORS },
  { name: "502 in HTML", of: ["rest", "graphql"], action: text(502, "<html><head><title>Unicorn!</title></head></html>"), source: REST_ERRORS },
  { name: "503", of: ["rest", "graphql"], action: github(503, "No server is currently available to service your request."), source: REST_ERRORS },

  { name: "STALE_DATA", of: ["graphql"], only: "write", action: graphql("STALE_DATA", "Expected branch to point to \"0\" but it did not. Pull and try again."), source: "GitHub docs, createCommitOnBranch" },
  { name: "FORBIDDEN with status 200", of: ["graphql"], action: graphql("FORBIDDEN", "Resource not accessible by integration"), source: GRAPHQL },
  { name: "NOT_FOUND with status 200", of: ["graphql"], action: graphql("NOT_FOUND", "Could not resolve to a Repository."), source: GRAPHQL },
  { name: "RATE_LIMITED with status 200", of: ["graphql"], action: graphql("RATE_LIMITED", "API rate limit exceeded"), source: "GitHub docs, Rate limits and query limits for the GraphQL API" },
  { name: "something went wrong, with status 200", of: ["graphql"], action: graphql(undefined, "Something went wrong while executing your query."), source: GRAPHQL },
  { name: "branch rule with status 200", of: ["graphql"], only: "write", action: graphql("UNPROCESSABLE", "Repository rule violations found\n\nChanges must be made through a pull request."), source: "GitHub docs, Available rules for rulesets" },

  { name: "401", of: ["git"], action: { kind: "status", status: 401, body: "Bad credentials", headers: { "www-authenticate": "Basic realm=\"GitHub\"" } }, source: "git, http-protocol" },
  { name: "403", of: ["git"], action: { kind: "status", status: 403, body: "Write access to repository not granted." }, source: "git, http-protocol" },
  { name: "404", of: ["git"], action: { kind: "status", status: 404, body: "Repository not found." }, source: "git, http-protocol" },
  { name: "429", of: ["git"], action: { kind: "status", status: 429, body: "Too many requests", headers: { "retry-after": "1" } }, source: NETWORK },
  { name: "500", of: ["git"], action: { kind: "status", status: 500, body: "Internal Server Error" }, source: "git, http-protocol" },
  { name: "503", of: ["git"], action: { kind: "status", status: 503, body: "down" }, source: "git, http-protocol" },

  { name: "no answer, not processed", of: ALL, action: { kind: "silence", when: "before" }, source: NETWORK },
  { name: "no answer, processed", of: HTTP, only: "write", action: { kind: "silence", when: "after" }, source: NETWORK },
  { name: "reset before processing", of: ALL, action: { kind: "drop-before" }, source: NETWORK },
  { name: "reset after processing", of: ALL, action: { kind: "drop-after" }, source: NETWORK },
  { name: "body cut short", of: ALL, action: { kind: "cut" }, source: NETWORK },
  { name: "half the JSON", of: HTTP, action: { kind: "truncate" }, source: NETWORK },
  { name: "slow body", of: ALL, action: { kind: "slow", milliseconds: 100, pieces: 5 }, source: NETWORK },
  { name: "HTML with status 200", of: ALL, action: { kind: "body", text: "<!doctype html><title>Sign in</title>" }, source: "network (a proxy's page)" },
  { name: "null", of: HTTP, action: { kind: "body", text: "null" }, source: "the API promises otherwise" },
  { name: "list for object, object for list", of: HTTP, action: { kind: "rewrite", rewrite: otherShape }, source: "the API promises otherwise" },
  { name: "pages of one", of: ["retell"], only: "read", on: /\/v2\/list-/, action: { kind: "query", query: { limit: "1" } }, source: "API reference, list operations" },
  { name: "pages of one", of: ["rest"], only: "read", on: /^(pulls\/list|issues\/list-for-repo|repos\/list-releases)$/, action: { kind: "query", query: { per_page: "1" } }, source: "GitHub docs, Using pagination in the REST API" },
  { name: "numbers for strings", of: HTTP, action: { kind: "rewrite", rewrite: numbersForStrings }, source: "the API promises otherwise" },
];
