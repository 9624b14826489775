import { describe, expect, test } from "@jest/globals";
import { decideBranch, decideStep } from "../src/decide.ts";
import { backupBranch, syncBranch } from "../src/branch-names.ts";

describe("what brings a target to its source", () => {
  test.each([
    ["safe", "identical", "none"],
    ["safe", "behind", "none"],
    ["safe", "ahead", "fast-forward"],
    ["safe", "diverged", "merge"],
    ["force", "identical", "none"],
    ["force", "behind", "replace"],
    ["force", "ahead", "fast-forward"],
    ["force", "diverged", "replace"],
  ] as const)("%s, source %s: %s", (strategy, relation, step) => expect(decideStep({ strategy, relation })).toBe(step));

  test("safe never replaces", () => {
    for (const relation of ["identical", "behind", "ahead", "diverged"] as const) expect(decideStep({ strategy: "safe", relation })).not.toBe("replace");
  });
});

test.each([
  ["absent", "create"],
  ["identical", "keep"],
  ["ahead", "fast-forward"],
  ["behind", "keep"],
  ["diverged", "leave"],
] as const)("the pull request's branch, source %s: %s", (relation, step) => expect(decideBranch(relation)).toBe(step));

describe("names of branches", () => {
  const tip = "abcdef0123456789abcdef0123456789abcdef01";

  test("of the root's project", () => {
    expect(syncBranch({ directory: "", source: "production", target: "staging" })).toBe("retell/sync/production-to-staging");
    expect(backupBranch({ directory: "", target: "develop", tip, digits: 7 })).toBe("retell/backup/develop/abcdef0");
    expect(backupBranch({ directory: "", target: "develop", tip, digits: 64 })).toBe(`retell/backup/develop/${tip}`);
  });

  test("with the folder of one of several projects", () => {
    expect(syncBranch({ directory: "voice/eu", source: "live", target: "env/staging" })).toBe("retell/sync/voice/eu/live-to-env/staging");
    expect(backupBranch({ directory: "voice", target: "develop", tip, digits: 7 })).toBe("retell/backup/voice/develop/abcdef0");
  });
});
