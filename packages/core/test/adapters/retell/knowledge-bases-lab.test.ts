import { afterEach, describe, expect, test } from "@jest/globals";
import { startRetellLab, type RetellLab, type RetellLabOptions } from "@retell-actions/lab/retell/server";
import { createRetell } from "../../../src/adapters/retell/create-retell.ts";
import type { KnowledgeSettings, NewSources } from "../../../src/ports/knowledge-bases.ts";
import { recordingLog } from "../recording-log.ts";

const labs: RetellLab[] = [];
afterEach(async () => {
  await Promise.all(labs.splice(0).map((lab) => lab.stop()));
});

const defaults: KnowledgeSettings = { autoRefresh: false, maxChunkSize: null, minChunkSize: null };
const texts = [{ title: "Hours", text: "Open 9–5\n" }, { title: "Hours", text: "Another of the same title" }];
const content = Uint8Array.from([37, 80, 0, 255, 13, 10]);
const sources = (some: Partial<NewSources> = {}): NewSources => ({ texts: [], urls: [], files: [], ...some });

/** Adapter and lab share a clock that only the adapter's sleeping moves. */
async function setUp(options: Partial<RetellLabOptions> = {}, apiKey = "key_lab") {
  let time = 1_700_000_000_000;
  const now = (): number => time;
  const lab = await startRetellLab({ now, ...options });
  labs.push(lab);
  const sleep = async (milliseconds: number): Promise<void> => void (time += milliseconds);
  const retell = createRetell({ apiKey, baseUrl: lab.url, readOnly: false, concurrency: 8, log: recordingLog(), clock: { now }, sleep, chance: () => 0.5 });
  const { reader, writer } = retell.knowledge;
  if (writer === undefined) throw new Error("no writer");
  const [organization] = lab.options.organizations;
  return { lab, reader, writer, calls: retell.calls, organization: lab.organization(organization?.id ?? "") };
}

describe.each([404, 422] as const)("with %i for what is missing", (missingStatus) => {
  test("a knowledge base's life", async () => {
    const { reader, writer, organization, calls } = await setUp({ missingStatus, seed: 7 });
    const settings: KnowledgeSettings = { autoRefresh: true, maxChunkSize: 900, minChunkSize: 300 };
    const created = await writer.createKnowledgeBase("Shop", settings, sources({ texts, urls: ["https://example.com"], files: [{ name: "é.pdf", content }] }));
    expect(created).toMatchObject({ name: "Shop", status: "in_progress", sources: [], settings });
    expect(await reader.readKnowledgeBase(created.id)).toEqual(created);
    expect(await reader.listKnowledgeBases()).toEqual([created]);
    const complete = await reader.readKnowledgeBase(created.id);
    expect(complete).toMatchObject({ id: created.id, status: "complete" });
    expect(complete?.raw["knowledge_base_sources"]).toHaveLength(4);
    expect(complete?.sources.map(({ kind, title }) => [kind, title])).toEqual([["text", "Hours"], ["text", "Hours"], ["url", "https://example.com"], ["document", "é.pdf"]]);
    const stored = organization.knowledgeBases()[0]?.sources.map((source) => source.content);
    expect(stored).toEqual([...texts.map(({ text }) => new TextEncoder().encode(text)), null, content]);

    const growing = await writer.addSources(created.id, sources({ urls: ["https://example.com/2"] }));
    expect(growing).toMatchObject({ status: "refreshing_in_progress", sources: complete?.sources });
    organization.console.finishIndexing(created.id, "complete");
    const first = complete?.sources[0]?.id ?? "";
    const shrunk = await writer.deleteSource(created.id, first);
    expect(shrunk?.sources.map(({ title }) => title)).toEqual(["Hours", "https://example.com", "é.pdf", "https://example.com/2"]);
    expect(await writer.deleteSource(created.id, first)).toBeNull();
    expect(await writer.deleteSource("knowledge_base_absent", first)).toBeNull();
    expect(await writer.deleteKnowledgeBase(created.id)).toBe(true);
    expect(await writer.deleteKnowledgeBase(created.id)).toBe(false);
    expect(await reader.readKnowledgeBase(created.id)).toBeNull();
    expect(await reader.listKnowledgeBases()).toEqual([]);
    expect(calls()).toEqual({ reads: 5, writes: 7 });
  });
});

test("sizes that are null are left to Retell", async () => {
  const { lab, writer } = await setUp();
  const base = await writer.createKnowledgeBase("Shop", defaults, sources({ texts }));
  expect(Object.keys(lab.requests[0]?.body as object)).toEqual(["knowledge_base_name", "enable_auto_refresh", "knowledge_base_texts"]);
  expect(base.settings).toEqual({ autoRefresh: false, maxChunkSize: 2000, minChunkSize: 400 });
});

test("what Retell does not tell reads as not told", async () => {
  const { writer } = await setUp({ writtenDefaults: "none" });
  expect((await writer.createKnowledgeBase("Shop", defaults, sources({ texts }))).settings).toEqual(defaults);
});

test("an indexing that fails is told", async () => {
  const { reader, writer } = await setUp({ unindexable: ["Broken"], indexing: { reads: 0 } });
  const { id } = await writer.createKnowledgeBase("Broken", defaults, sources({ texts }));
  expect(await reader.readKnowledgeBase(id)).toMatchObject({ status: "error", sources: [] });
});

