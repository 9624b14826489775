import type { Incoming } from "../http/message.ts";
import type { Repository } from "../model/repository.ts";
import { actorOf, type Token } from "../model/tokens.ts";
import type { Actor } from "../model/users.ts";
import type { World } from "../model/world.ts";
import { ApiError } from "./api-error.ts";

/** What a handler of an operation sees. Permission and schema have been checked. */
export interface RestContext {
  world: World;
  repository: Repository;
  token: Token | undefined;
  /** Path parameters, unescaped. */
  params: Record<string, string>;
  query: URLSearchParams;
  body: Record<string, unknown>;
  request: Incoming;
}

/** What a handler answers; `raw` replaces the JSON body and skips the schema check. */
export interface RestAnswer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  raw?: Buffer;
}

/** One of a route's permissions; any one suffices. Read access to public repositories needs none. */
export type Need = `${string}:${"read" | "write"}`;

/** An operation of GitHub's description and its behaviour. */
export interface Route {
  operation: string;
  needs: readonly Need[];
  /** Served below `/api/uploads` only, and takes a file's bytes instead of JSON. */
  upload?: true;
  handle: (context: RestContext) => Promise<RestAnswer>;
}

/** The actor of a write; routes that write are never reached without a token. */
export function actor(context: RestContext): Actor {
  if (context.token === undefined) throw new ApiError(401, "Requires authentication");
  return actorOf(context.token);
}

/** A path parameter. */
export function param(context: RestContext, name: string): string {
  return context.params[name] ?? "";
}

/** A path parameter that is a number; anything else is 404. */
export function numberParam(context: RestContext, name: string): number {
  const value = Number(param(context, name));
  if (!Number.isSafeInteger(value)) throw new ApiError(404, "Not Found");
  return value;
}

/** A field of the body that is a string, or undefined. */
export function text(context: RestContext, name: string): string | undefined {
  const value = context.body[name];
  return typeof value === "string" ? value : undefined;
}
