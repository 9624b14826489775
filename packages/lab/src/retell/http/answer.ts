import type { RetellLabOptions } from "../options.ts";
import { checkPermission } from "./authenticate.ts";
import type { Caller } from "./authenticate.ts";
import { ApiError, businessError, messages } from "./errors.ts";
import { bodyObject } from "./incoming.ts";
import type { Incoming } from "./incoming.ts";
import { readQuery } from "./query.ts";
import type { RateLimiter } from "./rate-limits.ts";
import { json, unknownRoute } from "./reply.ts";
import type { Reply } from "./reply.ts";
import type { RouteMatch } from "./router.ts";

/** Everything that decides about a request. */
export interface Matter {
  readonly incoming: Incoming;
  readonly caller: Caller | undefined;
  readonly match: RouteMatch | undefined;
  readonly options: RetellLabOptions;
  readonly limiter: RateLimiter;
}

/**
 * Answers a request in one synchronous step, so that requests never interleave. Order of the checks: key, route, limit,
 * permission, query, body.
 */
export function answer(matter: Matter): Reply {
  try {
    return decide(matter);
  } catch (error) {
    if (error instanceof ApiError) return json(error.status, error.body, error.headers);
    // A bug of the lab must be seen as such, not as a behaviour of Retell.
    console.error("The Retell lab failed:", error);
    const failure = businessError(500, messages.internal);
    return json(failure.status, failure.body);
  }
}

function decide({ incoming, caller, match, options, limiter }: Matter): Reply {
  if (caller === undefined) throw businessError(401, messages.unauthorized);
  if (match === undefined) return unknownRoute(incoming.method, incoming.path);
  const { route, params } = match;
  const { key, organization } = caller;
  const name = `${route.method} ${route.path}`;
  const refusal = options.rateLimits
    ? limiter.refuse({ organization: organization.seed.id, route: name, limiter: route.limiter })
    : undefined;
  if (refusal !== undefined) throw refusal;
  checkPermission(key, route.permission);
  const query = readQuery(route.query, incoming.query);
  const body = bodyObject(incoming);
  const identity = { keyName: key.name, organizationId: organization.seed.id, organizationName: organization.seed.name };
  if (!route.write) return route.handle({ world: organization.visible(), params, query, body, identity });
  const reply = organization.change((world) => route.handle({ world, params, query, body, identity }));
  organization.countWrite(name);
  return reply;
}
