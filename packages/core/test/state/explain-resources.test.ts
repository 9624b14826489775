import { describe, expect, test } from "@jest/globals";
import { componentContent } from "@retell-actions/core/canonical/content";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import type { RemoteKnowledgeBase } from "@retell-actions/core/ports/knowledge-bases";
import type { PendingComponent } from "@retell-actions/core/state/component-state";
import { explainComponent } from "@retell-actions/core/state/explain-component";
import { explainKnowledge, settingsOf } from "@retell-actions/core/state/explain-knowledge";
import { emptyKnowledgeState, type KnowledgeState } from "@retell-actions/core/state/knowledge-state";
import { factsOf } from "../diff/facts.ts";

describe("a knowledge base after a run that died", () => {
  const live = (...sources: [string, "text" | "url" | "document", string][]): RemoteKnowledgeBase => ({ id: "kb", name: "FAQ", status: "complete", sources: sources.map(([id, kind, title]) => ({ id, kind, title })), settings: { autoRefresh: true, maxChunkSize: 1000, minChunkSize: null }, raw: {} });
  const SEEN = { name: "FAQ", enable_auto_refresh: true, max_chunk_size: 1000, min_chunk_size: null };
  const OLD = { kind: "text" as const, title: "A", hash: "h", source_id: "s1" };
  const state = (more: Partial<KnowledgeState> = {}): KnowledgeState => ({ ...emptyKnowledgeState("staging"), knowledge_base_id: "kb", sent: { name: "old" }, seen: { ...SEEN, name: "old" }, sources: [OLD], ...more });
  const adding = (operation: "create" | "update" | "delete", ...sources: [string, string][]): Partial<KnowledgeState> => ({ pending: { operation, settings: { name: "new" }, sources: sources.map(([title, hash]) => ({ kind: "text", title, hash })), over: ["s1", "s8"] } });

  test("without a journal, or with one of a delete, it is as recorded", () => {
    expect(explainKnowledge(undefined, live())).toBeNull();
    expect(explainKnowledge(state(), live())).toEqual({ sent: { name: "old" }, seen: { ...SEEN, name: "old" }, sources: [OLD] });
    expect(explainKnowledge(state(adding("delete", ["B", "h"])), live(["s2", "text", "B"]))).toEqual(explainKnowledge(state(), live()));
    expect(explainKnowledge(state({ sent: null }), live())).toBeNull();
    expect(explainKnowledge(state({ seen: null }), live())).toBeNull();
  });

  test.each<[string, [string, string][], Parameters<typeof live>, string[]]>([
    ["it had added nothing", [["B", "h"]], [["s1", "text", "A"]], ["s1"]],
    ["it had added one", [["B", "h"]], [["s1", "text", "A"], ["s2", "text", "B"]], ["s1", "s2"]],
    ["one of another title is somebody's", [["B", "h"]], [["s2", "text", "C"]], ["s1"]],
    ["one of another kind is somebody's", [["B", "h"]], [["s2", "url", "B"]], ["s1"]],
    ["one that was there before is not its own", [["B", "h"]], [["s8", "text", "B"]], ["s1"]],
    ["what is there is not looked for again", [["A", "h"]], [["s1", "text", "A"], ["s2", "text", "A"]], ["s1"]],
    ["new content under the same title stands beside the old", [["A", "i"]], [["s1", "text", "A"], ["s2", "text", "A"]], ["s1", "s2"]],
    ["two of one title are told apart", [["B", "h"], ["B", "i"]], [["s2", "text", "B"], ["s3", "text", "B"]], ["s1", "s2", "s3"]],
    ["of two only one was added", [["B", "h"], ["B", "i"]], [["s2", "text", "B"]], ["s1", "s2"]],
  ])("an update: %s", (_name, sources, there, ids) => {
    const explained = explainKnowledge(state(adding("update", ...sources)), live(...there));
    expect(explained?.sources.map((source) => source.source_id)).toEqual(ids);
    expect(explained).toMatchObject({ sent: { name: "old" }, seen: { ...SEEN, name: "old" } });
    for (const source of explained?.sources.slice(1) ?? []) expect(sources).toContainEqual([source.title, source.hash]);
  });

  test("a create: nothing that was recorded before counts", () => {
    const made = explainKnowledge(state(adding("create", ["A", "h"], ["B", "h"])), live(["s1", "text", "A"], ["s2", "text", "A"], ["s3", "text", "B"]));
    expect(made).toEqual({ sent: { name: "new" }, seen: SEEN, sources: [{ kind: "text", title: "A", hash: "h", source_id: "s2" }, { kind: "text", title: "B", hash: "h", source_id: "s3" }] });
  });

  test("where nothing was recorded, what was being sent and what is there", () => {
    expect(explainKnowledge(state({ ...adding("update"), sent: null, seen: null }), live())).toEqual({ sent: { name: "new" }, seen: SEEN, sources: [OLD] });
  });

  test("settings as the state keeps them", () => expect(settingsOf(live())).toEqual(SEEN));
});

