/** Somebody who follows docs/getting-started.md: a Retell full of agents, a repository with nothing in it, and the page itself. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import Retell from "retell-sdk";
import { readCorpus } from "@retell-actions/lab/corpus/read-corpus";
import { seedCorpus } from "@retell-actions/lab/corpus/seed-corpus";
import { FaultPlan } from "@retell-actions/lab/faults/faults";
import { startGitHubLab } from "@retell-actions/lab/github/server";
import { startRetellLab, type OrganizationHandle, type RetellLab } from "@retell-actions/lab/retell/server";
import { GitHubActions } from "@retell-actions/lab/runner/github-actions";
import { Person } from "@retell-actions/lab/scene/person";
import { KEYS } from "@retell-actions/lab/scene/scene";
import { PRODUCTION_READ_KEY, REVIEWER, type WorkflowScene } from "@retell-actions/lab/scene/workflow-scene";
import { readMarkdown, type Fence } from "../../../../scripts/docs/markdown-page.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

/** Who hosts the actions, in the page's script. */
const HOST = "your-org";
const ADDRESS = `https://raw.githubusercontent.com/${HOST}/retell-actions/main/`;

/** The page, and what its examples are. */
export interface Page {
  /** The file that an example shows. @throws if there is not exactly one. */
  file(path: string): string;
  /** The rows of the table with this heading in its first column, by column. */
  table(heading: string): Readonly<Record<string, string>>[];
  /** The words, if the page has them, emphasis aside: what it says that one sees. @throws if it does not. */
  says(words: string): string;
  /** Files that the page's script copies, by path. */
  copied(): Promise<Record<string, string>>;
}

