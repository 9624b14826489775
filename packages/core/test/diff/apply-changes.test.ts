import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Content } from "@retell-actions/core/canonical/content";
import { objectFrom, type Json, type JsonObject } from "@retell-actions/core/canonical/json";
import { buildWrites, holdsConsoleEdit, removedNodes, setLeaf, withWholeNewNodes, type Writes } from "@retell-actions/core/diff/apply-changes";
import { classifyFields, type Baseline, type FieldChange } from "@retell-actions/core/diff/classify";
import { formatPath, isWithin } from "@retell-actions/core/diff/field-path";
import { walkLeaves } from "@retell-actions/core/diff/walk";
import { contentArbitrary } from "./content-arbitrary.ts";
import { factsOf } from "./facts.ts";

const facts = factsOf({
  sets: ["llm.knowledge_base_ids"],
  nullable: ["agent.volume", "agent.nested", "agent.list", "llm.general_tools", "llm.general_prompt", "llm.knowledge_base_ids", "llm.states"],
});

interface Sides {
  readonly baseline: Baseline | null;
  readonly desired: Content;
  readonly live: Content;
}

function changesOf(sides: Sides, overwrite = false): FieldChange[] {
  return classifyFields(sides, { facts, mayOverwrite: () => overwrite });
}

/** The write that a deploy would send for these sides. */
function writesFor(sides: Sides, options: { raw?: Content; overwrite?: boolean } = {}): { changes: FieldChange[]; writes: Writes } {
  const changes = changesOf(sides, options.overwrite);
  const removed = removedNodes(sides.baseline?.sent, sides.desired)
    .filter((path) => !holdsConsoleEdit(path, changes))
    .map((path) => (path.length > 2 ? { path } : { path, reset: facts.isNullable(path) ? null : facts.defaultOf(path) }));
  const local = changes.filter((change) => change.class === "local-change");
  return { changes, writes: buildWrites({ live: options.raw ?? sides.live, desired: sides.desired, changes: local, removed }) };
}

/** What Retell holds after a PATCH: top-level keys are replaced whole, null clears. */
function patched(live: Content, writes: Writes): Content {
  const merge = (before: JsonObject | undefined, changes: JsonObject | undefined): JsonObject =>
    objectFrom([...Object.entries(before ?? {}).filter(([key]) => !Object.hasOwn(changes ?? {}, key)), ...Object.entries(changes ?? {}).filter(([, value]) => value !== null)]);
  return { agent: merge(live.agent, writes.agent), ...(live.llm === undefined && writes.llm === undefined ? {} : { llm: merge(live.llm, writes.llm) }) };
}

const llm = (fields: JsonObject): Content => ({ agent: {}, llm: fields });
const tool = (name: string, more: JsonObject = {}): JsonObject => ({ name, type: "custom", ...more });

