import { describe, expect, test } from "@jest/globals";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { actionEnvironment } from "@retell-actions/lab/runner/github-context";
import { runActionBundle, type ActionResult, type RunActionOptions } from "@retell-actions/lab/runner/run-action";
import { temporaryFolder, writeAction } from "./support.ts";

function run(script: string, options: Partial<RunActionOptions> = {}, yml = ""): Promise<ActionResult> {
  return runActionBundle({ directory: writeAction(temporaryFolder(), script, yml), workspace: temporaryFolder(), ...options });
}

const dump = "console.log(JSON.stringify({ env: process.env, cwd: process.cwd() }))";
function dumped(result: ActionResult): { env: Record<string, string>; cwd: string } {
  return JSON.parse(result.stdout) as { env: Record<string, string>; cwd: string };
}

describe("run action: what the action sees", () => {
  test("inputs by the runner's names, with defaults and expressions in them", async () => {
    const yml = `inputs:\n  github-token: { description: t, default: "\${{ github.token }}" }\n  two words: { description: w, default: x }\n  count: { description: c, default: 8 }\n  empty: { description: e }\n`;
    const result = await run(dump, { inputs: { count: "3" }, token: "ghs_abc" }, yml);
    const { env } = dumped(result);
    expect([env["INPUT_GITHUB-TOKEN"], env["INPUT_TWO_WORDS"], env["INPUT_COUNT"], env["INPUT_EMPTY"]]).toEqual(["ghs_abc", "x", "3", ""]);
    expect(result.log).not.toContain("ghs_abc");
  });

  test("GITHUB_* of the facts, the event file, the workspace, and nothing of the parent's environment", async () => {
    process.env["LAB_PARENT_SECRET"] = "leak";
    const workspace = temporaryFolder();
    const env = actionEnvironment({ repository: "acme/agents", sha: "abc", ref: "refs/pull/7/merge", eventName: "pull_request", event: { pull_request: { base: { ref: "main" }, head: { ref: "f" } } }, runId: 9, apiUrl: "http://api" });
    const script = `import { readFileSync } from "node:fs"; process.env.EVENT = readFileSync(process.env.GITHUB_EVENT_PATH, "utf8"); ${dump}`;
    const seen = dumped(await run(script, { workspace, env, event: { number: 7 } }));
    delete process.env["LAB_PARENT_SECRET"];
    expect(seen.cwd).toBe(workspace);
    expect(JSON.parse(seen.env["EVENT"] ?? "")).toEqual({ number: 7 });
    expect(seen.env).toMatchObject({
      GITHUB_REPOSITORY: "acme/agents", GITHUB_REPOSITORY_OWNER: "acme", GITHUB_SHA: "abc", GITHUB_REF_NAME: "7/merge", GITHUB_BASE_REF: "main",
      GITHUB_HEAD_REF: "f", GITHUB_RUN_ID: "9", GITHUB_RUN_ATTEMPT: "1", GITHUB_API_URL: "http://api", GITHUB_GRAPHQL_URL: "http://api/graphql",
      GITHUB_ACTIONS: "true", CI: "true", GITHUB_WORKSPACE: workspace,
    });
    expect(Object.keys(seen.env).filter((name) => !/^(GITHUB_|RUNNER_|INPUT_|CI$|PATH$|HOME$|TMPDIR$|EVENT$)/.test(name))).toEqual([]);
    expect(seen.env["GITHUB_TOKEN"]).toBeUndefined();
  });

  test("state of earlier phases, in a post script", async () => {
    const directory = writeAction(temporaryFolder(), "");
    writeFileSync(join(directory, "action.yml"), "name: a\ndescription: a\nruns:\n  using: node24\n  main: index.js\n  post: post.js\n");
    writeFileSync(join(directory, "post.js"), "console.log(process.env.STATE_x)");
    const result = await runActionBundle({ directory, workspace: temporaryFolder(), phase: "post", state: { x: "kept" } });
    expect(result.log).toBe("kept\n");
  });
});

