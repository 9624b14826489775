import type { Route } from "../http/router.ts";
import { agentVersionRoutes } from "./agent-versions.ts";
import { agentRoutes } from "./agents.ts";
import { componentRoutes } from "./components.ts";
import { flowRoutes, llmRoutes } from "./engines.ts";
import { identityRoutes } from "./identity.ts";
import { knowledgeBaseRoutes } from "./knowledge-bases.ts";
import { phoneNumberRoutes } from "./phone-numbers.ts";
import { voiceRoutes } from "./voices.ts";

/** Every endpoint of the lab. What is not here answers like a route that Retell does not have, or has removed. */
export const routes: readonly Route[] = [
  ...agentRoutes,
  ...agentVersionRoutes,
  ...llmRoutes,
  ...flowRoutes,
  ...componentRoutes,
  ...phoneNumberRoutes,
  ...knowledgeBaseRoutes,
  ...voiceRoutes,
  ...identityRoutes,
];
