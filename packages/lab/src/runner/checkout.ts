/**
 * `actions/checkout` with real git. Source: actions/checkout `git-source-provider.ts`, `ref-helper.ts`,
 * `git-auth-helper.ts`, README: what is fetched for which ref, the remote-tracking names, where credentials lie
 * (up to v5 in `.git/config`, from v6 on in a file below RUNNER_TEMP that `.git/config` includes).
 */
import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { isAbsolute, join, relative, resolve } from "node:path";
import { runByBroker } from "../process/run-by-broker.ts";
import { builtInResult } from "./built-in-result.ts";
import type { MaskSet } from "./masks.ts";
import { StepLog } from "./step-log.ts";
import type { ProgramResult } from "./run-program.ts";

export interface CheckoutOptions {
  readonly inputs: Readonly<Record<string, string>>;
  /** Major version of `uses:`; undefined counts as the newest. */
  readonly major: number | undefined;
  readonly github: Readonly<Record<string, unknown>>;
  readonly token: string;
  readonly cloneUrl: (repository: string) => string;
  readonly workspace: string;
  readonly runnerTemp: string;
  readonly env: Readonly<Record<string, string>>;
  readonly masks: MaskSet;
  readonly signal?: AbortSignal | undefined;
}

/** Result of the step, and what its post step undoes. */
export interface CheckoutResult {
  readonly result: ProgramResult;
  readonly cleanUp: () => Promise<void>;
}

/** Inputs that the lab obeys or may ignore without harm; any other makes the step fail. */
const knownInputs = [
  "repository", "ref", "token", "path", "persist-credentials", "fetch-depth", "fetch-tags", "clean", "show-progress", "set-safe-directory",
  "allow-unsafe-pr-checkout", "github-server-url",
];

interface Git {
  (args: readonly string[], options?: { readonly quiet?: boolean }): Promise<string>;
}

function makeGit(options: CheckoutOptions, directory: string, log: StepLog): Git {
  return async (args, { quiet = false } = {}) => {
    if (!quiet) log.write(`[command]git ${args.join(" ")}`);
    options.signal?.throwIfAborted();
    const env = { PATH: options.env["PATH"] ?? "", HOME: options.env["HOME"] ?? "", GIT_TERMINAL_PROMPT: "0", GIT_CONFIG_NOSYSTEM: "1" };
    const { code, ...output } = await runByBroker({ command: "git", args, cwd: directory, env });
    const [stdout, stderr] = [output.stdout.toString("utf8"), output.stderr.toString("utf8")];
    if (!quiet) for (const line of (stdout + stderr).split("\n")) if (line !== "") log.write(line);
    if (code !== 0) throw new Error(`The process 'git ${args[0] ?? ""}' failed: ${stderr.trim() || `it ended with ${code}`}`);
    return stdout.trim();
  };
}

function wanted(options: CheckoutOptions): { repository: string; ref: string; commit: string } {
  const { github, inputs } = options;
  const repository = inputs["repository"] || String(github["repository"]);
  const given = inputs["ref"] ?? "";
  if (/^[0-9a-f]{40}$/i.test(given)) return { repository, ref: "", commit: given };
  if (given !== "") return { repository, ref: given, commit: "" };
  if (repository.toLowerCase() !== String(github["repository"]).toLowerCase()) return { repository, ref: "", commit: "" };
  const ref = String(github["ref"]);
  // A closed pull request has an unqualified ref.
  return { repository, ref: ref.startsWith("refs/") ? ref : `refs/heads/${ref}`, commit: String(github["sha"]) };
}

/** Destination below `refs/` and what is checked out, for a full ref. */
function places(ref: string): { destination: string; start: string; branch?: string } {
  if (ref.startsWith("refs/heads/")) {
    const branch = ref.slice("refs/heads/".length);
    return { destination: `refs/remotes/origin/${branch}`, start: `refs/remotes/origin/${branch}`, branch };
  }
  if (ref.startsWith("refs/pull/")) {
    const destination = `refs/remotes/pull/${ref.slice("refs/pull/".length)}`;
    return { destination, start: destination };
  }
  return { destination: ref, start: ref };
}

async function authorise(options: CheckoutOptions, git: Git, directory: string): Promise<() => Promise<void>> {
  const key = `http.${new URL(String(options.github["server_url"])).origin}/.extraheader`;
  const credential = Buffer.from(`x-access-token:${options.inputs["token"] || options.token}`, "utf8").toString("base64");
  options.masks.add(credential);
  const value = `AUTHORIZATION: basic ${credential}`;
  if (options.major !== undefined && options.major < 6) {
    await git(["config", "--local", key, value], { quiet: true });
    return async () => void (await git(["config", "--local", "--unset-all", key], { quiet: true }).catch(() => undefined));
  }
  const file = join(options.runnerTemp, `git-credentials-${randomUUID()}.config`);
  await writeFile(file, "", { mode: 0o600 });
  await git(["config", "--file", file, key, value], { quiet: true });
  const includes = [`includeIf.gitdir:${directory}/.git.path`, `includeIf.gitdir:${directory}/.git/worktrees/*.path`];
  for (const include of includes) await git(["config", "--local", include, file], { quiet: true });
  return async () => {
    for (const include of includes) await git(["config", "--local", "--unset-all", include], { quiet: true }).catch(() => undefined);
    await rm(file, { force: true });
  };
}

