import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Content } from "@retell-actions/core/canonical/content";
import type { Json } from "@retell-actions/core/canonical/json";
import { classifyFields, type Baseline, type FieldChange } from "@retell-actions/core/diff/classify";
import type { FieldFacts } from "@retell-actions/core/diff/equality";
import { contentArbitrary, reversedLists } from "./content-arbitrary.ts";
import { factsOf } from "./facts.ts";

const never = (): boolean => false;

/** One field `agent.x` on four sides; undefined is absent. Answers class and target, or `in-sync`. */
function field(
  sides: { sent?: Json | undefined; desired?: Json | undefined; seen?: Json | undefined; live?: Json | undefined },
  facts: FieldFacts = factsOf(),
  mayOverwrite: (change: Omit<FieldChange, "overwritten">) => boolean = never,
): string | [string, Json | undefined] {
  const content = (value: Json | undefined): Content => ({ agent: value === undefined ? {} : { x: value } });
  const changes = classifyFields(
    { baseline: { sent: content(sides.sent), seen: content(sides.seen) }, desired: content(sides.desired), live: content(sides.live) },
    { facts, mayOverwrite },
  );
  const [change] = changes;
  if (change === undefined) return "in-sync";
  expect(changes).toHaveLength(1);
  return [change.class, change.target];
}

describe("the truth table", () => {
  test.each<[string, Parameters<typeof field>[0], ReturnType<typeof field>]>([
    ["neither changed", { sent: 1, desired: 1, seen: 1, live: 1 }, "in-sync"],
    ["neither changed, though Retell holds another value than was sent", { sent: 1, desired: 1, seen: 1.5, live: 1.5 }, "in-sync"],
    ["Git changed", { sent: 1, desired: 2, seen: 1, live: 1 }, ["local-change", 2]],
    ["Git changed a value that Retell had normalised", { sent: 1, desired: 2, seen: 1.5, live: 1.5 }, ["local-change", 2]],
    ["the console changed", { sent: 1, desired: 1, seen: 1, live: 2 }, ["console-edit", 1]],
    ["the console changed what Git never mentioned", { seen: 1, live: 2 }, ["console-edit", 1]],
    ["both changed to the same", { sent: 1, desired: 2, seen: 1, live: 2 }, ["converged", 2]],
    ["both changed differently", { sent: 1, desired: 2, seen: 1, live: 3 }, ["conflict", 2]],
    ["Git changed to what Retell holds anyway", { sent: 1, desired: 2, seen: 2, live: 2 }, ["converged", 2]],
    ["the console changed back to what Git says", { sent: 1, desired: 1, seen: 2, live: 1 }, ["converged", 1]],
    ["Git added", { desired: 2 }, ["local-change", 2]],
    ["Git added what Retell holds as its own default", { desired: 2, seen: 2, live: 2 }, ["converged", 2]],
    ["Git added, the console too, differently", { desired: 2, live: 3 }, ["conflict", 2]],
    ["the console added", { live: 3 }, ["console-edit", undefined]],
    ["the console removed what Git never mentioned", { seen: 3 }, ["console-edit", 3]],
    ["an empty text is not absent", { sent: "a", desired: "", seen: "a", live: "a" }, ["local-change", ""]],
    ["false is not absent", { sent: true, desired: false, seen: true, live: true }, ["local-change", false]],
    ["1 and 1.0 are one number", { sent: 1, desired: JSON.parse("1.0") as Json, seen: 1, live: 1 }, "in-sync"],
  ])("%s", (_, sides, expected) => {
    expect(field(sides)).toEqual(expected);
  });
});

