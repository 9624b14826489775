import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { formerNames, knownName, latestName } from "@retell-actions/core/project/moves";
import { renamedWorkspaces } from "@retell-actions/core/project/renamed-workspaces";
import type { Move } from "@retell-actions/core/project/workspace";
import { WORKSPACES } from "./project-fixture.ts";

const chain: Move[] = [
  { kind: "agent", from: "a", to: "b" },
  { kind: "agent", from: "b", to: "c" },
  { kind: "agent", from: "x", to: null },
  { kind: "workspace", from: "a", to: "z" },
];
const agents = { kind: "agent", moved: chain } as const;

describe("declared renames", () => {
  test.each([
    ["c", ["b", "a"]],
    ["b", ["a"]],
    ["a", []],
    ["x", []],
  ])("%s had before: %j", (name, names) => {
    expect(formerNames(name, agents)).toEqual(names);
  });

  test.each([
    ["a", "c"],
    ["c", "c"],
    ["x", null],
    ["other", "other"],
  ])("%s is %s in the end", (name, latest) => {
    expect(latestName(name, agents)).toBe(latest);
  });

  test.each([
    ["a", ["b"], "b"],
    ["a", ["a", "c"], "a"],
    ["a", ["c"], "c"],
    ["b", ["a"], undefined],
    ["x", ["c"], undefined],
  ])("from %s on, of %j: %s", (name, known, found) => {
    expect(knownName(name, (candidate) => known.includes(candidate), agents)).toBe(found);
  });

  test("property: whatever is declared, each question has an answer", () => {
    const name = fc.constantFrom("a", "b", "c");
    const move = fc.record({ kind: fc.constantFrom("agent" as const, "workspace" as const), from: name, to: fc.option(name) });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 5 }), name, (moved, start) => {
        const renames = { kind: "agent", moved } as const;
        expect(formerNames(start, renames)).not.toContain(start);
        expect([null, "a", "b", "c"]).toContain(latestName(start, renames));
        expect(knownName(start, () => false, renames)).toBeUndefined();
      }),
    );
  });
});

/** The questions, answered by the whole list at each step. */
const stepwise = {
  formerNames: (name: string, moved: readonly Move[]): string[] => {
    const found: string[] = [];
    for (let at = [name]; at.length > 0; ) {
      at = moved.flatMap((move) => (move.kind === "agent" && move.to !== null && at.includes(move.to) ? [move.from] : [])).filter((from) => from !== name && !found.includes(from));
      found.push(...at);
    }
    return found;
  },
  next: (name: string, moved: readonly Move[]): string | null | undefined => moved.find((move) => move.kind === "agent" && move.from === name)?.to,
  way: (name: string, moved: readonly Move[]): (string | null)[] => {
    const way: (string | null)[] = [name];
    for (let next = stepwise.next(name, moved); next !== undefined; next = next === null ? undefined : stepwise.next(next, moved)) {
      if (way.includes(next)) return [...way, null];
      way.push(next);
    }
    return way;
  },
};

test("property: the answers are those of the list read step by step, also of one that contradicts itself", () => {
  const name = fc.constantFrom("a", "b", "c", "d", "__proto__");
  const move = fc.record({ kind: fc.constantFrom("agent" as const, "agent" as const, "workspace" as const), from: name, to: fc.option(name, { freq: 8 }) });
  fc.assert(
    fc.property(fc.array(move, { maxLength: 8 }), name, fc.subarray(["a", "b", "c", "d"]), (moved, start, known) => {
      const renames = { kind: "agent", moved } as const;
      const way = stepwise.way(start, moved);
      expect(formerNames(start, renames)).toEqual(stepwise.formerNames(start, moved));
      expect(latestName(start, renames)).toBe(way.at(-1));
      expect(knownName(start, (candidate) => known.includes(candidate), renames)).toBe(way.find((one) => one !== null && known.includes(one)));
    }),
    { numRuns: 300 },
  );
});

test("a change may rename workspaces, and nothing else of them", () => {
  const [staging, production] = WORKSPACES.workspaces;
  const change = { ...WORKSPACES, moved: [{ kind: "workspace" as const, from: "production", to: "prod-eu" }], workspaces: [...(staging === undefined ? [] : [staging]), { ...WORKSPACES.workspaces[1], name: "prod-eu", kind: "production" as const, title: "x", branch: "evil", apiKeyEnv: "EVIL", readKeyEnv: undefined, baseUrl: "https://evil.example" }] };
  expect(renamedWorkspaces(WORKSPACES, change).workspaces).toEqual([staging, { ...production, name: "prod-eu" }]);
  expect(renamedWorkspaces(WORKSPACES, undefined)).toBe(WORKSPACES);
  expect(renamedWorkspaces(WORKSPACES, { ...change, moved: [] }).workspaces).toEqual(WORKSPACES.workspaces);
});
