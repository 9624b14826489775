import { describe, expect, test } from "@jest/globals";
import type { Content } from "@retell-actions/core/canonical/content";
import { resourcesIn } from "@retell-actions/core/canonical/resource-symbols";
import { resolveReferences, storedSymbols, toSymbols, type ReferenceValues } from "@retell-actions/core/canonical/symbols";

const references = (more: Partial<ReferenceValues> = {}): ReferenceValues => ({ secrets: new Map(), agentIds: new Map(), fingerprint: (value) => `fingerprint(${value})`, resourceIds: new Map([["knowledge://faq", "kb_1"], ["component://hi", "c_1"]]), ...more });
const llm = (ids: string[]): Content => ({ agent: {}, llm: { knowledge_base_ids: ids } });
const flow = (id: string): Content => ({ agent: {}, flow: { nodes: [{ id: "n", type: "component", component_id: id }] } });
const symbolic = (live: Content, desired: Content, more: Partial<ReferenceValues> = {}, sent = desired) =>
  toSymbols({ baseline: { sent, seen: sent }, desired, live, recordedSecrets: {}, references: references(more) });

describe("ids of shared resources", () => {
  test("become symbols where Git has the symbol, also within a list of ids", () => {
    expect(symbolic(llm(["kb_1", "kb_9"]), llm(["knowledge://faq", "kb_9"])).live).toEqual(llm(["knowledge://faq", "kb_9"]));
    expect(symbolic(flow("c_1"), flow("component://hi")).live).toEqual(flow("component://hi"));
  });

  test("stay where Git has the id itself", () => {
    expect(symbolic(llm(["kb_1"]), llm(["kb_1"])).live).toEqual(llm(["kb_1"]));
  });

  test("of a former resource tell on both sides of the baseline that it was another one", () => {
    const made = symbolic(llm(["kb_0", "kb_9"]), llm(["knowledge://faq", "kb_9"]), { formerResourceIds: new Map([["knowledge://faq", new Set(["kb_0"])]]) });
    expect(made.live).toEqual(llm(["knowledge://faq (previous one)", "kb_9"]));
    expect(made.baseline?.sent).toEqual(made.live);
    expect(storedSymbols(made.live)).toEqual(llm(["knowledge://faq", "kb_9"]));
  });

  test("a symbol that somebody types into the console is not taken for the resource", () => {
    expect(symbolic(llm(["knowledge://faq"]), llm(["knowledge://faq"])).live).toEqual(llm(["fingerprint(knowledge://faq)"]));
  });

  test("are sent in the symbols' places, and an unknown one is told", () => {
    expect(resolveReferences({ ids: ["knowledge://faq", "kb_9"], id: "component://hi" }, references())).toEqual({ value: { ids: ["kb_1", "kb_9"], id: "c_1" }, unresolved: [] });
    expect(resolveReferences(["knowledge://new"], references()).unresolved).toEqual([{ kind: "knowledge", name: "new" }]);
  });

  test("are found as whole values only", () => {
    expect(resourcesIn({ a: ["knowledge://b", "see knowledge://c"], d: { e: "component://f" } })).toEqual(["component://f", "knowledge://b"]);
  });
});