async function fetchAndCheckOut(options: CheckoutOptions, git: Git): Promise<{ ref: string; commit: string }> {
  const { repository, commit } = wanted(options);
  let { ref } = wanted(options);
  const depth = Number(options.inputs["fetch-depth"] || "1");
  if (!Number.isInteger(depth)) throw new Error(`The input 'fetch-depth' must be a whole number, not '${options.inputs["fetch-depth"] ?? ""}'.`);
  if (ref === "" && commit === "") {
    const head = /^ref: (\S+)\tHEAD/m.exec(await git(["ls-remote", "--symref", "origin", "HEAD"], { quiet: true }))?.[1];
    if (head === undefined) throw new Error(`The default branch of ${repository} could not be determined.`);
    ref = head;
  }
  if (ref !== "" && !ref.startsWith("refs/")) {
    const remote = await git(["ls-remote", "origin", `refs/heads/${ref}`, `refs/tags/${ref}`], { quiet: true });
    if (remote.includes(`\trefs/heads/${ref}`)) ref = `refs/heads/${ref}`;
    else if (remote.includes(`\trefs/tags/${ref}`)) ref = `refs/tags/${ref}`;
    else throw new Error(`A branch or tag with the name '${ref}' could not be found`);
  }
  const target = ref === "" ? { destination: "", start: commit } : places(ref);
  const exact = ref === "" ? commit : `+${commit || ref}:${target.destination}`;
  const fetch = ["-c", "protocol.version=2", "fetch", "--prune", "--no-recurse-submodules"];
  const tags = options.inputs["fetch-tags"] === "true";
  if (depth > 0) await git([...fetch, ...(tags ? [] : ["--no-tags"]), `--depth=${depth}`, "origin", exact]);
  else {
    const all = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"];
    await git([...fetch, "origin", ...all, ...(ref.startsWith("refs/pull/") || ref === "" ? [exact] : [])]);
    // The branch may have moved since the event: then exactly the event's commit is fetched.
    const there = commit === "" || (await git(["rev-parse", "--verify", "--quiet", `${target.start}^{commit}`], { quiet: true }).catch(() => "")) === commit;
    if (!there) await git([...fetch, "--no-tags", "origin", exact]);
  }
  if ("branch" in target && target.branch !== undefined) await git(["checkout", "--progress", "--force", "-B", target.branch, target.start]);
  else await git(["-c", "advice.detachedHead=false", "checkout", "--progress", "--force", "--detach", target.start]);
  return { ref, commit: await git(["log", "-1", "--format=%H"], { quiet: true }) };
}

function refuseUnsafe(options: CheckoutOptions): void {
  const { github, inputs } = options;
  const pull = (github["event"] as { pull_request?: { number?: number; head?: { sha?: string; repo?: { full_name?: string } | null } } }).pull_request;
  if (github["event_name"] !== "pull_request_target" || inputs["allow-unsafe-pr-checkout"] === "true") return;
  const fork = pull?.head?.repo?.full_name !== github["repository"];
  const { ref, commit, repository } = wanted(options);
  const ofPull = ref.startsWith(`refs/pull/${pull?.number ?? ""}/`) || commit === pull?.head?.sha || repository === pull?.head?.repo?.full_name;
  if (fork && ofPull) throw new Error("Refusing to check out a fork's pull request in a pull_request_target workflow. It would run untrusted code with secrets; set 'allow-unsafe-pr-checkout: true' only if that is intended.");
}

/** Fetches and checks out. A git failure makes the step fail, never the runner. */
export async function checkout(options: CheckoutOptions): Promise<CheckoutResult> {
  const started = performance.now();
  const log = new StepLog({ masks: options.masks, workspace: options.workspace });
  const directory = resolve(options.workspace, options.inputs["path"] || ".");
  let cleanUp = async (): Promise<void> => undefined;
  let outputs: Record<string, string> = {};
  let conclusion: ProgramResult["conclusion"] = "success";
  try {
    const unknown = Object.keys(options.inputs).filter((name) => !knownInputs.includes(name) && options.inputs[name] !== "" && options.inputs[name] !== "false");
    if (unknown.length > 0 || options.inputs["clean"] === "false") throw new Error(`The lab's checkout does not support the input(s) ${unknown.join(", ") || "clean: false"}.`);
    const inside = relative(options.workspace, directory);
    if (inside.startsWith("..") || isAbsolute(inside)) throw new Error(`Repository path '${directory}' is not under '${options.workspace}'`);
    refuseUnsafe(options);
    await mkdir(directory, { recursive: true });
    for (const entry of await readdir(directory)) await rm(join(directory, entry), { recursive: true, force: true });
    const git = makeGit(options, directory, log);
    await git(["init", "--quiet", "."]);
    await git(["remote", "add", "origin", options.cloneUrl(wanted(options).repository)]);
    await git(["config", "--local", "gc.auto", "0"]);
    const removeAuth = await authorise(options, git, directory);
    try {
      outputs = await fetchAndCheckOut(options, git);
    } finally {
      if ((options.inputs["persist-credentials"] || "true") === "true") cleanUp = removeAuth;
      else await removeAuth();
    }
  } catch (error) {
    conclusion = options.signal?.aborted ? "cancelled" : "failure";
    log.issue("error", (error as Error).message);
  }
  return { result: builtInResult({ conclusion, log, masks: options.masks, outputs, started }), cleanUp };
}
