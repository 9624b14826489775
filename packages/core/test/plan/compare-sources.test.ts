import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { compareSettings, untoldSettings } from "@retell-actions/core/plan/compare-settings";
import { compareSources } from "@retell-actions/core/plan/compare-sources";
import type { DesiredSource } from "@retell-actions/core/project/desired-resources";

type Kind = DesiredSource["kind"];
const want = (kind: Kind, title: string, hash: string): DesiredSource => ({ kind, title, hash, upload: { texts: [], urls: [], files: [] } });
const had = (kind: Kind, title: string, hash: string, id: string) => ({ kind, title, hash, source_id: id });
const live = (kind: Kind, title: string, id: string) => ({ kind, title, id });

type Sides = Parameters<typeof compareSources>[0];
const gist = (sides: Partial<Sides>) => {
  const { changes, steps } = compareSources({ desired: [], recorded: [], live: [], assumed: false, overwrite: false, ...sides });
  return { changes: changes.map((change) => `${change.name}: ${change.class}`), add: steps.add.map(({ title }) => title), remove: steps.remove, keep: steps.keep.map(({ source_id }) => source_id) };
};

describe("sources", () => {
  const same = { changes: [], add: [], remove: [], keep: ["1"] };
  test.each<[string, Partial<Sides>, ReturnType<typeof gist>]>([
    ["nothing changed", { desired: [want("text", "A", "h")], recorded: [had("text", "A", "h", "1")], live: [live("text", "A", "1")] }, same],
    ["Git added", { desired: [want("text", "A", "h")] }, { changes: ["text A: local-change"], add: ["A"], remove: [], keep: [] }],
    ["Git changed", { desired: [want("text", "A", "i")], recorded: [had("text", "A", "h", "1")], live: [live("text", "A", "1")] }, { changes: ["text A: local-change"], add: ["A"], remove: ["1"], keep: [] }],
    ["Git removed", { recorded: [had("text", "A", "h", "1")], live: [live("text", "A", "1")] }, { changes: ["text A: local-change"], add: [], remove: ["1"], keep: [] }],
    ["the console added", { live: [live("text", "B", "2")] }, { changes: ["text B: console-edit"], add: [], remove: [], keep: [] }],
    ["the console added, Git wins", { live: [live("text", "B", "2")], overwrite: true }, { changes: ["text B: local-change"], add: [], remove: ["2"], keep: [] }],
    ["the console removed", { desired: [want("text", "A", "h")], recorded: [had("text", "A", "h", "1")] }, { changes: ["text A: console-edit"], add: [], remove: [], keep: ["1"] }],
    ["the console removed, Git wins", { desired: [want("text", "A", "h")], recorded: [had("text", "A", "h", "1")], overwrite: true }, { changes: ["text A: local-change"], add: ["A"], remove: [], keep: [] }],
    ["the console removed what Git changed", { desired: [want("text", "A", "i")], recorded: [had("text", "A", "h", "1")] }, { changes: ["text A: conflict"], add: [], remove: [], keep: ["1"] }],
    ["both removed", { recorded: [had("text", "A", "h", "1")] }, { changes: ["text A: converged"], add: [], remove: [], keep: [] }],
    ["both added an address", { desired: [want("url", "u", "h")], live: [live("url", "u", "2")] }, { changes: ["url u: converged"], add: [], remove: [], keep: ["2"] }],
    ["both added a text of one title", { desired: [want("text", "A", "h")], live: [live("text", "A", "2")] }, { changes: ["text A: conflict"], add: [], remove: [], keep: [] }],
    ["both added a text, Git wins", { desired: [want("text", "A", "h")], live: [live("text", "A", "2")], overwrite: true }, { changes: ["text A: local-change"], add: ["A"], remove: ["2"], keep: [] }],
    ["an old one was left behind by a dead run", { desired: [want("text", "A", "i")], recorded: [had("text", "A", "h", "1"), had("text", "A", "i", "2")], live: [live("text", "A", "1"), live("text", "A", "2")] }, { changes: ["text A: local-change"], add: [], remove: ["1"], keep: ["2"] }],
    ["deleted and typed in again in the console", { desired: [want("text", "A", "h")], recorded: [had("text", "A", "h", "1")], live: [live("text", "A", "9")] }, { changes: ["text A: console-edit", "text A: console-edit"], add: [], remove: [], keep: ["1"] }],
    ["Retell writes the address in another way", { desired: [want("url", "https://Example.com", "h")], recorded: [], live: [live("url", "https://example.com/", "2")] }, { changes: ["url https://Example.com: converged"], add: [], remove: [], keep: ["2"] }],
    ["Retell composes the letters of a file's name", { desired: [want("document", "u\u0308.pdf", "h")], live: [live("document", "\u00fc.pdf", "2")] }, { changes: ["document u\u0308.pdf: conflict"], add: [], remove: [], keep: [] }],
    ["what is not told is not judged", { desired: [want("text", "A", "h")], recorded: [had("text", "A", "h", "1")], live: [], assumed: true }, same],
  ])("%s", (_name, sides, expected) => expect(gist(sides)).toEqual(expected));

  test("after the steps of a plan in which Git wins, nothing is left to do", () => {
    const kind = fc.constantFrom<Kind>("text", "url", "document");
    const title = fc.constantFrom("a", "b", "c");
    const hash = fc.constantFrom("h", "i");
    const key = (source: { kind: string; title: string }): string => `${source.kind} ${source.title}`;
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ kind, title, hash }), { selector: key, maxLength: 6 }),
        fc.uniqueArray(fc.record({ kind, title, hash }), { selector: key, maxLength: 6 }),
        fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        fc.array(fc.record({ kind, title }), { maxLength: 4 }),
        (wanted, before, survives, typed) => {
          const desired = wanted.map((source) => want(source.kind, source.title, source.kind === "url" ? "address" : source.hash));
          const recorded = before.map((source, index) => had(source.kind, source.title, source.kind === "url" ? "address" : source.hash, `r${index}`));
          const there = [...recorded.filter((_source, index) => survives[index]).map((source) => live(source.kind, source.title, source.source_id)), ...typed.map((source, index) => live(source.kind, source.title, `t${index}`))];
          const { steps } = compareSources({ desired, recorded, live: there, assumed: false, overwrite: true });
          const added = steps.add.map((source, index) => had(source.kind, source.title, source.hash, `n${index}`));
          const after = [...there.filter(({ id }) => !steps.remove.includes(id)), ...added.map((source) => live(source.kind, source.title, source.source_id))];
          const next = compareSources({ desired, recorded: [...steps.keep, ...added], live: after, assumed: false, overwrite: false });
          expect(next.changes).toEqual([]);
          expect(after.map(key).sort()).toEqual(desired.map(key).sort());
        },
      ),
    );
  });
});

