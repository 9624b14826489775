import { expect, test } from "@jest/globals";
import { ancestors } from "@retell-actions/lab/memory/memory-history";
import type { MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import fc from "fast-check";
import type { BranchRole } from "@retell-actions/core/report/sync-report";
import { startWorld, sync } from "./memory-scene.ts";

const ROLES: readonly BranchRole[] = ["develop", "staging", "production"];
const role = fc.constantFrom(...ROLES);

/** What people do: commit to a branch, merge one into another, squash one into another. */
const deed = fc.oneof(
  fc.record({ kind: fc.constant("commit" as const), branch: role, file: fc.constantFrom("greeting", "closing"), text: fc.constantFrom("a\n", "b\n", "c\n") }),
  fc.record({ kind: fc.constantFrom("merge" as const, "squash" as const), branch: role, other: role }),
);

function act(world: MemoryWorld, deeds: readonly (typeof deed extends fc.Arbitrary<infer T> ? T : never)[]): void {
  for (const [index, one] of deeds.entries()) {
    if (one.kind === "commit") world.git.commit(one.branch, { [`prompts/base/${one.file}.txt`]: one.text }, `Change ${index}`);
    else if (one.branch !== one.other && one.kind === "merge") world.git.merge(one.branch, one.other);
    else if (one.branch !== one.other) world.git.commit(one.branch, Object.fromEntries(world.git.commits.get(world.git.branches.get(one.other) ?? "")?.files ?? []), `Squash ${index}`);
  }
}

/** Commits that any branch has. */
function reachable(world: MemoryWorld, branches: Iterable<string> = world.git.branches.keys()): Set<string> {
  return new Set([...branches].flatMap((branch) => [...ancestors(world.git, world.git.branches.get(branch) ?? "")]));
}

const scenario = fc.record({
  strategy: fc.constantFrom("safe" as const, "force" as const),
  before: fc.array(deed, { maxLength: 8 }),
  between: fc.array(deed, { maxLength: 4 }),
  /** Somebody's commit in the moment of the write with this number, to that branch or to the one that is written. */
  races: fc.array(fc.record({ at: fc.nat(8), branch: fc.option(role, { nil: undefined }), when: fc.constantFrom("before" as const, "after" as const) }), { maxLength: 3 }),
  protectedBranch: fc.option(fc.constantFrom("develop", "staging", "retell/sync/**", "retell/backup/**"), { nil: undefined }),
});

test("whatever happened, no commit disappears, and safe leaves every branch what it had", async () => {
  let moved = 0;
  await fc.assert(
    fc.asyncProperty(scenario, async ({ strategy, before, between, races, protectedBranch }) => {
      const world = startWorld();
      if (protectedBranch !== undefined) world.github.protectedBranches.add(protectedBranch);
      for (const deeds of [before, between]) {
        act(world, deeds);
        const known = reachable(world);
        const had = new Map(ROLES.map((branch) => [branch, reachable(world, [branch])]));
        let write = 0;
        const race = (when: "before" | "after") => ({ subject }: { readonly subject: string }): void => {
          if (when === "before") write += 1;
          for (const one of races.filter((candidate) => candidate.at === write && candidate.when === when)) {
            const branch = one.branch ?? subject;
            if (!world.git.branches.has(branch)) continue;
            const late = world.git.commit(branch, { "race.txt": `${write} ${when}\n` }, `Race ${write} ${when}`);
            known.add(late);
            had.get(branch as BranchRole)?.add(late);
          }
        };
        world.github.before = race("before");
        world.github.after = race("after");
        const source = world.git.branches.get("production") ?? "";
        world.git.checkout(source);
        const report = await sync(world, { strategy });
        world.github.before = world.github.after = undefined;
        const now = reachable(world);
        expect([...known].filter((commit) => !now.has(commit))).toEqual([]);
        if (strategy === "safe") for (const [branch, commits] of had) expect([...commits].filter((commit) => !reachable(world, [branch]).has(commit))).toEqual([]);
        if (report.outcome === "synced" || report.outcome === "unchanged") {
          const isSquashed = (report.message ?? "").includes("by a squash or a rebase");
          if (!isSquashed) for (const branch of ["develop", "staging"]) expect(reachable(world, [branch]).has(source)).toBe(true);
          moved += report.outcome === "synced" ? 1 : 0;
        }
      }
    }),
    { numRuns: 400 },
  );
  expect(moved).toBeGreaterThan(50);
});
