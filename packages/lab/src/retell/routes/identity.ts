import { json } from "../http/reply.ts";
import type { Route } from "../http/router.ts";

/** Which organisation a key belongs to. Source: API reference, Get API Key Info; `org_id` since October 2026. */
export const identityRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/get-api-key-info",
    limiter: "general",
    permission: null,
    write: false,
    query: {},
    handle: ({ world, identity }) =>
      json(200, {
        org_name: identity.organizationName,
        api_key_name: identity.keyName,
        ...(world.options.omitOrgId ? {} : { org_id: identity.organizationId }),
      }),
  },
];
