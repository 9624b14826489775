import type { RetellLabOptions } from "../options.ts";
import { checkPermission } from "./authenticate.ts";
import type { Caller } from "./authenticate.ts";
import { ApiError, businessError, messages } from "./errors.ts";
import { bodyObject } from "./incoming.ts";
import type { Incoming } from "./incoming.ts";
import { emptyForm } from "./multipart.ts";
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
  // A JSON body where a form is expected is not refused but breaks the service. Source: field reports.
  if (route.form === true && incoming.form === undefined) throw businessError(500, messages.internal);
  const body = route.form === true ? {} : bodyObject(incoming);
  const form = route.form === true ? (incoming.form ?? emptyForm) : emptyForm;
  const identity = { keyName: key.name, organizationId: organization.seed.id, organizationName: organization.seed.name };
  const request = { params, query, body, form, identity, origin: incoming.origin };
  if (!route.write) return route.handle({ ...request, world: organization.visible() });
  const reply = organization.change((world) => route.handle({ ...request, world }));
  organization.countWrite(name);
  return reply;
}
