import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { basicCredential, gitEnvironment } from "../../../src/adapters/git/git-environment.ts";
import { remoteAddress } from "../../../src/adapters/git/remote.ts";
import { git, originRepository, readerFor, removeFolders, temporaryFolder } from "./repository.ts";

afterAll(removeFolders);

/** A commit on top of HEAD with these files; `undefined` deletes. */
function commitFiles(folder: string, files: Record<string, string | Buffer>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  git(folder, "add", "-A");
  git(folder, "commit", "-q", "-m", "files");
  return git(folder, "rev-parse", "HEAD");
}

function shallowClone(origin: string): string {
  const clone = temporaryFolder();
  git(clone, "clone", "-q", "--depth=1", "--branch=main", `file://${origin}`, ".");
  return clone;
}

describe("reading a commit", () => {
  test("files of every kind, with odd names, only below the asked paths", async () => {
    const folder = originRepository();
    symlinkSync("/etc/passwd", join(folder, "link"));
    const commit = commitFiles(folder, {
      "agents/a b/agent.json": "{}\r\n",
      "agents/-x/agent.json": "dash",
      "agents/n\nl'\"$(touch pwned)/agent.json": "odd",
      "agents/ü/agent.json": "\uFEFFbom",
      "agents/*/agent.json": "star",
      "agents2/no.json": "not asked",
      "prompts/bin.md": Buffer.from([0xff, 0xfe, 0x00]),
      "prompts/empty.md": "",
    });
    git(folder, "rm", "-q", "-r", "--cached", ".");
    const files = await readerFor(folder).readCommit(commit, ["agents/", "./prompts", "link", "missing"]);
    expect([...files]).toEqual([
      ["agents/*/agent.json", { kind: "file", text: "star" }],
      ["agents/-x/agent.json", { kind: "file", text: "dash" }],
      ["agents/a b/agent.json", { kind: "file", text: "{}\r\n" }],
      ["agents/n\nl'\"$(touch pwned)/agent.json", { kind: "file", text: "odd" }],
      ["agents/ü/agent.json", { kind: "file", text: "\uFEFFbom" }],
      ["link", { kind: "symlink" }],
      ["prompts/bin.md", { kind: "binary", bytes: new Uint8Array([255, 254, 0]) }],
      ["prompts/empty.md", { kind: "file", text: "" }],
    ]);
    const star = await readerFor(folder).readCommit(commit, ["agents/*"]);
    expect([...star.keys()]).toEqual(["agents/*/agent.json"]);
    expect((await readerFor(folder).readCommit(commit, [""])).size).toBe(9);
    await expect(readerFor(folder).readCommit(commit, ["../x"])).rejects.toThrow("not a path inside");
  });

  test("thousands of files", async () => {
    const folder = originRepository();
    const commit = commitFiles(folder, Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`agents/a${index}/agent.json`, `{"n": ${index}}`])));
    const files = await readerFor(folder).readCommit(commit, ["agents"]);
    expect(files.size).toBe(3000);
    expect(files.get("agents/a2999/agent.json")?.text).toBe('{"n": 2999}');
  });

  test.each(["HEAD", "--help", "main", "", "abc123", "0".repeat(39)])("refuses %j as a commit", async (commit) => {
    const reader = readerFor(originRepository());
    await expect(reader.readCommit(commit, ["a"])).rejects.toMatchObject({ reason: "git-failed" });
    await expect(reader.parents(commit)).rejects.toMatchObject({ reason: "git-failed" });
    await expect(reader.fetch([commit])).rejects.toMatchObject({ reason: "git-failed" });
  });

  test("a commit that is not there is an error", async () => {
    await expect(readerFor(originRepository()).readCommit("0".repeat(40), ["a"])).rejects.toMatchObject({ reason: "git-failed" });
  });
});

describe("a shallow checkout", () => {
  test("knows the parents of its commit, fetches them and other branches in one go, and stays shallow", async () => {
    const origin = originRepository();
    const first = commitFiles(origin, { "agents/a/agent.json": "1" });
    git(origin, "branch", "retell/state/staging");
    const second = commitFiles(origin, { "agents/a/agent.json": "2" });
    git(origin, "checkout", "-q", "retell/state/staging");
    const state = commitFiles(origin, { "workspace.json": "{}" });
    git(origin, "checkout", "-q", "main");
    const clone = shallowClone(origin);
    const reader = readerFor(clone);
    expect(await reader.head()).toBe(second);
    expect(await reader.parents(second)).toEqual([first]);
    const tips = await reader.remoteTips(["retell/state/staging", "main", "state/staging", "absent"]);
    expect(tips).toEqual(new Map([["main", second], ["retell/state/staging", state]]));
    await reader.fetch([first, state, second]);
    expect((await reader.readCommit(first, ["agents"])).get("agents/a/agent.json")?.text).toBe("1");
    expect((await reader.readCommit(state, [""])).get("workspace.json")?.text).toBe("{}");
    expect(git(clone, "rev-parse", "--is-shallow-repository")).toBe("true");
    expect(git(clone, "rev-list", "--count", "HEAD")).toBe("1");
  });

  test("fetches nothing that is there, and asks nobody for no branches", async () => {
    const origin = originRepository();
    const clone = shallowClone(origin);
    git(clone, "remote", "set-url", "origin", "file:///nowhere");
    const reader = readerFor(clone);
    await reader.fetch([await reader.head()]);
    expect(await reader.remoteTips([])).toEqual(new Map());
    await expect(reader.remoteTips(["main"])).rejects.toMatchObject({ reason: "git-failed" });
    await expect(reader.fetch(["1".repeat(40)])).rejects.toMatchObject({ reason: "git-failed" });
  });
});

