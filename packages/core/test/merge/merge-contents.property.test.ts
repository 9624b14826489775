import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Content } from "@retell-actions/core/canonical/content";
import { isJsonObject, objectFrom, type Json } from "@retell-actions/core/canonical/json";
import { equalInEffect } from "@retell-actions/core/diff/equality";
import { walkLeaves } from "@retell-actions/core/diff/walk";
import { isEmpty } from "@retell-actions/core/adopt/expected-content";
import { mergeContents } from "@retell-actions/core/merge/merge-contents";
import { contentArbitrary } from "../diff/content-arbitrary.ts";
import { factsOf } from "../diff/facts.ts";
import { editedTexts } from "./edited-text-arbitrary.ts";

const facts = factsOf({ sets: ["llm.knowledge_base_ids"] });

const merge = (base: Content, desired: Content, live: Content) => mergeContents({ baseline: { sent: base, seen: base }, desired, live }, facts);

/** Fields in which two contents differ; what holds nothing at all is no difference. */
function differences(a: Content, b: Content): readonly unknown[] {
  return walkLeaves({ a, b }).filter(({ path, values }) => !equalInEffect(facts, path, values.a, values.b) && !(isEmpty(values.a ?? undefined) && isEmpty(values.b ?? undefined)));
}

/** Retell says "not set" by `null` and Git by silence; that is told apart elsewhere, and not the same for both sides. */
function withoutNulls<T extends Json>(value: T): T {
  if (!isJsonObject(value)) return (Array.isArray(value) ? value.map(withoutNulls) : value) as T;
  return objectFrom(Object.entries(value).flatMap(([key, field]) => (field === null ? [] : [[key, withoutNulls(field)] as const]))) as T;
}

/** Three contents whose prompts have a common base; often two are alike in most of their fields. */
const sides = fc.tuple(contentArbitrary, contentArbitrary, contentArbitrary, editedTexts, fc.nat(3)).map(([base, one, other, prompts, kept]) => {
  const withPrompt = (content: Content, prompt: string): Content => withoutNulls<Json>({ ...content, llm: { ...content.llm, general_prompt: prompt.toWellFormed() } }) as Content;
  const [git, console] = [kept % 2 === 0 ? { ...base, agent: one.agent } : one, kept < 2 ? { ...base, llm: other.llm ?? {} } : other];
  return { base: withPrompt(base, prompts.base), git: withPrompt(git, prompts.git), console: withPrompt(console, prompts.console) };
});

test("what converged stays as Git writes it", () => {
  const base: Content = { agent: {}, llm: { states: [{ name: "s", tools: null }] } };
  expect(merge(base, { agent: {}, llm: {} }, base).content).toEqual({ agent: {}, llm: {} });
});

test("one side that did nothing, and two that did the same", () => {
  fc.assert(
    fc.property(sides, ({ base, git }) => {
      for (const { content, conflicts } of [merge(base, base, git), merge(base, git, base), merge(base, git, git)]) {
        expect(conflicts).toEqual([]);
        expect(differences(content, git)).toEqual([]);
      }
    }),
    { numRuns: 400 },
  );
});

test("swapping the sides swaps the conflicts; without any, the content is the same", () => {
  fc.assert(
    fc.property(sides, ({ base, git, console }) => {
      const [one, other] = [merge(base, git, console), merge(base, console, git)];
      expect(other.conflicts.map(({ name }) => name)).toEqual(one.conflicts.map(({ name }) => name));
      if (one.conflicts.length === 0) expect(differences(one.content, other.content)).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

test("what was merged, merged again with either side, is itself", () => {
  let merged = 0;
  fc.assert(
    fc.property(sides, ({ base, git, console }) => {
      const { content, conflicts } = merge(base, git, console);
      if (conflicts.length > 0) return;
      merged += 1;
      for (const again of [merge(base, content, console), merge(base, git, content)]) {
        expect(again.conflicts).toEqual([]);
        expect(differences(again.content, content)).toEqual([]);
      }
    }),
    { numRuns: 600 },
  );
  expect(merged).toBeGreaterThan(40);
});

test("every field that differs from its base is what a side made of it, or merged, or in conflict", () => {
  fc.assert(
    fc.property(sides, ({ base, git, console }) => {
      const { content, conflicts } = merge(base, git, console);
      for (const { path, values } of walkLeaves<"base" | "git" | "console" | "content">({ base, git, console, content })) {
        if (conflicts.some((conflict) => conflict.path.length <= path.length && conflict.path.every((step, index) => JSON.stringify(step) === JSON.stringify(path[index])))) continue;
        if (path.at(-1) === "general_prompt" || path.at(-1) === "knowledge_base_ids") continue;
        const isSame = (a: "base" | "git" | "console", b: "content" | "base"): boolean => equalInEffect(facts, path, values[a], values[b]) || (isEmpty(values[a]) && isEmpty(values[b]));
        const expected = isSame("git", "base") ? "console" : "git";
        expect([path, values, isSame(expected, "content")]).toEqual([path, values, true]);
      }
    }),
    { numRuns: 400 },
  );
});
