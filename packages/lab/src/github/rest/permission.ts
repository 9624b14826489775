import type { Caller } from "../http/credentials.ts";
import type { Repository } from "../model/repository.ts";
import { allows, type Token } from "../model/tokens.ts";
import { enforces } from "../model/world.ts";
import { ApiError, notFound } from "./api-error.ts";
import type { Need } from "./context.ts";

/** Throws what GitHub answers a caller who may not do this (docs "Troubleshooting the REST API", "Permissions required for GitHub Apps"). */
export function checkPermission(repository: Repository, request: { caller: Caller; needs: readonly Need[]; write: boolean }): Token | undefined {
  const token = request.caller.kind === "token" ? request.caller.token : undefined;
  const foreign = token?.repositoryId !== repository.id;
  if (repository.private && foreign) throw notFound();
  if (request.write && token === undefined) throw new ApiError(401, "Requires authentication");
  if (!enforces(repository.world, "permissions")) return token;
  // Public data needs no permission, as each page of the REST reference says.
  if (!request.write && !repository.private) return token;
  if (foreign || !request.needs.some((need) => grants(token, need))) throw forbidden(token, request.needs);
  return token;
}

function grants(token: Token | undefined, need: Need): boolean {
  const [key = "", level] = need.split(":");
  return token !== undefined && allows(token, key, level === "write" ? "write" : "read");
}

/** 403 with the permissions that would have sufficed. */
export function forbidden(token: Token | undefined, needs: readonly Need[]): ApiError {
  const accepted = needs.map((need) => need.replaceAll("-", "_").replace(":", "=")).join("; ");
  return new ApiError(403, inaccessible(token), undefined, { "x-accepted-github-permissions": accepted });
}

/** GitHub's sentence, which names the kind of token. */
export function inaccessible(token: Token | undefined): string {
  return token?.kind === "user" ? "Resource not accessible by personal access token" : "Resource not accessible by integration";
}
