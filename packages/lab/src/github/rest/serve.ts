import { createHash } from "node:crypto";
import type { Caller } from "../http/credentials.ts";
import { type Incoming, jsonReply, type Reply } from "../http/message.ts";
import type { RateLimits } from "../http/rate-limit.ts";
import { RefRefused } from "../model/move-refs.ts";
import type { Repository } from "../model/repository.ts";
import { enforces, type World } from "../model/world.ts";
import { ApiError, notFound, unprocessable } from "./api-error.ts";
import type { RestAnswer, RestContext } from "./context.ts";
import { checkPermission } from "./permission.ts";
import { refusalMessage } from "./refusal.ts";
import { type CompiledRoute, matchRoute } from "./router.ts";

/** Everything REST needs to answer one request; `path` is the part after `/api/v3`. */
export interface RestRequest {
  world: World;
  routes: readonly CompiledRoute[];
  limits: RateLimits;
  caller: Caller;
  request: Incoming;
  path: string;
  /** Whether it came to the host of uploads. */
  upload: boolean;
}

/** Answers a REST request: credentials, rate limit, route, permission, schema, behaviour, schema of the answer. */
export async function serveRest(rest: RestRequest): Promise<Reply> {
  const { headers: limitHeaders, exceeded } = rest.limits.count(rest.caller, "core");
  const common: Record<string, string> = { ...limitHeaders, "x-github-api-version-selected": "2022-11-28", "x-github-media-type": "github.v3; format=json" };
  const found = matchRoute(rest.routes, rest.request.method, rest.path);
  const operation = found?.route.operation;
  try {
    if (rest.caller.kind === "unknown") throw new ApiError(401, "Bad credentials");
    if (exceeded) throw new ApiError(403, `API rate limit exceeded for installation. Please wait until ${common["x-ratelimit-reset"]}.`);
    if (found === undefined) throw unknownRoute(rest);
    // Uploads have a host of their own (docs "Upload a release asset"); elsewhere their path does not exist.
    if ((found.route.upload === true) !== rest.upload) throw notFound();
    const answer = await answerRoute(rest, found.route, found.params);
    if (answer.raw !== undefined) return { status: answer.status, headers: { ...common, ...answer.headers }, body: answer.raw };
    if (operation !== undefined && enforces(rest.world, "schema")) rest.world.schema.response(operation, { status: answer.status, body: answer.body });
    return conditional(rest.request, jsonReply(answer.status, answer.body, { ...common, ...answer.headers }));
  } catch (error) {
    const known = asApiError(error);
    if (known === undefined) {
      rest.world.schema.violations.push({ side: "lab", operation: operation ?? rest.path, message: String(error instanceof Error ? error.stack : error) });
      return jsonReply(500, { message: "Server Error" }, common);
    }
    if (operation !== undefined) rest.world.schema.response(operation, { status: known.status, body: known.body() });
    return jsonReply(known.status, known.body(), { ...common, ...known.headers });
  }
}

function asApiError(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error;
  if (!(error instanceof RefRefused)) return undefined;
  if (error.refusal.kind === "workflow-file") return new ApiError(403, refusalMessage(error.refusal));
  return unprocessable(refusalMessage(error.refusal));
}

/** GitHub would say 404; the lab also records it, so that a missing operation cannot pass for a missing thing. */
function unknownRoute({ world, request, path }: RestRequest): ApiError {
  world.schema.violations.push({ side: "lab", operation: `${request.method} ${path}`, message: "the lab does not implement this operation" });
  return notFound();
}

async function answerRoute(rest: RestRequest, route: CompiledRoute, params: Record<string, string>): Promise<RestAnswer> {
  const { world, request, caller } = rest;
  const repository = world.repositories.get(`${params["owner"]}/${params["repo"]}`) ?? repositoryIgnoringCase(world, params);
  const write = route.method !== "GET";
  if (repository === undefined && "owner" in params) throw notFound();
  const token = repository === undefined ? (caller.kind === "token" ? caller.token : undefined) : checkPermission(repository, { caller, needs: route.needs, write });
  const query = new URLSearchParams(request.query);
  const body = route.upload === true ? undefined : parseBody(request);
  const problems = enforces(world, "schema") ? world.schema.request(route.operation, { query, body }) : [];
  if (problems.length > 0) throw unprocessable(`Invalid request.\n\n${problems.join("\n")}`);
  const context = { world, repository, token, params, query, body: Array.isArray(body) ? { items: body } : (body ?? {}), request } as RestContext;
  if (!write || repository === undefined) return route.handle(context);
  return repository.lock.run(() => route.handle(context));
}

function repositoryIgnoringCase(world: World, params: Record<string, string>): Repository | undefined {
  const name = `${params["owner"]}/${params["repo"]}`.toLowerCase();
  return [...world.repositories.values()].find((candidate) => candidate.fullName.toLowerCase() === name);
}

function parseBody(request: Incoming): unknown {
  if (request.body.length === 0) return undefined;
  try {
    return JSON.parse(request.body.toString("utf8"));
  } catch {
    throw new ApiError(400, "Problems parsing JSON");
  }
}

/** ETag and 304 (docs "Best practices for using the REST API"). */
function conditional(request: Incoming, reply: Reply): Reply {
  if (request.method !== "GET" || reply.status !== 200) return reply;
  const etag = `W/"${createHash("sha256").update(reply.body).digest("hex")}"`;
  const headers = { ...reply.headers, etag };
  if (request.headers["if-none-match"] === etag) return { status: 304, headers, body: Buffer.alloc(0) };
  return { ...reply, headers };
}

