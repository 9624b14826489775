import type { World } from "../model/world.ts";
import { identify } from "./credentials.ts";
import type { Target } from "./dispatch.ts";
import type { Incoming } from "./message.ts";

/** A request as tests look at it afterwards. */
export interface RecordedRequest {
  kind: Target["kind"];
  method: string;
  /** REST path without `/api/v3`, `/graphql`, or `/owner/name.git/<service>`. */
  path: string;
  query: string;
  body: unknown;
  /** Whether it changes anything on the server if it succeeds. */
  write: boolean;
  /** Login behind the token; undefined without a valid one. */
  login: string | undefined;
  /** Id of the run whose job sent it. */
  run: number | undefined;
  userAgent: string | undefined;
  /** Status of the answer; 0 while under way or when a fault cut the connection. */
  status: number;
}

/** The record of a request that has just arrived. */
export function recorded(world: World, request: Incoming, target: Target): RecordedRequest {
  const caller = identify(request.headers, world.tokens);
  return {
    kind: target.kind,
    method: request.method,
    path: target.path,
    query: request.query,
    body: target.body,
    write: target.write,
    login: caller.kind === "token" ? caller.token.user.login : undefined,
    run: caller.kind === "token" ? caller.token.run : undefined,
    userAgent: request.headers["user-agent"],
    status: 0,
  };
}
