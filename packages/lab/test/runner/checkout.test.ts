import { describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "@retell-actions/lab/runner/checkout";
import { MaskSet } from "@retell-actions/lab/runner/masks";
import { bareRepository, git, temporaryFolder } from "./support.ts";

const bare = bareRepository();

async function check(inputs: Record<string, string>, github: Record<string, unknown> = {}, major: number | undefined = 6) {
  const workspace = temporaryFolder();
  const runnerTemp = temporaryFolder();
  const done = await checkout({
    inputs,
    major,
    github: { repository: "acme/agents", ref: "refs/heads/main", sha: bare.shas[2], server_url: "http://github.lab", event: {}, ...github },
    token: "ghs_tok",
    cloneUrl: () => `file://${bare.path}`,
    workspace,
    runnerTemp,
    env: { PATH: process.env["PATH"] ?? "", HOME: runnerTemp },
    masks: new MaskSet({ values: ["ghs_tok"] }),
  });
  return { ...done, workspace, runnerTemp };
}
const key = "http.http://github.lab/.extraheader";
const header = `AUTHORIZATION: basic ${Buffer.from("x-access-token:ghs_tok").toString("base64")}`;

describe("checkout", () => {
  test("one commit of the event's branch, on a branch of that name, from the server's address", async () => {
    const { result, workspace } = await check({});
    expect(result).toMatchObject({ conclusion: "success", outputs: { ref: "refs/heads/main", commit: bare.shas[2] } });
    expect(git(workspace, "rev-list", "--count", "HEAD")).toBe("1");
    expect(git(workspace, "rev-parse", "--abbrev-ref", "HEAD")).toBe("main");
    expect(git(workspace, "remote", "get-url", "origin")).toBe(`file://${bare.path}`);
    expect(git(workspace, "tag")).toBe("");
  });

  test("the event's commit, also when the branch has moved on", async () => {
    const { result, workspace } = await check({}, { sha: bare.shas[0] });
    expect(result.outputs["commit"]).toBe(bare.shas[0]);
    expect(readFileSync(join(workspace, "n"), "utf8")).toBe("1");
    const full = await check({ "fetch-depth": "0" }, { sha: bare.shas[0] });
    expect(full.result.outputs["commit"]).toBe(bare.shas[0]);
  });

  test("fetch-depth 0 brings all history, branches and tags", async () => {
    const { workspace } = await check({ "fetch-depth": "0" });
    expect(git(workspace, "rev-list", "--count", "HEAD")).toBe("3");
    expect(git(workspace, "branch", "--remotes", "--format=%(refname)").split("\n")).toEqual(["refs/remotes/origin/feature", "refs/remotes/origin/main"]);
    expect(git(workspace, "tag")).toBe("v1");
  });

  test("a pull request's test merge, detached, with both parents in reach at depth 2", async () => {
    const { workspace, result } = await check({ "fetch-depth": "2" }, { ref: "refs/pull/7/merge", sha: bare.merge });
    expect(result.outputs["commit"]).toBe(bare.merge);
    expect(git(workspace, "rev-parse", "--abbrev-ref", "HEAD")).toBe("HEAD");
    expect(git(workspace, "rev-parse", "HEAD^1", "HEAD^2").split("\n")).toEqual([bare.shas[2], bare.head]);
  });

  test.each([["feature", "refs/heads/feature"], ["v1", "refs/tags/v1"], ["refs/heads/feature", "refs/heads/feature"]])("ref %s", async (ref, full) => {
    expect((await check({ ref })).result.outputs["ref"]).toBe(full);
  });

  test("a commit, and a ref that does not exist", async () => {
    expect((await check({ ref: bare.shas[1] ?? "" })).result.outputs).toEqual({ ref: "", commit: bare.shas[1] });
    const { result } = await check({ ref: "gone" });
    expect(result.conclusion).toBe("failure");
    expect(result.annotations[0]?.message).toBe("A branch or tag with the name 'gone' could not be found");
  });

  test("another repository: its default branch, below a path", async () => {
    const { workspace } = await check({ repository: "acme/other", path: "tools" });
    expect(readFileSync(join(workspace, "tools", "n"), "utf8")).toBe("3");
  });

  test("credentials of v6: an included file below RUNNER_TEMP, gone after the post step", async () => {
    const { workspace, runnerTemp, cleanUp, result } = await check({});
    expect(git(workspace, "config", key)).toBe(header);
    expect(readFileSync(join(workspace, ".git", "config"), "utf8")).not.toContain("AUTHORIZATION");
    expect(result.log).not.toContain(header.slice(-20));
    await cleanUp();
    expect(() => git(workspace, "config", key)).toThrow();
    expect(readdirSync(runnerTemp)).toEqual([]);
  });

  test("credentials of v4: in .git/config; with persist-credentials: false nowhere", async () => {
    const old = await check({}, {}, 4);
    expect(readFileSync(join(old.workspace, ".git", "config"), "utf8")).toContain(header);
    await old.cleanUp();
    expect(readFileSync(join(old.workspace, ".git", "config"), "utf8")).not.toContain("AUTHORIZATION");
    const without = await check({ "persist-credentials": "false" });
    expect(() => git(without.workspace, "config", key)).toThrow();
    expect(readdirSync(without.runnerTemp)).toEqual([]);
  });

  test("what the lab cannot do fails, and paths stay inside the workspace", async () => {
    expect((await check({ submodules: "true" })).result.annotations[0]?.message).toContain("submodules");
    const beside = randomUUID();
    const outside = await check({ path: `../${beside}` });
    expect(outside.result.annotations[0]?.message).toContain("is not under");
    expect(existsSync(join(outside.workspace, "..", beside))).toBe(false);
  });

  test("a fork's head is refused in pull_request_target", async () => {
    const event = { pull_request: { number: 7, head: { sha: bare.head, repo: { full_name: "stranger/agents" } } } };
    const github = { event_name: "pull_request_target", event };
    expect((await check({ ref: bare.head }, github)).result.annotations[0]?.message).toContain("Refusing");
    expect((await check({}, github)).result.conclusion).toBe("success");
    expect((await check({ ref: bare.head, "allow-unsafe-pr-checkout": "true" }, github)).result.conclusion).toBe("success");
  });
});
