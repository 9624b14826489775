import { expect, test } from "@jest/globals";
import { portionsOf } from "../../../src/adapters/github/commit-portions.ts";

test("files go in the order given, so that a lock can be first and its removal last", () => {
  const names = ["workspace.json", ...Array.from({ length: 150 }, (_, index) => `agents/${150 - index}.json`)];
  const portions = portionsOf(new Map(names.map((name) => [name, "{}"])));
  expect(portions.map(({ additions }) => additions.length)).toEqual([100, 51]);
  expect(portions.flatMap(({ additions }) => additions.map(({ path }) => path))).toEqual(names);
});