test("refusals are Retell's own words; a name with folders never leaves", async () => {
  const { lab, writer } = await setUp();
  await expect(writer.createKnowledgeBase("x".repeat(40), defaults, sources({ texts }))).rejects.toMatchObject({ reason: "retell-rejected", status: 400 });
  await expect(writer.createKnowledgeBase("Shop", defaults, sources())).rejects.toThrow("no knowledge base sources provided");
  await expect(writer.addSources("knowledge_base_absent", sources({ texts }))).rejects.toMatchObject({ reason: "retell-rejected" });
  const asked = lab.requests.length;
  for (const name of ["a/b.txt", "a\\b.txt", ""]) {
    await expect(writer.createKnowledgeBase("Shop", defaults, sources({ files: [{ name, content }] }))).rejects.toThrow(TypeError);
  }
  expect(lab.requests).toHaveLength(asked);
});

test("a read key reads and may not write, and there is no writer without need", async () => {
  const organizations = [{ id: "org_lab", name: "Lab", keys: [{ key: "key_read", name: "read", permissions: { agent: "read" as const } }] }];
  const { lab, reader, writer } = await setUp({ organizations }, "key_read");
  expect(await reader.listKnowledgeBases()).toEqual([]);
  await expect(writer.createKnowledgeBase("Shop", defaults, sources({ texts }))).rejects.toMatchObject({ reason: "forbidden" });
  expect(createRetell({ apiKey: "key_read", baseUrl: lab.url, readOnly: true, concurrency: 1, log: recordingLog() }).knowledge.writer).toBeUndefined();
});

describe("lost answers", () => {
  const lose = (lab: RetellLab, path: string, action: "drop-after" | "truncate" = "drop-after") =>
    lab.faults.add({ matches: (request) => request.path.startsWith(path), action: { kind: action }, times: 1 });

  test.each(["drop-after", "truncate"] as const)("a create without answer is ambiguous and is not repeated (%s)", async (action) => {
    const { lab, reader, writer } = await setUp();
    lose(lab, "/create-knowledge-base", action);
    await expect(writer.createKnowledgeBase("Shop", defaults, sources({ texts }))).rejects.toMatchObject({ ambiguous: true });
    expect(await reader.listKnowledgeBases()).toHaveLength(1);
  });

  test("sources are not added twice", async () => {
    const { lab, writer, organization } = await setUp({ indexing: { reads: 0 } });
    const { id } = await writer.createKnowledgeBase("Shop", defaults, sources({ texts }));
    lose(lab, "/add-knowledge-base-sources");
    await expect(writer.addSources(id, sources({ texts }))).rejects.toMatchObject({ ambiguous: true });
    expect(organization.knowledgeBases()[0]?.sources).toHaveLength(4);
  });

  test("a deleted source is told although its answer was lost, and so is a deleted knowledge base", async () => {
    const { lab, writer } = await setUp({ indexing: { reads: 0 } });
    const { id, sources: listed } = await writer.createKnowledgeBase("Shop", defaults, sources({ texts }));
    lose(lab, "/delete-knowledge-base-source");
    expect((await writer.deleteSource(id, listed[0]?.id ?? ""))?.sources).toEqual([listed[1]]);
    lose(lab, "/delete-knowledge-base/");
    expect(await writer.deleteKnowledgeBase(id)).toBe(true);
  });

  test("a throttled create is sent again, whole", async () => {
    const { lab, writer, organization } = await setUp();
    lab.faults.add({ matches: (request) => request.write, action: { kind: "status", status: 429, body: { status: "error", message: "throttled" } }, times: 2 });
    await writer.createKnowledgeBase("Shop", defaults, sources({ texts, files: [{ name: "a.pdf", content }] }));
    organization.console.finishIndexing(organization.knowledgeBases()[0]?.id ?? "", "complete");
    expect(organization.knowledgeBases()[0]?.sources).toHaveLength(3);
    expect(lab.requests.map(({ status }) => status)).toEqual([429, 429, 201]);
  });
});

describe("answers that the API does not promise", () => {
  async function reading(answer: unknown) {
    const { lab, reader } = await setUp();
    lab.faults.add({ matches: () => true, action: { kind: "body", text: JSON.stringify(answer) } });
    return reader;
  }
  const base = { knowledge_base_id: "kb_1", knowledge_base_name: "Shop", status: "complete" };

  test("a status and a kind of source that are new are read with care", async () => {
    const reader = await reading({ ...base, status: "paused", knowledge_base_sources: [{ type: "drive", source_id: "s1" }, { type: "drive", source_id: "s2", title: "Sheet" }] });
    expect(await reader.readKnowledgeBase("kb_1")).toMatchObject({
      status: "in_progress",
      sources: [{ id: "s1", kind: "document", title: "s1" }, { id: "s2", kind: "document", title: "Sheet" }],
    });
  });

  test.each([
    ["another one", { ...base, knowledge_base_id: "kb_2" }],
    ["no id", { ...base, knowledge_base_id: undefined }],
    ["no status", { ...base, status: undefined }],
    ["a source without id", { ...base, knowledge_base_sources: [{ type: "text", title: "x" }] }],
    ["a text without title", { ...base, knowledge_base_sources: [{ type: "text", source_id: "s" }] }],
    ["a list", [base]],
  ])("is no knowledge base: %s", async (_name, answer) => {
    const reader = await reading(answer);
    await expect(reader.readKnowledgeBase("kb_1")).rejects.toMatchObject({ reason: "retell-unavailable" });
  });

  test.each([["a page", { items: [base], has_more: false }], ["a broken item", [base, {}]]])("is no list: %s", async (_name, answer) => {
    const reader = await reading(answer);
    await expect(reader.listKnowledgeBases()).rejects.toMatchObject({ reason: "retell-unavailable" });
  });
});
