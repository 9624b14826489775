import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "@jest/globals";
import { REASON_CODES } from "../../../src/outcome.ts";

const fixture = fileURLToPath(new URL("./fixture-action.ts", import.meta.url));
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function runFixture(inputs: Record<string, string>, signal?: NodeJS.Signals) {
  const folder = mkdtempSync(join(tmpdir(), "retell-run-"));
  folders.push(folder);
  const file = (name: string): string => join(folder, name);
  for (const name of ["output", "summary"]) writeFileSync(file(name), "");
  const child = spawn(process.execPath, [fixture], {
    env: {
      PATH: process.env["PATH"],
      GITHUB_REPOSITORY: "o/r",
      GITHUB_OUTPUT: file("output"),
      GITHUB_STEP_SUMMARY: file("summary"),
      RUNNER_TEMP: folder,
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let isSignalled = false;
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    // Once: at its end the action no longer listens, and a second signal would kill it.
    if (signal !== undefined && !isSignalled && stdout.includes("waiting")) isSignalled = child.kill(signal);
  });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const exitCode = await new Promise<number | null>((resolve) => child.on("close", resolve));
  const outputs = readOutputs(readFileSync(file("output"), "utf8"));
  const path = outputs["result-path"];
  return {
    exitCode,
    stdout,
    stderr,
    outputs,
    summary: readFileSync(file("summary"), "utf8"),
    result: path !== undefined && existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>) : undefined,
  };
}

function readOutputs(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm)].map((match) => [match[1] ?? "", match[3] ?? ""]));
}

describe("an action's frame", () => {
  test("writes outputs, result and summary of a success", async () => {
    const { exitCode, outputs, summary, result, stdout } = await runFixture({});
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ outcome: "deployed", "reason-code": "ok", "first-name": "a\nb" });
    expect(JSON.parse(outputs["result"] ?? "")).toEqual({ schema_version: 1, outcome: "deployed", reason_code: "ok", agents: [{ name: "o/r" }] });
    expect(result).toEqual(JSON.parse(outputs["result"] ?? ""));
    expect(summary).toBe("## Summary\n");
    expect(stdout).not.toContain("::error");
  });

  test("fails the step for a failing outcome, with ten annotations in all", async () => {
    const { exitCode, outputs, stdout } = await runFixture({ mode: "fail" });
    expect(exitCode).toBe(1);
    expect(outputs["outcome"]).toBe("conflicts");
    expect(stdout).toContain(`::error::${REASON_CODES.conflict}`);
    expect(stdout).toContain("::error file=agents/a/agent.json,line=3,col=7::Wrong. Do right. (some-code)");
    expect(stdout.match(/^::error/gm)).toHaveLength(10);
  });

  test("turns an ActionError into a failed outcome with its reason and position", async () => {
    const { exitCode, outputs, stdout, summary, result } = await runFixture({ mode: "refuse" });
    expect(exitCode).toBe(1);
    expect(outputs).toMatchObject({ outcome: "failed", "reason-code": "busy" });
    expect(stdout).toContain("file=workspaces.json,line=2");
    expect(stdout).not.toMatch(/^\s*::set-output/m);
    expect(summary).toContain("Another run holds it.");
    expect(result).toMatchObject({ outcome: "failed", reason_code: "busy" });
  });

  test.each([["defect", "TypeError: oops"], ["stray", "RangeError: stray"]])("shows the stack of a %s", async (mode, text) => {
    const { exitCode, outputs, stdout } = await runFixture({ mode });
    expect(exitCode).toBe(1);
    expect(outputs).toMatchObject({ outcome: "failed", "reason-code": "defect" });
    expect(stdout).toContain(text);
    expect(stdout).toContain("fixture-action.ts");
    expect(stdout).not.toMatch(/^\s*::add-mask/m);
  });

  test("tells all input errors together, before anything else", async () => {
    const { exitCode, outputs, stdout } = await runFixture({ mode: "refus", "max-count": "-1" });
    expect(exitCode).toBe(1);
    expect(outputs["reason-code"]).toBe("invalid-input");
    expect(stdout).toContain("Did you mean refuse?");
    expect(stdout).toContain("max-count is");
  });

  test("keeps a large result in the file and a large summary within GitHub's limit", async () => {
    const { outputs, result, summary } = await runFixture({ mode: "large" });
    expect(JSON.parse(outputs["result"] ?? "")).toEqual({ schema_version: 1, outcome: "deployed", reason_code: "ok", total: 9000, agents: [], truncated: true });
    expect((result?.["agents"] as unknown[]).length).toBe(9000);
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(900 * 1024 + 1);
    expect(summary).toMatch(/^> \*\*This summary was too large/);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("lets a run end by itself after %s", async (signal) => {
    const { exitCode, outputs } = await runFixture({ mode: "wait" }, signal);
    expect(exitCode).toBe(1);
    expect(outputs).toMatchObject({ outcome: "partially-deployed", "reason-code": "cancelled" });
  });

  test("exits with what is there when a run does not end", async () => {
    const { exitCode, outputs } = await runFixture({ mode: "stuck" }, "SIGINT");
    expect(exitCode).toBe(1);
    expect(outputs).toMatchObject({ outcome: "partially-deployed", "reason-code": "cancelled" });
  });
});
