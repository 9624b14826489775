import { actionRoutes } from "./actions.ts";
import { checkRoutes } from "./checks.ts";
import { collaboratorRoutes } from "./collaborators.ts";
import { commentRoutes } from "./comments.ts";
import { compareRoutes } from "./compare.ts";
import { contentRoutes } from "./contents.ts";
import type { Route } from "./context.ts";
import { gitDataRoutes } from "./git-data.ts";
import { issueRoutes } from "./issues.ts";
import { labelRoutes } from "./labels.ts";
import { mergeRoutes } from "./merges.ts";
import { pullRoutes } from "./pulls.ts";
import { refRoutes } from "./refs.ts";
import { releaseRoutes } from "./releases.ts";
import { statusRoutes } from "./statuses.ts";

/** Every REST operation of the lab. */
export const routes: readonly Route[] = [
  ...contentRoutes,
  ...refRoutes,
  ...gitDataRoutes,
  ...compareRoutes,
  ...mergeRoutes,
  ...pullRoutes,
  ...commentRoutes,
  ...issueRoutes,
  ...labelRoutes,
  ...statusRoutes,
  ...checkRoutes,
  ...actionRoutes,
  ...collaboratorRoutes,
  ...releaseRoutes,
];
