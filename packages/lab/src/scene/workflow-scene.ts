import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { FaultPlan } from "../faults/faults.ts";
import type { RecordedRequest as GitHubRequest } from "../github/http/recorded.ts";
import type { Repository } from "../github/model/repository.ts";
import { startGitHubLab, type GitHubLab } from "../github/server.ts";
import { startRetellLab, type OrganizationHandle, type RetellLab, type RetellLabOptions } from "../retell/server.ts";
import { GitHubActions } from "../runner/github-actions.ts";
import { Person } from "./person.ts";
import { KEYS } from "./scene.ts";

const ROOT = new URL("../../../../", import.meta.url);

/** Templates that a scene installs, by the names of their files. */
export const TEMPLATES = ["retell-validate.yml", "retell-deploy-staging.yml"] as const;

/** Key of the production organisation that can only read. */
export const PRODUCTION_READ_KEY = "key_production_read_51d8e6";

/** A whole installation: a repository with the suite's workflow templates, its runners, and two Retell organisations. */
export interface WorkflowScene {
  readonly github: GitHubLab;
  readonly retell: RetellLab;
  readonly repository: Repository;
  readonly actions: GitHubActions;
  readonly staging: OrganizationHandle;
  readonly production: OrganizationHandle;
  /** Shared by both services. */
  readonly faults: FaultPlan;
  /** A developer of the team. */
  readonly person: Person;
  /** Requests that jobs sent to GitHub's API, without those of people and without git. */
  jobRequests(): readonly GitHubRequest[];
  stop(): Promise<void>;
}

/** The text of a template as users copy it. */
export function readTemplate(name: string): Promise<string> {
  return readFile(new URL(`workflows-templates/${name}`, ROOT), "utf8");
}

/**
 * Starts everything. The default branch `develop` holds the templates and `files`; `staging` and `production` do not exist
 * yet, so that the first commit to them is a push. Secrets are where the templates want them.
 */
export async function startWorkflowScene(options: { readonly files?: Readonly<Record<string, string>>; readonly retell?: Partial<RetellLabOptions> } = {}): Promise<WorkflowScene> {
  const faults = new FaultPlan();
  const key = (value: string, name: string, agent: "read" | "edit") => ({ key: value, name, permissions: { agent } });
  const [github, retell, ...texts] = await Promise.all([
    startGitHubLab({ faults }),
    startRetellLab({
      faults,
      organizations: [
        { id: "org_staging", name: "Acme Staging", keys: [key(KEYS.staging, "deploy", "edit"), key(KEYS.stagingRead, "read", "read")] },
        { id: "org_production", name: "Acme Production", keys: [key(KEYS.production, "deploy", "edit"), key(PRODUCTION_READ_KEY, "read", "read")] },
      ],
      ...options.retell,
    }),
    ...TEMPLATES.map(readTemplate),
  ]);
  const workflows = Object.fromEntries(TEMPLATES.map((name, index) => [`.github/workflows/${name}`, texts[index] ?? ""]));
  const repository = await github.createRepository({ owner: "acme", name: "voices", defaultBranch: "develop", files: { ...workflows, ...options.files } });
  Object.assign(repository.secrets, { RETELL_STAGING_READ_KEY: KEYS.stagingRead, RETELL_PRODUCTION_READ_KEY: PRODUCTION_READ_KEY });
  repository.setEnvironment({ name: "staging", branches: ["staging"], secrets: { RETELL_STAGING_API_KEY: KEYS.staging } });
  const person = new Person(repository, "dana");
  const actions = new GitHubActions({ repository, actions: { "org/retell-actions/": fileURLToPath(new URL("dist", ROOT)) }, machine: { RETELL_BASE_URL: retell.url } });
  return {
    github,
    retell,
    repository,
    actions,
    staging: retell.organization("org_staging"),
    production: retell.organization("org_production"),
    faults,
    person,
    jobRequests: () => github.requests.filter(({ kind, login }) => (kind === "rest" || kind === "graphql") && login === "github-actions[bot]"),
    stop: async () => {
      actions.stop();
      await Promise.all([github.stop(), retell.stop()]);
    },
  };
}
