/** Fixtures of the runner's tests: tiny actions in temporary folders, and a host over a real bare repository. */
import { afterAll } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ApprovalRequest, DeploymentState, JobEnd, JobRequest, RunIdentity, RunnerHost, RunRequest, SecretSource } from "@retell-actions/lab/runner/host";
import type { Permissions } from "@retell-actions/lab/runner/permissions";
import { runWorkflow, type RunWorkflowOptions, type WorkflowRun } from "@retell-actions/lab/runner/run-workflow";

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A temporary folder that lives as long as the test file. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "runner-test-")));
  folders.push(folder);
  return folder;
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** Writes an action with a script; `extra` is appended to its action.yml. */
export function writeAction(folder: string, script: string, extra = ""): string {
  const yml = `name: Fixture\ndescription: Fixture\n${extra}\nruns:\n  using: node24\n  main: index.js\n`;
  return writeFiles(folder, { "action.yml": yml, "index.js": script, "package.json": '{"type":"module"}' });
}

export function git(cwd: string, ...args: string[]): string {
  const identity = { GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@b", GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@b" };
  return execFileSync("git", args, { cwd, encoding: "utf8", env: { ...process.env, ...identity }, stdio: ["ignore", "pipe", "pipe"] }).trim();
}

/** A bare repository with three commits on main (file `n` holds 1, 2, 3), a tag v1 on the first, and a test merge at refs/pull/7/merge. */
export function bareRepository(): { readonly path: string; readonly shas: readonly string[]; readonly merge: string; readonly head: string } {
  const work = temporaryFolder();
  git(work, "init", "--quiet", "--initial-branch=main");
  const shas: string[] = [];
  for (const number of ["1", "2", "3"]) {
    writeFileSync(join(work, "n"), number);
    git(work, "add", ".");
    git(work, "commit", "--quiet", "--message", `commit ${number}`);
    shas.push(git(work, "rev-parse", "HEAD"));
    if (number === "1") git(work, "tag", "v1");
  }
  git(work, "checkout", "--quiet", "-b", "feature", shas[1] ?? "");
  writeFileSync(join(work, "feature"), "yes");
  git(work, "add", ".");
  git(work, "commit", "--quiet", "--message", "feature");
  const head = git(work, "rev-parse", "HEAD");
  git(work, "checkout", "--quiet", "--detach", "main");
  git(work, "merge", "--quiet", "--no-ff", "--message", "test merge", head);
  const merge = git(work, "rev-parse", "HEAD");
  git(work, "update-ref", "refs/pull/7/merge", merge);
  git(work, "update-ref", "refs/pull/7/head", head);
  const path = join(temporaryFolder(), "repo.git");
  git(work, "init", "--quiet", "--bare", "--initial-branch=main", path);
  git(work, "push", "--quiet", path, "refs/heads/*:refs/heads/*", "refs/tags/*:refs/tags/*", "refs/pull/*:refs/pull/*");
  return { path, shas, merge, head };
}

/** Remembers what the runner asked for. */
export class FakeHost implements RunnerHost {
  readonly repository = { fullName: "acme/agents", id: 42, ownerId: 7, defaultBranch: "main" };
  readonly urls = { server: "http://github.lab", api: "http://github.lab/api", graphql: "http://github.lab/graphql" };
  readonly calls: string[] = [];
  readonly tokens: { readonly permissions: Permissions; readonly job: JobRequest }[] = [];
  readonly deployments: DeploymentState[] = [];
  repositorySecrets: Record<string, string> = {};
  environmentSecrets: Record<string, Record<string, string>> = {};
  repositoryVariables: Record<string, string> = {};
  approve: (request: ApprovalRequest) => Promise<{ approved: boolean; reason?: string }> = () => Promise.resolve({ approved: true });
  readonly #clone: string;
  #runs = 100;

  constructor(clone = "") {
    this.#clone = clone;
  }

  cloneUrl(): string {
    return this.#clone;
  }

  startRun(request: RunRequest): Promise<RunIdentity> {
    this.calls.push(`startRun ${request.event} ${request.ref}`);
    const id = request.rerunOf ?? (this.#runs += 1);
    return Promise.resolve({ id, number: id - 100, attempt: request.rerunOf === undefined ? 1 : 2 });
  }

  finishRun(run: RunIdentity, conclusion: string): Promise<void> {
    this.calls.push(`finishRun ${run.id} ${conclusion}`);
    return Promise.resolve();
  }

  startJob(job: JobRequest): Promise<void> {
    this.calls.push(`startJob ${job.name}`);
    return Promise.resolve();
  }

  finishJob(job: JobRequest, { conclusion }: JobEnd): Promise<void> {
    this.calls.push(`finishJob ${job.name} ${conclusion}`);
    return Promise.resolve();
  }

  issueToken(request: { permissions: Permissions; job: JobRequest }): Promise<string> {
    this.tokens.push(request);
    return Promise.resolve(`ghs_token${this.tokens.length}`);
  }

  secrets(request: { environment?: string; source: SecretSource }): Promise<Record<string, string>> {
    this.calls.push(`secrets ${request.source} ${request.environment ?? "-"}`);
    return Promise.resolve({ ...this.repositorySecrets, ...this.environmentSecrets[request.environment ?? ""] });
  }

  variables(): Promise<Record<string, string>> {
    return Promise.resolve(this.repositoryVariables);
  }

  approval(request: ApprovalRequest): Promise<{ approved: boolean; reason?: string }> {
    this.calls.push(`approval ${request.environment}`);
    return this.approve(request);
  }

  deployment(state: DeploymentState): Promise<void> {
    this.deployments.push(state);
    return Promise.resolve();
  }
}

/** Runs a workflow text on a push to main with defaults for everything. */
export function runText(text: string, options: Partial<RunWorkflowOptions> = {}): Promise<WorkflowRun> {
  return runWorkflow({
    host: new FakeHost(),
    file: { path: ".github/workflows/test.yml", text },
    event: { name: "push", payload: {} },
    ref: "refs/heads/main",
    sha: "0".repeat(40),
    actions: {},
    ...options,
  });
}

/** Lines of a step's log that a script printed with `echo`, without group markers. */
export function printed(run: WorkflowRun, job: string, step = 0): string {
  const log = run.jobs[job]?.steps[step]?.log ?? "";
  return log.slice(log.indexOf("##[endgroup]\n") + "##[endgroup]\n".length);
}