test("a complete clone stays complete", async () => {
  const origin = originRepository();
  const clone = temporaryFolder();
  git(clone, "clone", "-q", `file://${origin}`, ".");
  commitFiles(origin, { a: "1" });
  const tip = commitFiles(origin, { a: "2" });
  const reader = readerFor(clone);
  await reader.fetch([tip]);
  expect(git(clone, "rev-parse", "--is-shallow-repository")).toBe("false");
  expect(git(clone, "rev-list", "--count", tip)).toBe("3");
});

test("merge commits name both parents, and the message cannot add one", async () => {
  const folder = originRepository();
  const base = git(folder, "rev-parse", "HEAD");
  git(folder, "checkout", "-q", "-b", "side");
  const side = commitFiles(folder, { s: "1" });
  git(folder, "checkout", "-q", "main");
  git(folder, "merge", "-q", "--no-ff", "-m", `x\n\nparent ${"0".repeat(40)}`, "side");
  expect(await readerFor(folder).parents(git(folder, "rev-parse", "HEAD"))).toEqual([base, side]);
});

test("uncommitted paths: changed, staged, renamed, untracked, but not ignored", async () => {
  const folder = originRepository();
  commitFiles(folder, { "a.txt": "a", "b.txt": "b", ".gitignore": "ignored\n" });
  expect(await readerFor(folder).uncommitted()).toEqual([]);
  writeFileSync(join(folder, "a.txt"), "changed");
  git(folder, "mv", "b.txt", "c.txt");
  mkdirSync(join(folder, "new"));
  writeFileSync(join(folder, "new", "sp ace"), "");
  writeFileSync(join(folder, "ignored"), "");
  expect(await readerFor(folder).uncommitted()).toEqual(["a.txt", "b.txt", "c.txt", "new/sp ace"]);
});

test("outside a repository the message says what to do", async () => {
  const reader = readerFor(temporaryFolder());
  await expect(reader.head()).rejects.toThrow("actions/checkout");
  await expect(readerFor("/nowhere/at/all").head()).rejects.toThrow("actions/checkout");
  const many = Array.from({ length: 20_000 }, (_, index) => index.toString(16).padStart(40, "0"));
  await expect(reader.fetch(many)).rejects.toMatchObject({ reason: "git-failed" });
});