/** Reads docs/getting-started.md. */
export async function readPage(): Promise<Page> {
  const text = await readFile(join(ROOT, "docs/getting-started.md"), "utf8");
  const { fences } = readMarkdown(text);
  const only = (what: string, matches: (fence: Fence) => boolean): string => {
    const [fence, ...others] = fences.filter(matches);
    if (fence === undefined || others.length > 0) throw new Error(`The page has ${others.length + (fence === undefined ? 0 : 1)} examples of ${what}.`);
    return fence.text;
  };
  return {
    file: (path) => only(path, ({ attributes }) => attributes.get("file") === path),
    table: (heading) => tableOf(text, heading),
    says: (words) => {
      if (!text.replace(/[*`]/g, "").replace(/\s+/g, " ").includes(words)) throw new Error(`The page does not say: ${words}`);
      return words;
    },
    copied: () => runCopyScript(only("the script that copies", ({ attributes }) => attributes.has("copy"))),
  };
}

function tableOf(text: string, heading: string): Record<string, string>[] {
  const lines = text.split("\n");
  const cells = (line: string): string[] => line.split("|").slice(1, -1).map((cell) => cell.trim());
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`));
  if (start < 0) throw new Error(`The page has no table that begins with ${heading}.`);
  const names = cells(lines[start] ?? "");
  const end = lines.findIndex((line, index) => index > start && !line.startsWith("|"));
  return lines.slice(start + 2, end).map((line) => Object.fromEntries(cells(line).map((cell, index) => [names[index] ?? "", cell])));
}

/** Runs the script in a folder of its own; instead of the network, `curl` asks this checkout. */
async function runCopyScript(script: string): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), "newcomer-"));
  try {
    const curl = `curl() {
  [ "$1" = -fsSLo ] || return 2
  case "$3" in
    "${ADDRESS}"*) cp "$CHECKOUT/\${3#"${ADDRESS}"}" "$2" ;;
    *) echo "no such address: $3" >&2; return 22 ;;
  esac
}
`;
    await writeFile(join(folder, "script.sh"), `set -e\n${curl}${script}`);
    await promisify(execFile)("bash", ["script.sh"], { cwd: folder, env: { ...process.env, CHECKOUT: ROOT } });
    await rm(join(folder, "script.sh"));
    const entries = await readdir(folder, { withFileTypes: true, recursive: true });
    const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    return Object.fromEntries(await Promise.all(paths.map(async (path) => [relative(folder, path), await readFile(path, "utf8")] as const)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the newcomer's workspaces hold: most kinds of agents, two that hand over to each other, credentials, a draft. */
export const STAGING_AGENTS = ["dental-front-desk", "same-credential-twice", "arabic-clinic", "swap-day", "swap-night", "chain-third", "paragraphs-north", "paragraphs-south", "paragraphs-online", "draft-over-published", "custom-websocket", "chat-on-a-flow"];
export const PRODUCTION_AGENTS = ["dental-front-desk", "paragraphs-north", "chat-on-a-flow"];

/** A scene in which nothing is set up. */
export interface NewcomerScene extends WorkflowScene {
  /** How many requests to Retell filled the workspaces. */
  readonly seeded: number;
}

/** Workspaces as the newcomer has them, and a repository as *New repository* makes it. */
export async function startNewcomer(): Promise<NewcomerScene> {
  const faults = new FaultPlan();
  const key = (value: string, name: string, agent: "read" | "edit") => ({ key: value, name, permissions: { agent } });
  const [github, retell] = await Promise.all([
    startGitHubLab({ faults }),
    startRetellLab({
      faults,
      rateLimits: false,
      seed: 11,
      organizations: [
        { id: "org_staging", name: "Acme Staging", keys: [key(KEYS.staging, "deploy", "edit"), key(KEYS.stagingRead, "read", "read")] },
        { id: "org_production", name: "Acme Production", keys: [key(KEYS.production, "deploy", "edit"), key(PRODUCTION_READ_KEY, "read", "read")] },
      ],
    }),
  ]);
  const [staging, production] = [retell.organization("org_staging"), retell.organization("org_production")];
  await fill({ retell, organization: staging, key: KEYS.staging, slugs: STAGING_AGENTS });
  await fill({ retell, organization: production, key: KEYS.production, slugs: PRODUCTION_AGENTS });
  const repository = await github.createRepository({ owner: "acme", name: "voices", defaultBranch: "develop", files: { "README.md": "# voices\n" } });
  const actions = new GitHubActions({ repository, actions: { [`${HOST}/retell-actions/`]: join(ROOT, "dist") }, machine: { RETELL_BASE_URL: retell.url } });
  return {
    github,
    retell,
    repository,
    actions,
    staging,
    production,
    productions: new Map([["production", production]]),
    faults,
    seeded: retell.requests.length,
    person: new Person(repository, "dana"),
    jobRequests: () => github.requests.filter(({ kind, login }) => (kind === "rest" || kind === "graphql") && login === "github-actions[bot]"),
    stop: async () => {
      actions.stop();
      await Promise.all([github.stop(), retell.stop()]);
    },
  };
}

async function fill({ retell, organization, key, slugs }: { retell: RetellLab; organization: OrganizationHandle; key: string; slugs: readonly string[] }): Promise<void> {
  const corpus = readCorpus();
  const chosen = { ...corpus, agents: corpus.agents.filter(({ slug }) => slugs.includes(slug)), components: corpus.components.filter(({ slug }) => slug === "callback-request"), knowledge: corpus.knowledge.filter(({ slug }) => slug === "opening-hours") };
  await seedCorpus({ client: new Retell({ apiKey: key, baseURL: retell.url, maxRetries: 0 }), corpus: chosen, console: organization.console });
}

/** The values behind the names in the page's table of environments. */
const KEY_VALUES: Readonly<Record<string, string>> = {
  RETELL_STAGING_API_KEY: KEYS.staging,
  RETELL_STAGING_READ_KEY: KEYS.stagingRead,
  RETELL_PRODUCTION_API_KEY: KEYS.production,
  RETELL_PRODUCTION_READ_KEY: PRODUCTION_READ_KEY,
};

/** Makes the environments of the page's table, with nothing that it does not name; `secrets` are added to those that deploy. */
export function makeEnvironments({ repository }: WorkflowScene, page: Page, secrets: Readonly<Record<string, string>> = {}): void {
  for (const row of page.table("Environment")) {
    const name = unquoted(row["Environment"] ?? "");
    const keys = [...(row["Secrets"] ?? "").matchAll(/`([A-Z_]+)`/g)].map(([, variable = ""]) => {
      const value = KEY_VALUES[variable];
      if (value === undefined) throw new Error(`The page names a secret that nobody has: ${variable}.`);
      return [variable, value] as const;
    });
    const branch = /^only `([a-z]+)`$/.exec(row["Branches"] ?? "")?.[1];
    repository.setEnvironment({
      name,
      ...(branch === undefined ? {} : { branches: [branch] }),
      requiredReviewers: row["Reviewers"] === "none" ? [] : [REVIEWER],
      secrets: { ...Object.fromEntries(keys), ...(branch === undefined ? {} : secrets) },
    });
  }
}

function unquoted(cell: string): string {
  return cell.replaceAll("`", "");
}