describe("a component after a run that died", () => {
  const facts = factsOf({ defaults: { "component.flag": false } });
  const c = componentContent;
  const before = { sent: c({ a: 1, b: 1 }), seen: c({ a: 1, b: 1, extra: 1 }) };
  const journal = (operation: PendingComponent["operation"], sent: JsonObject, more: Partial<PendingComponent> = {}): PendingComponent => ({ operation, sent: c(sent), over: c({ a: 1, b: 1 }), keys: ["component.a"], ...more });
  const explain = (pending: PendingComponent, live: JsonObject, more: Partial<Parameters<typeof explainComponent>[0]> = {}) => explainComponent({ baseline: before, pending, live: c(live), modifiedAt: 5_500, runEndedAt: undefined, facts, ...more });

  test("a delete sends nothing that it could explain", () => {
    expect(explain(journal("delete", { a: 2 }), { a: 2, b: 1 })).toBe(before);
    expect(explain(journal("delete", { a: 2 }), { a: 2, b: 1 }, { baseline: null })).toBeNull();
  });

  test("an update: values that it was sending are its own, others only if it had begun and nobody came after it", () => {
    expect(explain(journal("update", { a: 2, b: 1 }), { a: 2, b: 1, extra: 1 })).toEqual({ sent: c({ a: 2, b: 1 }), seen: c({ a: 2, b: 1, extra: 1 }) });
    expect(explain(journal("update", { a: 2, b: 1 }), { a: 1, b: 1, extra: 1 })).toEqual(before);
    const begun = { a: 2, b: 1, extra: 9 };
    expect(explain(journal("update", { a: 2, b: 1 }), begun, { runEndedAt: 5_000 })?.seen).toEqual(c(begun));
    expect(explain(journal("update", { a: 2, b: 1 }), begun, { runEndedAt: 4_999 })?.seen).toEqual(c({ a: 2, b: 1, extra: 1 }));
    expect(explain(journal("update", { a: 2, b: 1 }), begun)?.seen).toEqual(c({ a: 2, b: 1, extra: 1 }));
    expect(explain(journal("update", { a: 2, b: 1 }, { kept: ["component.extra"] }), begun, { runEndedAt: 5_000 })?.seen).toEqual(c({ a: 2, b: 1, extra: 1 }));
    // It had not begun: nothing of what it was sending is there.
    expect(explain(journal("update", { a: 2, b: 1 }), { a: 3, b: 1, extra: 9 }, { runEndedAt: 6_000 })?.seen).toEqual(before.seen);
    // Nor is what was there before a sign that it had.
    expect(explain(journal("update", { a: 1, b: 1 }), { a: 1, b: 1, extra: 9 }, { runEndedAt: 6_000 })?.seen).toEqual(before.seen);
  });

  test("a create: all is its own unless it was changed later", () => {
    const made = (live: JsonObject, more: Partial<Parameters<typeof explainComponent>[0]> = {}) => explain(journal("create", { a: 2, gone: 1, flag: false }), live, { baseline: null, ...more });
    expect(made({ a: 2, extra: 1 }, { runEndedAt: 5_000 })).toEqual({ sent: c({ a: 2, gone: 1, flag: false }), seen: c({ a: 2, extra: 1 }) });
    expect(made({ a: 3, extra: 1 }, { runEndedAt: 4_999 })?.seen).toEqual(c({ a: 2, gone: 1, extra: 1 }));
    expect(made({ a: 3, extra: 1 })?.seen).toEqual(c({ a: 2, gone: 1, extra: 1 }));
    expect(made({ a: 3 }, { runEndedAt: 9_000, modifiedAt: 0 })?.seen).toEqual(c({ a: 2, gone: 1 }));
    expect(made({ a: 3 }, { runEndedAt: 9_000 })?.seen).toEqual(c({ a: 3 }));
    // Also beside a record of its own, and for an update of which nothing is recorded.
    expect(made({ a: 2 }, { baseline: before })?.sent).toEqual(c({ a: 2, gone: 1, flag: false }));
    expect(explain(journal("update", { a: 2 }), { a: 2, extra: 1 }, { baseline: null })).toEqual({ sent: c({ a: 2 }), seen: c({ a: 2, extra: 1 }) });
  });
});