describe("credentials", () => {
  /** The authorization headers of every request that git made. */
  async function requestsOf(prepare: (clone: string, url: string) => { token: string; serverUrl?: string }): Promise<{ headers: string[][]; message: string; log: string[]; masked: string[] }> {
    const headers: string[][] = [];
    const server = createServer((request: IncomingMessage, response) => {
      headers.push(request.rawHeaders.flatMap((name, index) => (index % 2 === 0 && name.toLowerCase() === "authorization" ? [request.rawHeaders[index + 1] ?? ""] : [])));
      response.writeHead(400).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const clone = originRepository();
    const { token, serverUrl } = prepare(clone, url);
    const reader = readerFor(clone, { token, serverUrl: serverUrl ?? url, remoteUrl: `${url}/o/r` });
    const message = await reader.remoteTips(["main"]).then(
      () => "",
      (error: unknown) => (error as Error).message,
    );
    await new Promise((resolve) => server.close(resolve));
    return { headers, message, log: reader.log.lines, masked: reader.log.masked };
  }

  test("exactly one header, also where the checkout persisted one, and a few tries", async () => {
    const { headers, message, log, masked } = await requestsOf((clone, url) => {
      git(clone, "remote", "add", "origin", `${url}/o/r`);
      git(clone, "config", `http.${url}/.extraheader`, "AUTHORIZATION: basic b2xk");
      return { token: "new-token-1234" };
    });
    expect(headers).toEqual(Array.from({ length: 4 }, () => [`basic ${basicCredential("new-token-1234")}`]));
    expect(masked).toEqual([basicCredential("new-token-1234")]);
    expect(message).toContain("contents: read");
    expect([message, ...log].join()).not.toMatch(/new-token|basic [A-Za-z0-9]/);
  });

  test("credentials in the origin's address are not sent as well, nor shown", async () => {
    const { headers, message } = await requestsOf((clone, url) => {
      git(clone, "remote", "add", "origin", url.replace("//", "//user:pass-word-123@").concat("/o/r"));
      return { token: "new-token-1234" };
    });
    expect(headers[0]).toEqual([`basic ${basicCredential("new-token-1234")}`]);
    expect(message).not.toContain("pass-word-123");
  });

  test("another host gets no token", async () => {
    const { headers } = await requestsOf((clone, url) => {
      git(clone, "remote", "add", "origin", `${url}/o/r`);
      return { token: "new-token-1234", serverUrl: "https://github.example" };
    });
    expect(headers[0]).toEqual([]);
  });

  test("without origin the repository's address is used", async () => {
    const { headers } = await requestsOf(() => ({ token: "t-123456" }));
    expect(headers[0]).toEqual([`basic ${basicCredential("t-123456")}`]);
  });

  test("the environment keeps settings that were there and drops tracing and foreign repositories", () => {
    const environment = gitEnvironment({
      environment: { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "a.b", GIT_CONFIG_VALUE_0: "c", GIT_TRACE_CURL: "1", GIT_DIR: "/x", HOME: "/h" },
      workspace: "/w",
      serverUrl: "https://github.com/",
      token: "t",
    });
    const count = Number(environment["GIT_CONFIG_COUNT"]);
    const pairs = Array.from({ length: count }, (_, index) => [environment[`GIT_CONFIG_KEY_${index}`], environment[`GIT_CONFIG_VALUE_${index}`]]);
    expect(pairs[0]).toEqual(["a.b", "c"]);
    expect(pairs).toContainEqual(["safe.directory", "/w"]);
    expect(pairs.slice(-2)).toEqual([["http.https://github.com/.extraheader", ""], ["http.https://github.com/.extraheader", `AUTHORIZATION: basic ${basicCredential("t")}`]]);
    expect(environment).not.toHaveProperty("GIT_TRACE_CURL");
    expect(environment).not.toHaveProperty("GIT_DIR");
    expect(environment).toMatchObject({ HOME: "/h", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" });
  });

  test("git itself reads those settings", () => {
    const environment = gitEnvironment({ environment: { PATH: process.env["PATH"] }, workspace: "/w", serverUrl: "https://github.com", token: "t" });
    const output = execFileSync("git", ["config", "--get-all", "http.https://github.com/.extraheader"], { env: environment, encoding: "utf8" });
    expect(output).toBe(`\nAUTHORIZATION: basic ${basicCredential("t")}\n`);
  });
});

describe("the address to fetch from", () => {
  const fallback = "https://github.com/o/r";
  test.each([
    [undefined, fallback],
    ["", fallback],
    ["https://github.com/o/fork", "https://github.com/o/fork"],
    ["https://x:y@github.com/o/r.git", "https://github.com/o/r.git"],
    ["git@github.com:o/r.git", fallback],
    ["ssh://git@github.com/o/r", fallback],
    ["--upload-pack=touch pwned", fallback],
    ["ext::sh -c touch% pwned", fallback],
    ["file:///srv/git", "file:///srv/git"],
    ["/srv/git", "/srv/git"],
  ])("origin %j: %s", (origin, address) => {
    expect(remoteAddress({ origin, serverUrl: "https://github.com", fallback })).toBe(address);
  });
});

describe("tags", () => {
  test("lightweight, annotated and nested ones lead to their commit; like-named refs do not", async () => {
    const origin = originRepository();
    const commit = git(origin, "rev-parse", "HEAD");
    git(origin, "tag", "light");
    git(origin, "tag", "-a", "-m", "words", "nested/v1+b");
    git(origin, "tag", "-a", "-m", "words", "twice", "nested/v1+b");
    git(origin, "update-ref", "refs/tags/x/refs/tags/absent", commit);
    const reader = readerFor(shallowClone(origin));
    for (const tag of ["light", "nested/v1+b", "twice"]) expect(await reader.tagCommit(tag)).toBe(commit);
    expect(await reader.tagCommit("absent")).toBeUndefined();
    expect(await reader.tagCommit("v1+b")).toBeUndefined();
  });

  test("a commit's time is its committer's, in milliseconds", async () => {
    const folder = originRepository();
    git(folder, "commit", "-q", "--allow-empty", "-m", "second\n\ncommitter A <a@b> 1 +0000", "--date=2001-02-03T04:05:06Z");
    const commit = git(folder, "rev-parse", "HEAD");
    const seconds = Number(git(folder, "show", "-s", "--format=%ct", commit));
    expect(await readerFor(folder).commitTime(commit)).toBe(seconds * 1000);
    await expect(readerFor(folder).commitTime("0".repeat(40))).rejects.toMatchObject({ reason: "git-failed" });
  });
});
