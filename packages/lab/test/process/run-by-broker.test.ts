import { describe, expect, test } from "@jest/globals";
import { runByBroker } from "../../src/process/run-by-broker.ts";
import { isUnchanging } from "../../src/github/git/unchanging.ts";

const env = { PATH: process.env["PATH"] ?? "" };
const node = (script: string, input?: string) => runByBroker({ command: process.execPath, args: ["-e", script], env, ...(input === undefined ? {} : { input }) });

describe("processes that the broker starts", () => {
  test("give output, errors and exit code; many at once stay apart", async () => {
    const results = await Promise.all([0, 1, 2, 3].map((code) => node(`process.stdin.on("data", (text) => process.stdout.write(text)).on("end", () => { console.error("e${code}"); process.exitCode = ${code}; })`, `in${code}`)));
    expect(results.map(({ code, stdout, stderr }) => [code, stdout.toString(), stderr.toString()])).toEqual([0, 1, 2, 3].map((code) => [code, `in${code}`, `e${code}\n`]));
  });

  test("bytes come as they are, also many", async () => {
    const { stdout } = await node("process.stdout.write(Buffer.alloc(3_000_000, 0xfe))");
    expect([stdout.length, stdout[0], stdout[2_999_999]]).toEqual([3_000_000, 0xfe, 0xfe]);
  });

  test("a program that is not there is an error, a killed one a code", async () => {
    await expect(runByBroker({ command: "no-such-program-here", args: [], env })).rejects.toThrow("ENOENT");
    expect((await node("process.kill(process.pid, 'SIGKILL')")).code).toBe(128);
    expect((await node("")).code).toBe(0);
  });
});

const [one, two] = ["a".repeat(40), "b".repeat(40)];
test.each<[boolean, readonly string[]]>([
  [true, ["cat-file", "blob", one]],
  [true, ["cat-file", "-t", one]],
  [true, ["diff", "--raw", "-M", one, two]],
  [true, ["rev-list", "--count", `${one}..${two}`]],
  [true, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${one}:agents/a b.json`]],
  [false, ["cat-file", "blob", "HEAD"]],
  [false, ["diff", one, "staging"]],
  [false, ["log", "--all"]],
  [false, ["log", `${one}..HEAD`]],
  [false, ["rev-parse", "refs/heads/staging"]],
  [false, ["cat-file", "blob", one.slice(1)]],
  [false, ["commit-tree", one]],
  [false, ["update-ref", "refs/pull/1/head", one]],
  [false, ["for-each-ref", "--contains", one]],
])("whether an answer can ever change: %s for %j", (expected, args) => {
  expect(isUnchanging(args)).toBe(expected);
});
