import { randomBytes } from "node:crypto";
import { actionsBot, type Actor, userOf, type User } from "./users.ts";

/** Level of one permission of a token. */
export type Level = "none" | "read" | "write";

/** Permissions by their key in a workflow file (`contents`, `pull-requests`, …); `workflows` exists for apps and users only. */
export type Permissions = Record<string, Level>;

/** What a test asks for; without `permissions` an `actions` token gets the repository's default. */
export interface TokenRequest {
  kind: "actions" | "user" | "app";
  permissions?: Permissions;
  /** Ignored for `actions`, whose author is always `github-actions[bot]`. */
  login?: string;
  /** A token of a run that a fork's pull request started: read-only whatever was asked for. */
  fork?: boolean;
  /** Id of the run whose job gets the token, so that its requests can be told from those of other runs. */
  run?: number;
}

/** A credential for one repository. */
export interface Token {
  value: string;
  kind: TokenRequest["kind"];
  user: User;
  permissions: Permissions;
  repositoryId: number;
  /** Undefined for tokens of people and apps. */
  run: number | undefined;
  /** Requests made in the current window, for the rate limit headers. */
  used: number;
}

const prefixes: Record<TokenRequest["kind"], string> = { actions: "ghs_", app: "ghs_", user: "github_pat_" };
const readAll: Permissions = { contents: "read", packages: "read" };
const writeAll: Permissions = Object.fromEntries(
  ["actions", "checks", "contents", "deployments", "discussions", "issues", "packages", "pages", "pull-requests", "statuses"].map((key) => [key, "write"]),
);

/** All tokens of a lab. An unknown value is no token: 401. */
export class TokenStore {
  readonly #tokens = new Map<string, Token>();

  issue(request: TokenRequest & { repositoryId: number; defaultPermissions: "read" | "write" }): string {
    const asked = request.permissions ?? (request.defaultPermissions === "write" ? writeAll : readAll);
    const token: Token = {
      value: prefixes[request.kind] + randomBytes(18).toString("hex"),
      kind: request.kind,
      user: request.kind === "actions" ? actionsBot : userOf(request.login ?? (request.kind === "app" ? "lab-app[bot]" : "octocat")),
      permissions: effective(asked, request),
      repositoryId: request.repositoryId,
      run: request.run,
      used: 0,
    };
    this.#tokens.set(token.value, token);
    return token.value;
  }

  find(value: string): Token | undefined {
    return this.#tokens.get(value);
  }

  /** Makes a token unknown, as at the end of a job. */
  revoke(value: string): void {
    this.#tokens.delete(value);
  }
}

function effective(asked: Permissions, request: TokenRequest): Permissions {
  const entries = Object.entries(asked).map(([key, level]): [string, Level] => [key.replaceAll("_", "-"), level]);
  const capped = request.fork === true ? entries.map(([key, level]): [string, Level] => [key, level === "write" ? "read" : level]) : entries;
  // There is no `workflows` key for a job's token, so it can never be granted.
  return Object.fromEntries(request.kind === "actions" ? capped.filter(([key]) => key !== "workflows") : capped);
}

/** Whether a token has at least this level. `metadata: read` comes with every token. */
export function allows(token: Token, key: string, level: "read" | "write"): boolean {
  const has = key === "metadata" ? "read" : (token.permissions[key] ?? "none");
  return has === "write" || has === level;
}

/** The actor behind a token. */
export function actorOf(token: Token): Actor {
  return { user: token.user, kind: token.kind === "user" ? "person" : token.kind };
}
