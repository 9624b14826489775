import { describe, expect, test } from "@jest/globals";
import type { MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import type { SyncInputs } from "../src/inputs.ts";
import { conflict, startWorld, sync } from "./memory-scene.ts";

/** What a run leaves behind; what is idempotent counts once. */
function picture(world: MemoryWorld): unknown {
  const once = (list: readonly unknown[]): string[] => [...new Set(list.map((entry) => JSON.stringify(entry)))].sort();
  return {
    branches: [...world.git.branches].sort(),
    pulls: [...world.github.pulls.values()],
    dispatched: once(world.github.dispatched),
    statuses: once(world.github.statuses.map(({ commit, state }) => [commit, state])),
  };
}

const STORIES: Readonly<Record<string, { readonly inputs?: Partial<SyncInputs>; prepare(world: MemoryWorld): unknown }>> = {
  "fast-forward and merge": {
    prepare(world) {
      world.git.commit("develop", { "prompts/base/greeting.txt": "Say hi.\n" });
      world.git.commit("production", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
    },
  },
  "a merge into staging": {
    prepare(world) {
      world.git.commit("staging", { "prompts/base/greeting.txt": "Say hi.\n" });
      world.git.commit("production", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
    },
  },
  "a pull request": { prepare: (world) => void conflict(world) },
  "a pull request brought up to date": {
    async prepare(world) {
      conflict(world);
      await sync(world);
      world.git.commit("production", { "prompts/base/greeting.txt": "Good day.\n" });
    },
  },
  "a pull request that is done with": {
    async prepare(world) {
      conflict(world);
      await sync(world);
      world.git.merge("retell/sync/production-to-develop", "develop");
      world.github.mergePullRequest(1);
    },
  },
  force: { inputs: { strategy: "force" }, prepare: (world) => void (world.git.commit("staging", { "prompts/base/greeting.txt": "Say hi.\n" }), conflict(world)) },
};

class Killed extends Error {}

describe.each(Object.entries(STORIES))("killed at every write, then run again: %s", (_name, { inputs = {}, prepare }) => {
  test.each(["before", "after"] as const)("%s the write", async (when) => {
    const undisturbed = startWorld();
    await prepare(undisturbed);
    const begin = undisturbed.github.writes.length;
    await sync(undisturbed, inputs);
    const writes = undisturbed.github.writes.length - begin;
    expect(writes).toBeGreaterThan(0);
    for (let at = 0; at < writes; at += 1) {
      const world = startWorld();
      await prepare(world);
      let left = at;
      world.github[when] = () => {
        if (left-- === 0) throw new Killed();
      };
      await expect(sync(world, inputs)).rejects.toBeInstanceOf(Killed);
      world.github[when] = undefined;
      const report = await sync(world, { ...inputs, job: { runAttempt: 2 } });
      expect({ at, outcome: report.outcome, picture: picture(world) }).toEqual({ at, outcome: expect.not.stringMatching(/failed|partially/), picture: picture(undisturbed) });
    }
  });
});