describe("null, absent and defaults", () => {
  const nullable = factsOf({ nullable: ["agent.x"] });
  const defaulted = factsOf({ defaults: { "agent.x": 5 } });
  test.each<[string, Parameters<typeof field>[0], FieldFacts, ReturnType<typeof field>]>([
    ["live null and absent are the same", { sent: null, desired: null, seen: null }, nullable, "in-sync"],
    ["what Git never mentioned may turn from absent to null", { live: null }, nullable, "in-sync"],
    ["Git writes null where a value was", { sent: 1, desired: null, seen: 1, live: 1 }, nullable, ["local-change", null]],
    ["Git writes null where nothing is: only recorded", { desired: null }, nullable, ["converged", null]],
    ["removed: null where Retell allows it", { sent: 1, seen: 1, live: 1 }, nullable, ["local-change", null]],
    ["removed: else the documented default", { sent: 1, seen: 1, live: 1 }, defaulted, ["local-change", 5]],
    ["removed: null is better than the default", { sent: 1, seen: 1, live: 1 }, factsOf({ nullable: ["agent.x"], defaults: { "agent.x": 5 } }), ["local-change", null]],
    ["removed: without either there is no target", { sent: 1, seen: 1, live: 1 }, factsOf(), ["local-change", undefined]],
    ["removed, and live holds the default already", { sent: 5, seen: 5, live: 5 }, defaulted, ["converged", 5]],
    ["removed, and the console cleared it too", { sent: 1, seen: 1 }, nullable, ["converged", null]],
    ["removed, and the console changed it", { sent: 1, seen: 1, live: 2 }, nullable, ["conflict", null]],
    ["a default that becomes visible is no edit", { live: 5 }, defaulted, "in-sync"],
    ["another value that becomes visible is one", { live: 6 }, defaulted, ["console-edit", 5]],
    ["a console edit away from the invisible default", { sent: 1, desired: 1, seen: 1, live: 5 }, defaulted, ["console-edit", 1]],
    ["null is a default too", { live: null }, factsOf({ defaults: { "agent.x": null } }), "in-sync"],
    ["null to false is an edit", { seen: null, live: false }, factsOf({ nullable: ["agent.x"] }), ["console-edit", null]],
  ])("%s", (_, sides, facts, expected) => {
    expect(field(sides, facts)).toEqual(expected);
  });

  test("an overwritten console value goes back to what was seen; where nothing was, it is reset like a removed one", () => {
    const always = (): boolean => true;
    expect(field({ seen: 1, live: 2 }, factsOf(), always)).toEqual(["local-change", 1]);
    expect(field({ live: 2 }, nullable, always)).toEqual(["local-change", null]);
    expect(field({ live: 2 }, defaulted, always)).toEqual(["local-change", 5]);
    expect(field({ sent: 1, desired: 1, seen: 1, live: 2 }, factsOf(), always)).toEqual(["local-change", 1]);
    expect(field({ sent: 1, desired: 2, seen: 1, live: 3 }, factsOf(), always)).toEqual(["local-change", 2]);
  });
});

describe("what counts", () => {
  test("an unknown key counts as soon as Git mentions it, in live answers it never does", () => {
    const facts = factsOf({ unknown: ["agent.x"] });
    expect(field({ live: 1 }, facts)).toBe("in-sync");
    expect(field({ seen: 1, live: 2 }, facts)).toBe("in-sync");
    expect(field({ sent: 1, desired: 1, seen: 1, live: 2 }, facts)).toEqual(["console-edit", 1]);
    expect(field({ desired: 1, live: 2 }, facts)).toEqual(["conflict", 1]);
    expect(field({ sent: 1, seen: 1, live: 1 }, facts)).toEqual(["local-change", undefined]);
  });

  test("a retired value that Retell replaced is no edit, unless Git says something else", () => {
    const facts = factsOf({ successors: { old: "new" } });
    expect(field({ sent: "old", desired: "old", seen: "old", live: "new" }, facts)).toBe("in-sync");
    expect(field({ sent: "old", desired: "new", seen: "old", live: "new" }, facts)).toEqual(["converged", "new"]);
    expect(field({ sent: "old", desired: "other", seen: "old", live: "new" }, facts)).toEqual(["local-change", "other"]);
    expect(field({ sent: "old", desired: "old", seen: "old", live: "third" }, facts)).toEqual(["console-edit", "old"]);
    expect(field({ sent: "new", desired: "new", seen: "new", live: "old" }, facts)).toEqual(["console-edit", "new"]);
  });

  test("lists of ids are sets, other lists are not", () => {
    const facts = factsOf({ sets: ["agent.x"] });
    expect(field({ sent: ["a", "b"], desired: ["b", "a"], seen: ["a", "b"], live: ["b", "a", "a"] }, facts)).toBe("in-sync");
    expect(field({ sent: ["a", "b"], desired: ["b", "a"], seen: ["a", "b"], live: ["a", "b"] })).toEqual(["local-change", ["b", "a"]]);
  });

  const tools = (...items: { name: string; [key: string]: Json }[]): Content => ({ agent: {}, llm: { general_tools: items } });
  const classes = (sides: { sent: Content; desired: Content; seen: Content; live: Content }): Record<string, string> =>
    Object.fromEntries(classifyFields({ baseline: { sent: sides.sent, seen: sides.seen }, desired: sides.desired, live: sides.live }, { facts: factsOf(), mayOverwrite: never }).map((change) => [change.name, change.class]));
  const a = { name: "a", url: "1" };
  const b = { name: "b", url: "1" };

  test("two people who edit different tools, or different fields of one, do not conflict", () => {
    expect(classes({ sent: tools(a, b), desired: tools({ ...a, url: "2" }, b), seen: tools(a, b), live: tools(a, { ...b, url: "3" }) })).toEqual({ "llm.general_tools[a].url": "local-change", "llm.general_tools[b].url": "console-edit" });
    expect(classes({ sent: tools(a), desired: tools({ ...a, url: "2" }), seen: tools(a), live: tools({ ...a, method: "GET" }) })).toEqual({ "llm.general_tools[a].url": "local-change", "llm.general_tools[a].method": "console-edit" });
    expect(classes({ sent: tools(a), desired: tools({ ...a, url: "2" }), seen: tools(a), live: tools({ ...a, url: "3" }) })).toEqual({ "llm.general_tools[a].url": "conflict" });
  });

  test("a tool that is added or removed on one side is that side's change", () => {
    expect(classes({ sent: tools(a), desired: tools(b, a), seen: tools(a), live: tools(a) })).toEqual({ "llm.general_tools[b].name": "local-change", "llm.general_tools[b].url": "local-change" });
    expect(classes({ sent: tools(a, b), desired: tools(a), seen: tools(a, b), live: tools(b, a) })).toEqual({ "llm.general_tools[b].name": "local-change", "llm.general_tools[b].url": "local-change" });
    expect(classes({ sent: tools(a), desired: tools(a), seen: tools(a), live: tools(b, a) })).toEqual({ "llm.general_tools[b].name": "console-edit", "llm.general_tools[b].url": "console-edit" });
    expect(classes({ sent: tools(a, b), desired: tools(a, b), seen: tools(a, b), live: tools(a) })).toEqual({ "llm.general_tools[b].name": "console-edit", "llm.general_tools[b].url": "console-edit" });
  });

  test("a state and its tools are told apart by name at both levels", () => {
    const states = (url: string, prompt: string): Content => ({ agent: {}, llm: { states: [{ name: "s", state_prompt: prompt, tools: [{ name: "t", url }] }] } });
    expect(classes({ sent: states("1", "p"), desired: states("1", "q"), seen: states("1", "p"), live: states("2", "p") })).toEqual({ "llm.states[s].state_prompt": "local-change", "llm.states[s].tools[t].url": "console-edit" });
  });
});