describe("run action: what the action leaves", () => {
  const append = (variable: string, text: string): string => `(await import("node:fs")).appendFileSync(process.env.${variable}, ${JSON.stringify(text)});`;

  test("outputs, environment, state, path and summary", async () => {
    const script = append("GITHUB_OUTPUT", "a<<E\n1\n2\nE\n") + append("GITHUB_ENV", "B=2\n") + append("GITHUB_STATE", "c=3\n") + append("GITHUB_PATH", "/x\n/y\n") + append("GITHUB_STEP_SUMMARY", "# Hi key-123\n");
    const result = await run(script, { secrets: ["key-123"] });
    expect(result).toMatchObject({ conclusion: "success", exitCode: 0, outputs: { a: "1\n2" }, env: { B: "2" }, state: { c: "3" }, path: ["/y", "/x"], summary: "# Hi ***\n" });
  });

  test("a malformed output file fails the step though the exit code is 0", async () => {
    const result = await run(append("GITHUB_OUTPUT", "no separator\n"));
    expect(result).toMatchObject({ conclusion: "failure", exitCode: 0 });
    expect(result.annotations.map((item) => item.message)).toEqual(["Unable to process file command 'output' successfully.", "Invalid format 'no separator'"]);
  });

  test("a summary over 1 MiB is dropped with an error, the step is not failed", async () => {
    const result = await run(`(await import("node:fs")).writeFileSync(process.env.GITHUB_STEP_SUMMARY, "x".repeat(1024 * 1024 + 1))`);
    expect(result).toMatchObject({ conclusion: "success", summary: "" });
    expect(result.annotations[0]?.message).toContain("upload aborted");
  });

  test("NODE_OPTIONS cannot be set for later steps", async () => {
    const result = await run(append("GITHUB_ENV", "NODE_OPTIONS=--inspect\nA=1\n"));
    expect(result.env).toEqual({ A: "1" });
    expect(result.log).toContain("Can't store NODE_OPTIONS");
  });

  test("masked log of both streams, raw output beside it", async () => {
    const result = await run(`console.log("key-123"); console.error("::add-mask::later"); console.error("later")`, { secrets: ["key-123"] });
    expect(result.log.split("\n").sort()).toEqual(["", "***", "***"]);
    expect(result.stdout).toBe("key-123\n");
    expect(result.masks).toEqual(["key-123", "later"]);
  });

  test("lone carriage returns end lines, as for the runner", async () => {
    const result = await run(`process.stdout.write("50%\\r::error::hidden in a progress bar\\r\\nend")`);
    expect(result.annotations.map((item) => item.message)).toEqual(["hidden in a progress bar"]);
    expect(result.log).toContain("50%\n");
    expect(result.log.endsWith("end\n")).toBe(true);
  });

  test("an exit code fails the step and is annotated", async () => {
    const result = await run("process.exit(3)");
    expect(result).toMatchObject({ conclusion: "failure", exitCode: 3 });
    expect(result.annotations.map((item) => item.message)).toEqual(["Process completed with exit code 3."]);
  });

  test("warns of undeclared and deprecated inputs, passes them on", async () => {
    const result = await run("console.log(process.env.INPUT_TYPO)", { inputs: { typo: "t", old: "1" } }, "inputs:\n  old: { description: o, deprecationMessage: use new }\n");
    expect(result.annotations.map((item) => item.message)).toEqual(["Unexpected input(s) 'typo', valid inputs are ['old']", "Input 'old' has been deprecated with message: use new"]);
    expect(result.log).toContain("t\n");
  });
});

describe("run action: cancel", () => {
  const waiting = (onInterrupt: string, onTerminate = ""): string => `
    process.on("SIGINT", () => { console.log("int"); ${onInterrupt} });
    process.on("SIGTERM", () => { console.log("term"); ${onTerminate} });
    setInterval(() => undefined, 1000); console.log("ready");`;

  /** Aborts once the script has printed "ready", so that its handlers are in place. */
  function cancelWhenReady(script: string, timings: RunActionOptions["timings"]): Promise<ActionResult> {
    const controller = new AbortController();
    return run(script, {
      signal: controller.signal,
      ...(timings && { timings }),
      onSpawn: (child) => child.stdout?.on("data", (chunk: Buffer) => chunk.includes("ready") && controller.abort()),
    });
  }

  test("SIGINT first; files are read after a cancel too", async () => {
    const result = await cancelWhenReady(waiting(`(await import("node:fs")).appendFileSync(process.env.GITHUB_OUTPUT, "a=1\\n"); process.exit(0)`).replace("SIGINT\", ()", 'SIGINT", async ()'), undefined);
    expect(result).toMatchObject({ conclusion: "cancelled", exitCode: 0, outputs: { a: "1" } });
    expect(result.log).toContain("ready\nint\n");
    expect(result.log).not.toContain("term");
  });

  test("SIGTERM when SIGINT is ignored, then the end", async () => {
    const result = await cancelWhenReady(waiting("", ""), { interruptMs: 20, terminateMs: 50 });
    expect(result.log).toContain("ready\nint\nterm\n");
    expect(result).toMatchObject({ conclusion: "cancelled", signal: "SIGKILL" });
  });

  test("a killed child is a failure with the files it had written", async () => {
    const script = `(await import("node:fs")).appendFileSync(process.env.GITHUB_OUTPUT, "a=1\\n"); console.log("ready"); setInterval(() => undefined, 1000)`;
    const result = await run(script, { onSpawn: (child) => child.stdout?.on("data", () => child.kill("SIGKILL")) });
    expect(result).toMatchObject({ conclusion: "failure", signal: "SIGKILL", exitCode: null, outputs: { a: "1" } });
  });
});

describe("run action: refused", () => {
  test.each([
    ["", "Can't find 'action.yml'"],
    ["name: a\ndescription: a\nruns: { using: docker, image: x }\n", "is not supported by the lab"],
    ["name: a\ndescription: a\nruns: { using: node24, main: gone.js }\n", "File not found"],
    ["name: a\nruns: { using: node24, main: gone.js }\nbogus: 1\n", "bogus"],
  ])("%j", async (yml, message) => {
    const directory = temporaryFolder();
    mkdirSync(directory, { recursive: true });
    if (yml !== "") writeFileSync(join(directory, "action.yml"), yml);
    await expect(runActionBundle({ directory, workspace: directory })).rejects.toThrow(message);
  });
});
