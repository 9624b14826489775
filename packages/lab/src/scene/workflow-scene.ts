import type { ChildProcess } from "node:child_process";
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

/** Templates by the names of their files. A repository has one of the two that deploy to production. */
export const TEMPLATES = [
  "retell-validate.yml",
  "retell-deploy-staging.yml",
  "retell-deploy-production.yml",
  "retell-deploy-multi-production.yml",
  "retell-drift-detection.yml",
  "retell-release.yml",
  "retell-commands.yml",
  "retell-new-agent.yml",
  "retell-import.yml",
] as const;

/** Key of the production organisation that can only read. */
export const PRODUCTION_READ_KEY = "key_production_read_51d8e6";

/** The reviewer of every production environment. */
export const REVIEWER = "rosa";

/** A production workspace of a scene: its keys, and the variables that they are handed over in. */
interface Production {
  readonly workspace: string;
  readonly organization: string;
  readonly key: string;
  readonly readKey: string;
  readonly keyVariable: string;
  readonly readKeyVariable: string;
}

/** A whole installation: a repository with the suite's workflow templates, its runners, and a Retell organisation per workspace. */
export interface WorkflowScene {
  readonly github: GitHubLab;
  readonly retell: RetellLab;
  readonly repository: Repository;
  readonly actions: GitHubActions;
  readonly staging: OrganizationHandle;
  /** The production organisation, or the first one. */
  readonly production: OrganizationHandle;
  /** By the name of their workspace. */
  readonly productions: ReadonlyMap<string, OrganizationHandle>;
  /** Shared by both services. */
  readonly faults: FaultPlan;
  /** A developer of the team. */
  readonly person: Person;
  /** Requests that jobs sent to GitHub's API, without those of people and without git. */
  jobRequests(): readonly GitHubRequest[];
  stop(): Promise<void>;
}

export interface WorkflowSceneOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly retell?: Partial<RetellLabOptions>;
  /**
   * Names of several production workspaces, such as `prod-eu`: then the template for them is installed. Their variables are
   * `RETELL_PROD_EU_API_KEY` and `RETELL_PROD_EU_READ_KEY`.
   */
  readonly productions?: readonly string[];
  /** Told of every process that a step starts. */
  readonly onSpawn?: (child: ChildProcess) => void;
}

/** The text of a template as users copy it. */
export function readTemplate(name: string): Promise<string> {
  return readFile(new URL(`workflows-templates/${name}`, ROOT), "utf8");
}

const SINGLE: Production = {
  workspace: "production",
  organization: "org_production",
  key: KEYS.production,
  readKey: PRODUCTION_READ_KEY,
  keyVariable: "RETELL_PRODUCTION_API_KEY",
  readKeyVariable: "RETELL_PRODUCTION_READ_KEY",
};

function productionNamed(workspace: string): Production {
  const [lower, upper] = [workspace.replaceAll(/[^a-z0-9]/g, "_"), workspace.replaceAll(/[^a-z0-9]/g, "_").toUpperCase()];
  return {
    workspace,
    organization: `org_${lower}`,
    key: `key_${lower}_full_9d20b7`,
    readKey: `key_${lower}_read_3e8c14`,
    keyVariable: `RETELL_${upper}_API_KEY`,
    readKeyVariable: `RETELL_${upper}_READ_KEY`,
  };
}

const PRODUCTION_LINE = /^( *)RETELL_PRODUCTION_READ_KEY: .*$/m;

/** The templates of an installation; for several productions as their comments say: one line per workspace. */
async function installed(productions: readonly Production[], several: boolean): Promise<Record<string, string>> {
  const left = several ? "retell-deploy-production.yml" : "retell-deploy-multi-production.yml";
  const names = TEMPLATES.filter((name) => name !== left);
  const texts = await Promise.all(names.map(readTemplate));
  const lines = (indent: string): string => productions.map(({ readKeyVariable }) => `${indent}${readKeyVariable}: \${{ secrets.${readKeyVariable} }}`).join("\n");
  return Object.fromEntries(names.map((name, index) => [`.github/workflows/${name}`, (texts[index] ?? "").replace(PRODUCTION_LINE, (_, indent: string) => lines(indent))]));
}

/**
 * Starts everything. The default branch `develop` holds the templates and `files`; `staging` and `production` do not exist
 * yet, so that the first commit to them is a push. Settings, environments and secrets are as the templates' comments say.
 */
export async function startWorkflowScene(options: WorkflowSceneOptions = {}): Promise<WorkflowScene> {
  const productions = options.productions?.map(productionNamed) ?? [SINGLE];
  const faults = new FaultPlan();
  const key = (value: string, name: string, agent: "read" | "edit") => ({ key: value, name, permissions: { agent } });
  const [github, retell, workflows] = await Promise.all([
    startGitHubLab({ faults }),
    startRetellLab({
      faults,
      organizations: [
        { id: "org_staging", name: "Acme Staging", keys: [key(KEYS.staging, "deploy", "edit"), key(KEYS.stagingRead, "read", "read")] },
        ...productions.map(({ organization, workspace, ...keys }) => ({ id: organization, name: `Acme ${workspace.charAt(0).toUpperCase()}${workspace.slice(1)}`, keys: [key(keys.key, "deploy", "edit"), key(keys.readKey, "read", "read")] })),
      ],
      ...options.retell,
    }),
    installed(productions, options.productions !== undefined),
  ]);
  const repository = await github.createRepository({ owner: "acme", name: "voices", defaultBranch: "develop", files: { ...workflows, ...options.files } });
  repository.settings.allowActionsToCreatePullRequests = true;
  const readKeys = Object.fromEntries(productions.map(({ readKeyVariable, readKey }) => [readKeyVariable, readKey]));
  repository.setEnvironment({ name: "retell-read", secrets: { RETELL_STAGING_READ_KEY: KEYS.stagingRead, ...readKeys } });
  repository.setEnvironment({ name: "staging", branches: ["staging"], secrets: { RETELL_STAGING_API_KEY: KEYS.staging, RETELL_STAGING_READ_KEY: KEYS.stagingRead } });
  for (const { workspace, keyVariable, key: value } of productions) {
    repository.setEnvironment({ name: workspace, branches: ["production"], requiredReviewers: [REVIEWER], secrets: { [keyVariable]: value } });
  }
  const person = new Person(repository, "dana");
  const actions = new GitHubActions({ repository, actions: { "org/retell-actions/": fileURLToPath(new URL("dist", ROOT)) }, machine: { RETELL_BASE_URL: retell.url }, ...(options.onSpawn === undefined ? {} : { onSpawn: options.onSpawn }) });
  const organizations = new Map(productions.map(({ workspace, organization }) => [workspace, retell.organization(organization)]));
  return {
    github,
    retell,
    repository,
    actions,
    staging: retell.organization("org_staging"),
    production: retell.organization(productions[0]?.organization ?? ""),
    productions: organizations,
    faults,
    person,
    jobRequests: () => github.requests.filter(({ kind, login }) => (kind === "rest" || kind === "graphql") && login === "github-actions[bot]"),
    stop: async () => {
      actions.stop();
      await Promise.all([github.stop(), retell.stop()]);
    },
  };
}