describe("buildWrites", () => {
  test("only keys that change are sent, each with what live has beside the change", () => {
    const git = { agent: { voice_id: "v", volume: 1 }, llm: { general_prompt: "old", model: "m" } };
    const live = { agent: { voice_id: "v", volume: 1, extra: true }, llm: { general_prompt: "old", model: "m", kb_config: { top_k: 3 } } };
    const desired = { agent: { voice_id: "v", volume: 2 }, llm: { general_prompt: "old", model: "m" } };
    expect(writesFor({ baseline: { sent: git, seen: live }, desired, live }).writes).toEqual({ agent: { volume: 2 } });
  });

  test("nested: what Git does not mention stays as Retell holds it", () => {
    const live = { agent: { pii_config: { mode: "post_call", categories: [], server: 1 } } };
    const sides = { baseline: { sent: { agent: { pii_config: { mode: "post_call" } } }, seen: live }, desired: { agent: { pii_config: { mode: "none" } } }, live };
    expect(writesFor(sides).writes).toEqual({ agent: { pii_config: { mode: "none", categories: [], server: 1 } } });
  });

  test("items that only Retell has survive, and follow Git's own in Git's order", () => {
    const sent = llm({ general_tools: [tool("a"), tool("b")] });
    const live = llm({ general_tools: [tool("x"), tool("b"), tool("a"), tool("y")] });
    const desired = llm({ general_tools: [tool("b", { url: "new" }), tool("c"), tool("a")] });
    const seen = live;
    expect(writesFor({ baseline: { sent, seen }, desired, live }).writes).toEqual({ agent: undefined, llm: { general_tools: [tool("b", { url: "new" }), tool("c"), tool("a"), tool("x"), tool("y")] } });
  });

  test("ids that Retell gave to items survive, since the write is built upon the whole answer", () => {
    const git = llm({ general_tools: [tool("a", { url: "1" }), tool("b")], mcps: [{ name: "m", url: "1" }] });
    const raw = llm({ general_tools: [tool("a", { url: "1", tool_id: "t1" }), tool("b", { tool_id: "t2" })], mcps: [{ name: "m", url: "1", mcp_id: "m1" }] });
    const desired = llm({ general_tools: [tool("a", { url: "2" }), tool("b")], mcps: [{ name: "m", url: "2" }] });
    expect(writesFor({ baseline: { sent: git, seen: git }, desired, live: git }, { raw }).writes.llm).toEqual({
      general_tools: [tool("a", { url: "2", tool_id: "t1" }), tool("b", { tool_id: "t2" })],
      mcps: [{ name: "m", url: "2", mcp_id: "m1" }],
    });
  });

  test("a removed top-level key is cleared, also an object or a list, with what Retell had put into it", () => {
    const sent = { agent: { nested: { a: 1 }, volume: 1 }, llm: { general_tools: [tool("a")] } };
    const live = { agent: { nested: { a: 1, filled: 2 }, volume: 1 }, llm: { general_tools: [tool("a", { filled: 2 })] } };
    expect(writesFor({ baseline: { sent, seen: live }, desired: { agent: {}, llm: {} }, live }).writes).toEqual({ agent: { nested: null, volume: null }, llm: { general_tools: null } });
  });

  test("a removed item goes whole, a removed field alone", () => {
    const sent = llm({ general_tools: [tool("a", { url: "1", headers: { x: "1", y: "2" } }), tool("b")] });
    const live = llm({ general_tools: [tool("a", { url: "1", headers: { x: "1", y: "2", z: "3" }, filled: 1 }), tool("b", { filled: 1 })] });
    const desired = llm({ general_tools: [tool("a", { headers: { x: "1" } })] });
    expect(writesFor({ baseline: { sent, seen: live }, desired, live }).writes).toEqual({ agent: undefined, llm: { general_tools: [tool("a", { headers: { x: "1", z: "3" }, filled: 1 })] } });
  });

  test("a removed nested object goes with what Retell had filled in", () => {
    const sent = { agent: { nested: { deep: { a: 1 }, other: 1 } } };
    const live = { agent: { nested: { deep: { a: 1, filled: 2 }, other: 1 } } };
    expect(writesFor({ baseline: { sent, seen: live }, desired: { agent: { nested: { other: 1 } } }, live }).writes).toEqual({ agent: { nested: { other: 1 } } });
  });

  test("a node in which the console changed something else is not removed as a whole", () => {
    const sent = { agent: { nested: { a: 1 } } };
    const sides = { baseline: { sent, seen: sent }, desired: { agent: {} }, live: { agent: { nested: { a: 1, console: 2 } } } };
    const { changes, writes } = writesFor(sides);
    expect(changes.map((change) => [change.name, change.class])).toEqual([["agent.nested.a", "local-change"], ["agent.nested.console", "console-edit"]]);
    expect(writes).toEqual({ agent: { nested: { console: 2 } } });
  });

  test("a console edit that is overwritten goes back: changed, added and removed items", () => {
    const git = llm({ general_tools: [tool("a", { url: "1" }), tool("b")] });
    const live = llm({ general_tools: [tool("a", { url: "console" }), tool("added")] });
    const { writes } = writesFor({ baseline: { sent: git, seen: git }, desired: git, live }, { overwrite: true });
    expect(writes).toEqual({ llm: { general_tools: [tool("a", { url: "1" }), tool("b")] } });
  });

  test("inputs are not changed", () => {
    fc.assert(
      fc.property(contentArbitrary, contentArbitrary, contentArbitrary, (sent, desired, live) => {
        const before = JSON.stringify([sent, desired, live]);
        writesFor({ baseline: { sent, seen: sent }, desired, live });
        expect(JSON.stringify([sent, desired, live])).toBe(before);
      }),
    );
  });
});

