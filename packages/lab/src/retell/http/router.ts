import type { World } from "../model/world.ts";
import type { PermissionLevel } from "../options.ts";
import type { Fields } from "../schema/schema.ts";
import type { Form } from "./multipart.ts";
import type { QueryRules, QueryValues } from "./query.ts";
import type { Limiter } from "./rate-limits.ts";
import type { Reply } from "./reply.ts";

/** One endpoint. To add one: a row in a file of `routes/`, and that is all. */
export interface Route {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Path with `:name` for the parts that vary. */
  readonly path: string;
  readonly limiter: Limiter;
  /** What the key must be allowed to do; null for any valid key. */
  readonly permission: { readonly group: "agent" | "phone"; readonly level: Exclude<PermissionLevel, "none"> } | null;
  /** Whether the request changes the organisation. Reads see the lagging state, if there is a lag. */
  readonly write: boolean;
  readonly query: QueryRules;
  /** Takes `multipart/form-data` instead of JSON. */
  readonly form?: true;
  readonly handle: (request: RouteRequest) => Reply;
}

/** What a handler gets: everything is checked but the body, whose schema belongs to the resource. */
export interface RouteRequest {
  readonly world: World;
  readonly params: Readonly<Record<string, string>>;
  readonly query: QueryValues;
  /** The JSON object of the body; empty where none was sent. */
  readonly body: Fields;
  /** The form of the body; empty unless the route takes one. */
  readonly form: Form;
  /** Where the client found the lab; URLs in answers begin with it. */
  readonly origin: string;
  /** Names of the key and the organisation that ask. */
  readonly identity: { readonly keyName: string; readonly organizationId: string; readonly organizationName: string };
}

/** A route with the varying parts of the path. */
export interface RouteMatch {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the route of a raw path (as sent, still percent-encoded). */
export function matchRoute(routes: readonly Route[], method: string, path: string): RouteMatch | undefined {
  const parts = path.split("/");
  for (const route of routes) {
    if (route.method !== method) continue;
    const params = matchParts(route.path.split("/"), parts);
    if (params !== undefined) return { route, params };
  }
  return undefined;
}

function matchParts(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const part = parts[index] ?? "";
    if (!expected.startsWith(":")) {
      if (part !== expected) return undefined;
      continue;
    }
    const decoded = decode(part);
    if (decoded === undefined || decoded === "") return undefined;
    params[expected.slice(1)] = decoded;
  }
  return params;
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
