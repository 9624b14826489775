import { expect, test } from "@jest/globals";
import { createMemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { readRecorded } from "../src/read-recorded.ts";

const RECORD = { "workspace.json": JSON.stringify({ format: 1, organization: null, salt: "0123456789abcdef", pending: null }), "agents/a/production.json": "{}" };
const moved = [{ kind: "workspace" as const, from: "production", to: "prod-eu" }];
const desired = new Map([["prod-eu", new Map([["a", 1]])]]);

test("before the first deploy under the new name the record of the old one is read, and its commit is named", async () => {
  const world = createMemoryWorld({ "README.md": "x" });
  const commit = world.git.commit("retell/state/production", RECORD);
  const recorded = (await readRecorded(world.git.reader, { directory: "", moved, desired })).get("prod-eu");
  expect([recorded?.head, recorded?.former?.head, [...(recorded?.agents.keys() ?? [])]]).toEqual([undefined, commit, ["a"]]);
});

test("a tag from before the rename does not tell the old record as today's, nor that nothing was deployed", async () => {
  const world = createMemoryWorld({ "README.md": "x" });
  world.git.commit("retell/state/production", { ...RECORD, "workspace.json": JSON.stringify({ ...(JSON.parse(RECORD["workspace.json"]) as object), moved_to: "prod-eu" }) });
  const recorded = (await readRecorded(world.git.reader, { directory: "", moved: [], desired: new Map([["production", new Map([["a", 1]])]]) })).get("production");
  expect(recorded?.agents.get("a")).toMatchObject({ kind: "unreadable", problem: expect.stringContaining("goes on as prod-eu") });
});
