import type { ActionPorts, OpenedWorkspace } from "../../ports/action-ports.ts";
import type { Workspace } from "../../project/workspace.ts";
import { createWorkingTree } from "../files/working-tree.ts";
import { createGit } from "../git/create-git.ts";
import { createGitHub } from "../github/create-github.ts";
import { createRetell } from "../retell/create-retell.ts";
import { sleep } from "../sleep.ts";
import type { ActionContext } from "./run-action.ts";
import { secretForms } from "./secret-forms.ts";
import { findApiKey, readSecrets, requireApiKey } from "./secrets.ts";

/** Serves when only one workspace is at hand, so that the simplest workflow needs one secret of one name. */
const SINGLE_KEY = "RETELL_API_KEY";

/** The real outside world, for one run of an action. */
export function createPorts(context: ActionContext<unknown>, options: { token: string; concurrency: number }): ActionPorts {
  const { environment, log, clock, job, cancellation } = context;
  const { token, concurrency } = options;
  if (token !== "") log.mask(token);
  const root = environment["GITHUB_WORKSPACE"] || process.cwd();
  const github = createGitHub({
    token,
    repository: job.repository,
    apiUrl: environment["GITHUB_API_URL"] || "https://api.github.com",
    graphqlUrl: environment["GITHUB_GRAPHQL_URL"] || "https://api.github.com/graphql",
    log,
  });
  const secrets = readSecrets({ environment, log });
  const hidden = [...secrets.values()].flatMap(secretForms);
  return {
    ...github,
    git: createGit({ workspace: root, serverUrl: job.serverUrl, remoteUrl: `${job.serverUrl}/${job.repository}`, token, log, environment }),
    tree: createWorkingTree(root),
    log,
    clock,
    sleep,
    job,
    signal: cancellation.signal,
    secrets,
    hasKey: (workspace, only) => findApiKey({ environment, variables: readVariables(workspace, only), log }) !== undefined,
    openRetell: (workspace, access, only): OpenedWorkspace => {
      const variables = access === "read" ? readVariables(workspace, only) : writeVariables(workspace, only);
      const { key } = requireApiKey({ environment, variables, log });
      return createRetell({
        apiKey: key,
        hidden,
        // A host from the job's environment is the job's own decision; one from a file had to be Retell's.
        baseUrl: environment["RETELL_BASE_URL"] || workspace.baseUrl,
        readOnly: access === "read",
        concurrency,
        log,
        clock,
        signal: cancellation.signal,
      });
    },
  };
}

function readVariables(workspace: Workspace, only: boolean): [string, ...string[]] {
  const [first, ...rest] = writeVariables(workspace, only);
  return workspace.readKeyEnv === undefined ? [first, ...rest] : [workspace.readKeyEnv, first, ...rest];
}

function writeVariables(workspace: Workspace, only: boolean): [string, ...string[]] {
  return only ? [workspace.apiKeyEnv, SINGLE_KEY] : [workspace.apiKeyEnv];
}
