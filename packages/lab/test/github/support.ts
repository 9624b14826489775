import { afterEach } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Octokit } from "@octokit/rest";
import type { Permissions } from "@retell-actions/lab/github/model/tokens";
import type { Repository } from "@retell-actions/lab/github/model/repository";
import type { GitHubLabOptions } from "@retell-actions/lab/github/model/world";
import { type GitHubLab, startGitHubLab } from "@retell-actions/lab/github/server";

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A lab with the public repository `octo/agents`; ended after the test. */
export async function startLab(options: GitHubLabOptions & { private?: boolean; files?: Record<string, string> } = {}): Promise<{ lab: GitHubLab; repository: Repository }> {
  const lab = await startGitHubLab({ mergeableNullReads: 0, ...options });
  cleanups.push(() => lab.stop());
  const files = options.files ?? { "README.md": "# agents\n", "agents/sales/agent.json": '{"name":"sales"}\n' };
  const repository = await lab.createRepository({ owner: "octo", name: "agents", defaultBranch: "main", private: options.private ?? false, files });
  return { lab, repository };
}

/** All a job may get: every permission at `write`. */
export const everything: Permissions = Object.fromEntries(
  ["actions", "checks", "contents", "issues", "pull-requests", "statuses"].map((key) => [key, "write"]),
);

/** The real client, without its log. */
export function octokitFor(lab: GitHubLab, token?: string): Octokit {
  const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  return new Octokit({ baseUrl: lab.apiUrl, log: silent, ...(token === undefined ? {} : { auth: token }) });
}

/** Client of a job with these permissions. */
export function jobClient(lab: GitHubLab, repository: Repository, permissions: Permissions = everything): Octokit {
  return octokitFor(lab, repository.issueToken({ kind: "actions", permissions }));
}

export const at = { owner: "octo", repo: "agents" };

/** Status and message of a request that fails; `{ status: 0 }` if it succeeds. */
export async function failure(promise: Promise<unknown>): Promise<{ status: number; message: string; headers: Record<string, string>; data: Record<string, unknown> }> {
  try {
    await promise;
    return { status: 0, message: "", headers: {}, data: {} };
  } catch (error) {
    const { status, response } = error as { status: number; response?: { headers: Record<string, string>; data: Record<string, unknown> } };
    return { status, message: String(response?.data["message"] ?? error), headers: response?.headers ?? {}, data: response?.data ?? {} };
  }
}

/** Runs git with an empty configuration; the result has the exit code instead of throwing. */
export async function git(cwd: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const identity = ["-c", "user.name=Dev", "-c", "user.email=dev@example.com", "-c", "init.defaultBranch=main", "-c", "advice.detachedHead=false"];
  const env = { ...process.env, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
  try {
    const { stdout, stderr } = await promisify(execFile)("git", [...identity, ...args], { cwd, env });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

/** An empty folder that is removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "github-lab-test-"));
  cleanups.push(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** Clone URL with a token in it, as `x-access-token`. */
export function cloneUrl(lab: GitHubLab, token?: string, name = "octo/agents"): string {
  const url = new URL(`${lab.url}/${name}.git`);
  if (token !== undefined) Object.assign(url, { username: "x-access-token", password: token });
  return url.href;
}

/** Sends a GraphQL document and returns the whole answer. */
export async function graphql(lab: GitHubLab, token: string | undefined, query: string, variables: Record<string, unknown> = {}): Promise<GraphQLAnswer> {
  const headers = { "content-type": "application/json", ...(token === undefined ? {} : { authorization: `bearer ${token}` }) };
  const response = await fetch(lab.graphqlUrl, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  return { ...((await response.json()) as object), status: response.status } as GraphQLAnswer;
}

export interface GraphQLAnswer {
  status: number;
  message?: string;
  data?: Record<string, Record<string, unknown> | null> | null;
  errors?: { type?: string; message: string; path?: string[] }[];
}

export const commitMutation = `mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid message author { name email } committer { name } signature { isValid wasSignedByGitHub } parents(first: 3) { totalCount } } ref { name target { oid } } }
}`;

export const refsMutation = "mutation ($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }";