describe("properties: after a write", () => {
  const scenario = fc.tuple(contentArbitrary, contentArbitrary, contentArbitrary, contentArbitrary);

  /** The record of the deployment: what Git says, and what Retell holds without the edits that were left standing. */
  function recorded(sides: Sides, changes: readonly FieldChange[], live: Content): Baseline {
    let seen = live;
    for (const change of changes) if (change.class === "console-edit" || change.class === "conflict") seen = setLeaf(seen, change.path, change.seen);
    return { sent: sides.desired, seen };
  }

  test("Git alone changed: the same plan again is empty", () => {
    fc.assert(
      fc.property(contentArbitrary, contentArbitrary, contentArbitrary, (sent, desired, extra) => {
        // Retell holds what was sent, and on keys that Git never mentions things of its own.
        const seen = { agent: { ...extra.agent, ...sent.agent }, llm: { ...extra.llm, ...sent.llm } };
        const sides = { baseline: { sent, seen }, desired, live: seen };
        const { changes, writes } = writesFor(sides);
        const live = patched(sides.live, writes);
        expect(changesOf({ baseline: recorded(sides, changes, live), desired, live }).map(({ name, class: is }) => [name, is])).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test("Git alone changed: what Git says is there", () => {
    fc.assert(
      fc.property(contentArbitrary, contentArbitrary, (sent, desired) => {
        const { writes } = writesFor({ baseline: { sent, seen: sent }, desired, live: sent });
        const live = patched(sent, writes);
        expect(changesOf({ baseline: null, desired, live }).filter((change) => change.class !== "converged")).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test("console edits that were left standing are found again, and nothing else", () => {
    fc.assert(
      fc.property(contentArbitrary, contentArbitrary, fc.infiniteStream(fc.constantFrom("nobody", "git", "console")), (before, after, editors) => {
        // Git and the console take some fields each from another version.
        let desired = before;
        let live = before;
        for (const { path, values } of walkLeaves({ after: after as Json, before: before as Json })) {
          const editor = editors.next().value as string;
          if (editor === "git") desired = setLeaf(desired, path, values.after);
          if (editor === "console") live = setLeaf(live, path, values.after);
        }
        const sides = { baseline: { sent: before, seen: before }, desired, live };
        const { changes, writes } = writesFor(sides);
        // A conflict (Git removed the item that the console edited) leaves the agent alone.
        fc.pre(changes.every((change) => change.class !== "conflict"));
        const now = patched(live, writes);
        const again = changesOf({ baseline: recorded(sides, changes, now), desired, live: now });
        const kept = changes.filter((change) => change.class === "console-edit");
        // An edit inside an item that is gone by now shows the item's name too.
        const isKept = (change: FieldChange): boolean => kept.some((edit) => edit.name === change.name || (change.path.at(-1) === "name" && isWithin(edit.path, change.path.slice(0, -1))));
        expect(again.filter((change) => !isKept(change)).map(({ name, class: is }) => [name, is])).toEqual([]);
        expect(again.length > 0 || kept.length === 0 || desired !== before).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test("everything overwritten: the next plan is empty", () => {
    fc.assert(
      fc.property(contentArbitrary, contentArbitrary, contentArbitrary, (sent, desired, live) => {
        const sides = { baseline: { sent, seen: sent }, desired, live };
        const { changes, writes } = writesFor(sides, { overwrite: true });
        const after = patched(live, writes);
        expect(changesOf({ baseline: recorded(sides, changes, after), desired, live: after }).map(({ name, class: is }) => [name, is])).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test("keys without a change are never sent", () => {
    fc.assert(
      fc.property(scenario, ([sent, desired, seen, live]) => {
        const { changes, writes } = writesFor({ baseline: { sent, seen }, desired, live });
        const changed = new Set(changes.filter((change) => change.class === "local-change").map((change) => formatPath(change.path.slice(0, 2))));
        for (const part of ["agent", "llm"] as const) for (const key of Object.keys(writes[part] ?? {})) expect(changed).toContain(formatPath([part, key]));
      }),
    );
  });
});

describe("setLeaf", () => {
  test("creates what is missing, and takes an item out with its name", () => {
    const path = ["llm", "general_tools", { item: "a" }] as const;
    const made = setLeaf({ agent: {} }, [...path, "url"], "1");
    expect(made).toEqual({ agent: {}, llm: { general_tools: [{ name: "a", url: "1" }] } });
    expect(setLeaf(made, [...path, "url"], undefined)).toEqual({ agent: {}, llm: { general_tools: [{ name: "a" }] } });
    expect(setLeaf(made, [...path, "name"], undefined)).toEqual({ agent: {}, llm: { general_tools: [] } });
    expect(setLeaf(made, ["llm", "general_tools", { item: "b" }, "url"], undefined)).toEqual(made);
  });

  test("sets keys that a prototype has as ordinary ones", () => {
    const value = setLeaf({ agent: {} }, ["agent", "__proto__", "polluted"], true as Json);
    expect(JSON.stringify(value)).toBe('{"agent":{"__proto__":{"polluted":true}}}');
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

describe("nodes that live lacks", () => {
  const apply = (sides: Sides): Writes => {
    const changes = withWholeNewNodes(changesOf(sides, true), sides);
    return buildWrites({ live: sides.live, desired: sides.desired, changes, removed: [] });
  };

  test("come whole where Git has them, defaults included", () => {
    const desired: Content = { agent: {}, llm: { general_tools: [{ name: "t", type: "x", nested: { a: 1, b: 2 } }] } };
    const baseline = { sent: { agent: {}, llm: {} }, seen: { agent: {}, llm: {} } };
    expect(apply({ baseline, desired, live: { agent: {}, llm: {} } })).toEqual({ llm: { general_tools: [{ name: "t", type: "x", nested: { a: 1, b: 2 } }] } });
  });

  test("are restored leaf by leaf where Git is silent and the console's deletion is overwritten", () => {
    const baseline = { sent: { agent: {} }, seen: { agent: { nested: { a: 1, b: 2 } } } };
    expect(apply({ baseline, desired: { agent: {} }, live: { agent: {} } })).toEqual({ agent: { nested: { a: 1, b: 2 } } });
  });
});