describe("settings", () => {
  const seen = { name: "faq", enable_auto_refresh: false, max_chunk_size: 2000, min_chunk_size: null };
  const gistOf = (sides: Partial<Parameters<typeof compareSettings>[0]>) => compareSettings({ desired: { name: "faq" }, sent: { name: "faq" }, seen, live: seen, overwrite: false, ...sides }).map((change) => `${change.name}: ${change.class}`);
  test.each<[string, Parameters<typeof gistOf>[0], string[]]>([
    ["nothing changed", {}, []],
    ["Git changed", { desired: { name: "faq", max_chunk_size: 1000 } }, ["max_chunk_size: local-change"]],
    ["Git says what is there", { desired: { name: "faq", max_chunk_size: 2000 } }, ["max_chunk_size: converged"]],
    ["the console changed", { live: { ...seen, name: "other" } }, ["name: console-edit"]],
    ["the console changed what Git is silent about", { live: { ...seen, enable_auto_refresh: true } }, ["enable_auto_refresh: console-edit"]],
    ["both, differently", { desired: { name: "new" }, live: { ...seen, name: "other" } }, ["name: conflict"]],
    ["both, alike", { desired: { name: "other" }, live: { ...seen, name: "other" } }, ["name: converged"]],
    ["the console changed, Git wins", { live: { ...seen, name: "other" }, overwrite: true }, ["name: local-change"]],
    ["Retell does not tell it", { desired: { name: "faq", min_chunk_size: 400 }, sent: { name: "faq", min_chunk_size: 400 } }, []],
    ["taken out of Git", { sent: { name: "faq", max_chunk_size: 2000 } }, ["max_chunk_size: converged"]],
    ["taken out of Git, and not what a new one gets", { sent: { name: "faq", max_chunk_size: 1000 }, seen: { ...seen, max_chunk_size: 1000 }, live: { ...seen, max_chunk_size: 1000 } }, ["max_chunk_size: local-change"]],
    ["taken out of Git, refreshing goes off", { sent: { name: "faq", enable_auto_refresh: true }, seen: { ...seen, enable_auto_refresh: true }, live: { ...seen, enable_auto_refresh: true } }, ["enable_auto_refresh: local-change"]],
    ["taken out of Git, and Retell does not tell it", { sent: { name: "faq", min_chunk_size: 300 } }, ["min_chunk_size: local-change"]],
    ["taken out of Git, and changed in the console", { sent: { name: "faq", max_chunk_size: 1000 }, seen: { ...seen, max_chunk_size: 1000 }, live: { ...seen, max_chunk_size: 1500 } }, ["max_chunk_size: conflict"]],
    ["the same, Git wins", { sent: { name: "faq", max_chunk_size: 1000 }, seen: { ...seen, max_chunk_size: 1000 }, live: { ...seen, max_chunk_size: 1500 }, overwrite: true }, ["max_chunk_size: local-change"]],
    ["never recorded, and different", { sent: undefined, seen: undefined, desired: { name: "faq", max_chunk_size: 1000 } }, ["name: converged", "max_chunk_size: conflict"]],
  ])("%s", (_name, sides, expected) => expect(gistOf(sides)).toEqual(expected));

  test("taken out of Git and not told by Retell is named", () => {
    expect(untoldSettings({ desired: { name: "faq" }, sent: { name: "faq", min_chunk_size: 300, max_chunk_size: 1000 }, live: seen })).toEqual(["min_chunk_size"]);
  });
});
