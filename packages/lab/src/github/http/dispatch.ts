import { parseGitPath, serveGit } from "../git/serve-git.ts";
import { isMutation, serveGraphQL } from "../graphql/serve.ts";
import type { World } from "../model/world.ts";
import type { CompiledRoute } from "../rest/router.ts";
import { serveRest } from "../rest/serve.ts";
import { identify } from "./credentials.ts";
import { downloadAsset } from "./download-asset.ts";
import { type Incoming, jsonReply, type Reply } from "./message.ts";
import type { RateLimits } from "./rate-limit.ts";

/** Where a request goes; `path` is its name for fault plans and records. */
export interface Target {
  kind: "rest" | "graphql" | "git" | "none";
  path: string;
  write: boolean;
  /** Parsed JSON body; undefined for git and for what is no JSON. */
  body: unknown;
  /** True for the host of uploads. */
  upload?: true;
}

/** Sorts a request by its path: `/api/v3/…`, `/api/graphql`, git, or nothing that the lab has. */
export function classify(request: Incoming): Target {
  if (request.path === "/api/graphql") {
    const body = jsonBody(request);
    return { kind: "graphql", path: "/graphql", write: isMutation(body), body };
  }
  if (request.path.startsWith("/api/v3/")) {
    const write = !["GET", "HEAD"].includes(request.method);
    return { kind: "rest", path: request.path.slice("/api/v3".length), write, body: jsonBody(request) };
  }
  // Where a GitHub Enterprise Server has them; github.com has another host (docs "Upload a release asset").
  if (request.path.startsWith("/api/uploads/")) {
    return { kind: "rest", path: request.path.slice("/api/uploads".length), write: request.method !== "GET", body: undefined, upload: true };
  }
  const git = parseGitPath(request.path);
  if (git === undefined) return { kind: "none", path: request.path, write: false, body: undefined };
  return { kind: "git", path: `/${git.name}.git${git.service}`, write: git.service === "/git-receive-pack", body: undefined };
}

function jsonBody(request: Incoming): unknown {
  try {
    return request.body.length === 0 ? undefined : JSON.parse(request.body.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** Answers a request that no fault has stopped. */
export async function process(service: { world: World; routes: readonly CompiledRoute[]; limits: RateLimits }, request: Incoming, target: Target): Promise<Reply> {
  const { world, routes, limits } = service;
  const caller = identify(request.headers, world.tokens);
  if (target.kind === "rest") return serveRest({ world, routes, limits, caller, request, path: target.path, upload: target.upload === true });
  if (target.kind === "graphql") return serveGraphQL({ world, limits, caller, request });
  const git = parseGitPath(request.path);
  if (target.kind === "git" && git !== undefined) return serveGit({ world, request, caller, ...git });
  return downloadAsset(world, caller, request) ?? jsonReply(404, { message: "Not Found" });
}
