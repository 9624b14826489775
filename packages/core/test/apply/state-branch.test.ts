import { expect, test } from "@jest/globals";
import { openStateBranch } from "../../src/apply/state-branch.ts";
import type { GitReader } from "../../src/ports/git.ts";
import type { GitWriter } from "../../src/ports/github.ts";

/** A state branch that moves from `first` to `second` before this run's commit arrives. */
function movedBranch(second: Readonly<Record<string, string>>): ReturnType<typeof openStateBranch> {
  const commits: Record<string, Readonly<Record<string, string>>> = { first: { mine: "old", other: "old" }, second };
  const git = {
    remoteTips: async () => new Map([["state", "second"]]),
    fetch: async () => undefined,
    readCommit: async (commit: string, paths: readonly string[]) => new Map(paths.flatMap((path) => (commits[commit]?.[path] === undefined ? [] : [[path, { kind: "file" as const, text: commits[commit][path] }]]))),
  } as unknown as GitReader;
  const writer = { commitFiles: async ({ expectedHead }: { expectedHead: string }) => (expectedHead === "second" ? { kind: "committed", commit: "third" } : { kind: "stale" }) } as unknown as GitWriter;
  return openStateBranch({ branch: "state", head: "first", known: new Map(), writer, git });
}

test("a branch that moved elsewhere is recorded upon, though this run kept none of its texts", async () => {
  const branch = movedBranch({ mine: "old", other: "new" });
  await branch.record(new Map([["mine", "written"], ["added", "written"]]), "record");
  expect(branch.head).toBe("third");
});

test.each([
  ["was changed", { mine: "somebody's", other: "old" }, /mine/],
  ["was deleted", { other: "old" }, /mine/],
  ["appeared", { mine: "old", other: "old", added: "somebody's" }, /added/],
])("a file of ours that %s in between is not overwritten", async (_what, second, says) => {
  await expect(movedBranch(second as unknown as Record<string, string>).record(new Map([["mine", "written"], ["added", "written"]]), "record")).rejects.toThrow(says);
});
