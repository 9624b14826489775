import type { Route } from "../http/router.ts";
import { agentVersionRoutes } from "./agent-versions.ts";
import { agentRoutes } from "./agents.ts";
import { identityRoutes } from "./identity.ts";
import { llmRoutes } from "./llms.ts";
import { phoneNumberRoutes } from "./phone-numbers.ts";

/** Every endpoint of the lab. What is not here answers like a route that Retell does not have, or has removed. */
export const routes: readonly Route[] = [
  ...agentRoutes,
  ...agentVersionRoutes,
  ...llmRoutes,
  ...phoneNumberRoutes,
  ...identityRoutes,
];