describe("without a baseline", () => {
  const plan = (desired: Json | undefined, live: Json | undefined, facts = factsOf()): string =>
    classifyFields(
      { baseline: null, desired: { agent: desired === undefined ? {} : { x: desired } }, live: { agent: live === undefined ? {} : { x: live } } },
      { facts, mayOverwrite: never },
    )[0]?.class ?? "in-sync";

  test("equal values become the baseline, every difference needs a person, what Git does not mention is Retell's", () => {
    expect(plan(1, 1)).toBe("converged");
    expect(plan(1, 2)).toBe("conflict");
    expect(plan(1, undefined)).toBe("conflict");
    expect(plan(undefined, 2)).toBe("in-sync");
    expect(plan(1, undefined, factsOf({ defaults: { "agent.x": 1 } }))).toBe("converged");
    expect(plan(null, undefined)).toBe("converged");
  });
});

describe("properties", () => {
  const facts = factsOf({ sets: ["llm.knowledge_base_ids"], nullable: ["llm.general_tools", "agent.volume"] });
  const classify = (baseline: Baseline | null, desired: Content, live: Content): FieldChange[] => classifyFields({ baseline, desired, live }, { facts, mayOverwrite: never });

  test("desired = sent and live = seen is empty, whatever Retell made of it, in any order of named lists", () => {
    fc.assert(
      fc.property(contentArbitrary, contentArbitrary, (git, held) => {
        expect(classify({ sent: git, seen: held }, git, held)).toEqual([]);
        expect(classify({ sent: git, seen: held }, reversedLists(git as Json) as Content, reversedLists(held as Json) as Content)).toEqual([]);
      }),
    );
  });

  test("a conflict is one from both sides, and the other classes are each other's mirror", () => {
    const mirror: Record<string, string> = { conflict: "conflict", "local-change": "console-edit", "console-edit": "local-change" };
    fc.assert(
      fc.property(fc.tuple(contentArbitrary, contentArbitrary, contentArbitrary), (contents) => {
        // Without null, which is the same as absent in Retell but not in Git.
        const [base, git, held] = JSON.parse(JSON.stringify(contents).replaceAll("null", "7")) as [Content, Content, Content];
        const plain = factsOf();
        const from = (desired: Content, live: Content): Map<string, string> =>
          new Map(classifyFields({ baseline: { sent: base, seen: base }, desired, live }, { facts: plain, mayOverwrite: never }).map((change) => [change.name, change.class]));
        const there = from(git, held);
        const back = from(held, git);
        for (const [name, fieldClass] of there) if (fieldClass !== "converged") expect(back.get(name)).toBe(mirror[fieldClass]);
      }),
    );
  });

  test("Git alone changes: nothing but local changes and what converges; the console alone: nothing but console edits and what converges", () => {
    fc.assert(
      fc.property(contentArbitrary, contentArbitrary, (before, after) => {
        const git = classify({ sent: before, seen: before }, after, before);
        expect(git.filter((change) => change.class !== "local-change" && change.class !== "converged")).toEqual([]);
        const console_ = classify({ sent: before, seen: before }, before, after);
        expect(console_.filter((change) => change.class !== "console-edit" && change.class !== "converged")).toEqual([]);
      }),
    );
  });
});
