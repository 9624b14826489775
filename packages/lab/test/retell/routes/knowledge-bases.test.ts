import { describe, expect, test } from "@jest/globals";
import { readAddForm } from "@retell-actions/lab/retell/routes/knowledge-base-form";
import type { OrganizationHandle } from "@retell-actions/lab/retell/server";
import type Retell from "retell-sdk";
import { anyhow, business, clientOf, invalid, laboratory, refusal } from "../laboratory.ts";

const texts = [{ title: "Hours", text: "Open 9–5\r\n \nClosed on Sunday  \n\n" }];
const urls = ["https://example.com/prices"];
const file = (content: string | Uint8Array<ArrayBuffer>, name: string) => new File([content], name);
const bytes = Uint8Array.from([0, 255, 13, 10, 128, 45, 45]);

async function contentAt(url: string | undefined): Promise<Uint8Array> {
  const response = await fetch(url ?? "");
  expect(response.status).toBe(200);
  return new Uint8Array(await response.arrayBuffer());
}

function byType(base: Retell.KnowledgeBaseResponse) {
  const sources = base.knowledge_base_sources ?? [];
  return {
    text: sources.find((source) => source.type === "text"),
    document: sources.find((source) => source.type === "document"),
    url: sources.find((source) => source.type === "url"),
  };
}

describe("a knowledge base", () => {
  test("is created from a form, and shows its sources once it is indexed", async () => {
    const { lab, client, organization } = await laboratory();
    const { data: created, response } = await client.knowledgeBase
      .create({
        knowledge_base_name: "Shop",
        knowledge_base_texts: texts,
        knowledge_base_urls: urls,
        knowledge_base_files: [file(bytes, 'price "list" é.pdf'), file("b", "b.txt")],
        enable_auto_refresh: true,
        max_chunk_size: 600,
        min_chunk_size: 200,
      })
      .withResponse();
    expect(response.status).toBe(201);
    const settings = { knowledge_base_name: "Shop", enable_auto_refresh: true, max_chunk_size: 600, min_chunk_size: 200 };
    expect(created).toMatchObject({ ...settings, status: "in_progress", knowledge_base_sources: [] });
    const id = created.knowledge_base_id;
    expect(await client.knowledgeBase.retrieve(id)).toEqual(created);
    expect(await client.knowledgeBase.list()).toEqual([created]);
    const complete = await client.knowledgeBase.retrieve(id);
    expect(complete).toMatchObject({ ...settings, status: "complete" });
    expect(await client.knowledgeBase.list()).toEqual([complete]);
    const { text, document, url } = byType(complete);
    expect([text?.title, document?.filename, document?.file_size, url?.url]).toEqual(["Hours", 'price "list" é.pdf', 7, urls[0]]);
    expect(new Set(complete.knowledge_base_sources?.map((source) => source.source_id)).size).toBe(4);
    expect(Buffer.from(await contentAt(text?.content_url)).toString()).toBe(texts[0]?.text);
    expect(await contentAt(document?.file_url)).toEqual(bytes);
    expect(organization.writes.byRoute).toEqual({ "POST /create-knowledge-base": 1 });
    expect(lab.requests[0]?.body).toMatchObject({ knowledge_base_name: "Shop", knowledge_base_files: [{ size: 7 }, { filename: "b.txt", size: 1 }] });
  });

  test("has defaults, and names need not be unique", async () => {
    const { client } = await laboratory();
    const body = { knowledge_base_name: "x".repeat(39), knowledge_base_urls: urls };
    const one = await client.knowledgeBase.create(body);
    const two = await client.knowledgeBase.create(body);
    expect(two.knowledge_base_id).not.toBe(one.knowledge_base_id);
    expect(one).toMatchObject({ enable_auto_refresh: false, max_chunk_size: 2000, min_chunk_size: 400 });
    expect(one.last_refreshed_timestamp).toBeUndefined();
    const bare = await laboratory({ writtenDefaults: "none", sameKnowledgeNames: false });
    expect(Object.keys(await bare.client.knowledgeBase.create(body))).toEqual(["knowledge_base_id", "knowledge_base_name", "status", "knowledge_base_sources"]);
    expect((await refusal(bare.client.knowledgeBase.create(body))).status).toBe(400);
  });

  test.each<[string, Record<string, unknown>, { status: number; body: unknown }]>([
    ["no name", { knowledge_base_name: undefined }, invalid("request/body must have required property 'knowledge_base_name'")],
    ["a long name", { knowledge_base_name: "x".repeat(40) }, invalid("request/body/knowledge_base_name must NOT have more than 39 characters")],
    ["a bare text", { knowledge_base_texts: texts[0] }, business(400, "knowledge_base_texts is not an array")],
    ["a text without title", { knowledge_base_texts: [{ text: "x" }] }, invalid("request/body/knowledge_base_texts/0 must have required property 'title'")],
    ["bare URLs", { knowledge_base_urls: "https://example.com" }, business(400, "knowledge_base_urls is not an array")],
    ["a URL that is none", { knowledge_base_urls: ["example"] }, invalid('request/body/knowledge_base_urls/0 must match pattern "^https?:\\/\\/[^\\s/]+"')],
    ["a small maximum", { max_chunk_size: 599 }, invalid("request/body/max_chunk_size must be >= 600")],
    ["a large maximum", { max_chunk_size: 6001 }, invalid("request/body/max_chunk_size must be <= 6000")],
    ["a small minimum", { min_chunk_size: 199 }, invalid("request/body/min_chunk_size must be >= 200")],
    ["a large minimum", { min_chunk_size: 2001 }, invalid("request/body/min_chunk_size must be <= 2000")],
    ["half a character", { min_chunk_size: 200.5 }, invalid("request/body/min_chunk_size must be integer")],
    ["a minimum that is the maximum", { min_chunk_size: 700, max_chunk_size: 700 }, business(400, "min_chunk_size must be less than max_chunk_size")],
    ["a minimum that is the default maximum", { min_chunk_size: 2000 }, business(400, "min_chunk_size must be less than max_chunk_size")],
    ["a switch that is none", { enable_auto_refresh: "yes" }, invalid("request/body/enable_auto_refresh must be boolean")],
    ["26 files", { knowledge_base_files: Array.from({ length: 26 }, (_, index) => file("", `${index}.txt`)) }, invalid("request/body/knowledge_base_files must NOT have more than 25 items")],
    ["a file that is none", { knowledge_base_files: "a.txt" }, invalid("request/body/knowledge_base_files must be file")],
    ["no source", { knowledge_base_texts: undefined }, business(400, "no knowledge base sources provided")],
  ])("is refused with %s", async (_name, changes, expected) => {
    const { client, organization } = await laboratory();
    const body = { knowledge_base_name: "Shop", knowledge_base_texts: texts, ...changes };
    expect(await refusal(client.knowledgeBase.create(anyhow(body)))).toMatchObject(expected);
    expect(organization.knowledgeBases()).toEqual([]);
  });

  test("a file over 50 MB is refused", () => {
    const form = (size: number) => ({ texts: new Map(), files: new Map([["knowledge_base_files", [{ name: "a.pdf", content: new Uint8Array(size) }]]]) });
    const limit = 50 * 1024 * 1024;
    expect(readAddForm(form(limit)).files).toHaveLength(1);
    expect(() => readAddForm(form(limit + 1))).toThrow("a.pdf exceeds");
  });

  test("bodies that are no form, and files under another name, break the service; other unknown fields fall away", async () => {
    const { lab, client } = await laboratory();
    const post = async (init: RequestInit) => {
      const response = await fetch(`${lab.url}/create-knowledge-base`, { method: "POST", ...init, headers: { authorization: "Bearer key_lab", ...init.headers } });
      return response.status;
    };
    const form = (entries: [string, string | File][]) => {
      const made = new FormData();
      for (const [name, value] of entries) made.append(name, value);
      return { body: made };
    };
    const name: [string, string] = ["knowledge_base_name", "Shop"];
    expect(await post({ body: JSON.stringify({ knowledge_base_name: "Shop", knowledge_base_texts: texts }), headers: { "content-type": "application/json" } })).toBe(500);
    expect(await post({ body: "--x", headers: { "content-type": "multipart/form-data; boundary=x" } })).toBe(500);
    expect(await post(form([name, ["knowledge_base_files[]", file("a", "a.txt")]]))).toBe(500);
    expect(await post(form([name, ["knowledge_base_texts[][title]", "Hours"]]))).toBe(400);
    expect(await post(form([name, ["knowledge_base_texts", JSON.stringify(texts[0])], ["knowledge_base_texts", JSON.stringify(texts[0])]]))).toBe(400);
    expect(await client.knowledgeBase.list()).toEqual([]);
    expect(await post(form([name, ["knowledge_base_urls", JSON.stringify(urls)], ["colour", "red"]]))).toBe(201);
    expect((await client.knowledgeBase.list())[0]).not.toHaveProperty("colour");
  });

  test("a form is refused where JSON is expected", async () => {
    const { lab } = await laboratory();
    const body = new FormData();
    body.append("general_prompt", "x");
    expect((await fetch(`${lab.url}/create-retell-llm`, { method: "POST", body, headers: { authorization: "Bearer key_lab" } })).status).toBe(400);
  });

  test("grows by sources that are not yet seen, and keeps those that are", async () => {
    const { client } = await laboratory({ indexing: { reads: 1 } });
    const { knowledge_base_id: id } = await client.knowledgeBase.create({ knowledge_base_name: "Shop", knowledge_base_texts: texts });
    await client.knowledgeBase.retrieve(id);
    const before = await client.knowledgeBase.retrieve(id);
    const { data: growing, response } = await client.knowledgeBase
      .addSources(id, { knowledge_base_urls: urls, knowledge_base_files: [file("a", "a.txt")] })
      .withResponse();
    expect(response.status).toBe(201);
    expect(growing).toMatchObject({ status: "refreshing_in_progress", knowledge_base_sources: before.knowledge_base_sources });
    expect(await client.knowledgeBase.retrieve(id)).toEqual(growing);
    const after = await client.knowledgeBase.retrieve(id);
    expect(after).toMatchObject({ status: "complete" });
    expect(after.knowledge_base_sources).toHaveLength(3);
    expect(byType(after).text).toEqual(before.knowledge_base_sources?.[0]);
    expect(await refusal(client.knowledgeBase.addSources(id, {}))).toMatchObject(business(400, "no knowledge base sources provided"));
  });

  test("what is added during the first indexing is indexed with it", async () => {
    const { client, organization } = await laboratory();
    const { knowledge_base_id: id } = await client.knowledgeBase.create({ knowledge_base_name: "Shop", knowledge_base_texts: texts });
    expect(await client.knowledgeBase.addSources(id, { knowledge_base_urls: urls })).toMatchObject({ status: "in_progress", knowledge_base_sources: [] });
    organization.console.finishIndexing(id, "complete");
    expect((await client.knowledgeBase.retrieve(id)).knowledge_base_sources).toHaveLength(2);
  });

  test("shrinks by a source, whose content is gone then", async () => {
    const { client } = await laboratory({ indexing: { reads: 0 } });
    const created = await client.knowledgeBase.create({ knowledge_base_name: "Shop", knowledge_base_texts: texts, knowledge_base_urls: urls });
    expect(created.status).toBe("complete");
    const { text, url } = byType(created);
    const of = { knowledge_base_id: created.knowledge_base_id };
    const { data: shrunk, response } = await client.knowledgeBase.deleteSource(text?.source_id ?? "", of).withResponse();
    expect([response.status, shrunk.knowledge_base_sources]).toEqual([200, [url]]);
    expect((await fetch(text?.content_url ?? "")).status).toBe(404);
    expect((await fetch((text?.content_url ?? "").replace(text?.source_id ?? "", url?.source_id ?? ""))).status).toBe(404);
    expect((await refusal(client.knowledgeBase.deleteSource(text?.source_id ?? "", of))).status).toBe(404);
    expect((await refusal(client.knowledgeBase.deleteSource(url?.source_id ?? "", { knowledge_base_id: "knowledge_base_x" }))).status).toBe(404);
  });

  test("is deleted although an LLM refers to it, and the reference stays", async () => {
    const { client } = await laboratory({ missingStatus: 422 });
    const { knowledge_base_id: id } = await client.knowledgeBase.create({ knowledge_base_name: "Shop", knowledge_base_texts: texts });
    const { llm_id: llm } = await client.llm.create({ knowledge_base_ids: [id] });
    expect((await client.knowledgeBase.delete(id).withResponse()).response.status).toBe(204);
    expect((await client.llm.retrieve(llm)).knowledge_base_ids).toEqual([id]);
    for (const request of [client.knowledgeBase.retrieve(id), client.knowledgeBase.delete(id), client.knowledgeBase.addSources(id, { knowledge_base_urls: urls })]) {
      expect((await refusal(request)).status).toBe(422);
    }
  });

  test("is indexed by the clock where the switch says so", async () => {
    let now = 1_790_000_000_000;
    const { client } = await laboratory({ indexing: { milliseconds: 5000 }, now: () => now });
    const { knowledge_base_id: id } = await client.knowledgeBase.create({ knowledge_base_name: "Shop", knowledge_base_texts: texts });
    for (const milliseconds of [0, 4999]) {
      now = 1_790_000_000_000 + milliseconds;
      expect((await client.knowledgeBase.retrieve(id)).status).toBe("in_progress");
    }
    now += 1;
    expect((await client.knowledgeBase.retrieve(id)).status).toBe("complete");
  });

  test("never falls back from complete, also when reads lag", async () => {
    let now = 1_790_000_000_000;
    const { client } = await laboratory({ readLagMs: 1000, now: () => now });
    const { knowledge_base_id: id } = await client.knowledgeBase.create({ knowledge_base_name: "Shop", knowledge_base_texts: texts });
    expect((await refusal(client.knowledgeBase.retrieve(id))).status).toBe(404);
    now += 1000;
    await client.llm.create({});
    const seen: string[] = [];
    for (let read = 0; read < 4; read++) {
      now += 400;
      seen.push((await client.knowledgeBase.retrieve(id)).status);
    }
    expect(seen).toEqual(["in_progress", "in_progress", "complete", "complete"]);
  });

  test("ends in error where nothing can be indexed, and leaves out single sources", async () => {
    const { client, organization } = await laboratory({ indexing: { reads: 0 }, unindexable: ["Broken", "Hours"] });
    const both = { knowledge_base_texts: texts, knowledge_base_urls: urls };
    expect(await client.knowledgeBase.create({ knowledge_base_name: "Broken", ...both })).toMatchObject({ status: "error", knowledge_base_sources: [] });
    const partly = await client.knowledgeBase.create({ knowledge_base_name: "Shop", ...both });
    expect(partly).toMatchObject({ status: "complete", knowledge_base_sources: [{ type: "url" }], error_messages: [expect.stringContaining("Hours")] });
    expect(await client.knowledgeBase.addSources(partly.knowledge_base_id, { knowledge_base_texts: texts })).toMatchObject({ status: "complete", knowledge_base_sources: [{ type: "url" }] });
    expect(organization.knowledgeBases().map(({ name, status }) => [name, status])).toEqual([["Broken", "error"], ["Shop", "complete"]]);
  });

  test("the console ends an indexing as it likes", async () => {
    const { client, organization } = await laboratory();
    const { knowledge_base_id: id } = await client.knowledgeBase.create({ knowledge_base_name: "Shop", knowledge_base_texts: texts });
    organization.console.finishIndexing(id, "error");
    expect((await client.knowledgeBase.retrieve(id)).status).toBe("error");
    expect(() => organization.console.finishIndexing(id, "complete")).toThrow("not being indexed");
    await client.knowledgeBase.addSources(id, { knowledge_base_urls: urls });
    organization.console.finishIndexing(id, "complete");
    await client.knowledgeBase.addSources(id, { knowledge_base_texts: texts });
    organization.console.finishIndexing(id, "error");
    expect(await client.knowledgeBase.retrieve(id)).toMatchObject({ status: "complete", knowledge_base_sources: [{ type: "url" }] });
  });

  test("an unindexable name fails the first indexing only", async () => {
    const { client, organization } = await laboratory({ indexing: { reads: 1 }, unindexable: ["Broken"] });
    const { knowledge_base_id: id } = await client.knowledgeBase.create({ knowledge_base_name: "Broken", knowledge_base_texts: texts });
    organization.console.finishIndexing(id, "complete");
    await client.knowledgeBase.addSources(id, { knowledge_base_urls: urls });
    await client.knowledgeBase.retrieve(id);
    expect((await client.knowledgeBase.retrieve(id)).knowledge_base_sources).toHaveLength(2);
  });

  test("texts are stored tidied where the switch says so, documents never", async () => {
    const { client } = await laboratory({ storedTexts: "tidied", indexing: { reads: 0 } });
    const body = { knowledge_base_name: "Shop", knowledge_base_texts: texts, knowledge_base_files: [file("a \r\n", "a.txt")] };
    const { text, document } = byType(await client.knowledgeBase.create(body));
    expect(Buffer.from(await contentAt(text?.content_url)).toString()).toBe("Open 9–5\n\nClosed on Sunday");
    expect(Buffer.from(await contentAt(document?.file_url)).toString()).toBe("a \r\n");
  });

  test("belongs to its organisation; a read key reads it and no more", async () => {
    const { lab, client, organization } = await laboratory({
      organizations: [
        { id: "org_a", name: "A", keys: [{ key: "edit", name: "edit", permissions: { agent: "edit" } }, { key: "read", name: "read", permissions: { agent: "read" } }, { key: "none", name: "none", permissions: { agent: "none" } }] },
        { id: "org_b", name: "B", keys: [{ key: "other", name: "other", permissions: { agent: "edit" } }] },
      ],
    });
    const id = organization.console.createKnowledgeBase("Shop", { texts });
    const reader = clientOf(lab, "read");
    expect(byType(await reader.knowledgeBase.retrieve(id)).text?.title).toBe("Hours");
    const sourceId = byType(await client.knowledgeBase.retrieve(id)).text?.source_id ?? "";
    const writes = () => [
      reader.knowledgeBase.create({ knowledge_base_name: "x", knowledge_base_urls: urls }),
      reader.knowledgeBase.addSources(id, { knowledge_base_urls: urls }),
      reader.knowledgeBase.deleteSource(sourceId, { knowledge_base_id: id }),
      reader.knowledgeBase.delete(id),
      clientOf(lab, "none").knowledgeBase.list(),
      clientOf(lab, "none").voice.list(),
    ];
    for (const write of writes()) expect((await refusal(write)).status).toBe(403);
    expect(await clientOf(lab, "other").knowledgeBase.list()).toEqual([]);
    expect((await refusal(clientOf(lab, "other").knowledgeBase.retrieve(id))).status).toBe(404);
  });

  test("lists are limited, and take no paging parameters", async () => {
    const { client } = await laboratory({ now: () => 1_790_000_000_000 });
    expect(await refusal(client.get("/list-knowledge-bases", { query: { limit: 5 } }))).toMatchObject(invalid("Unknown query parameter 'limit'"));
    for (let count = 1; count < 15; count++) await client.knowledgeBase.list();
    expect((await refusal(client.knowledgeBase.list())).status).toBe(429);
    for (let count = 0; count < 15; count++) await client.voice.list();
    expect((await refusal(client.voice.list())).status).toBe(429);
  });

  test("a dropped answer leaves a knowledge base behind", async () => {
    const { lab, client, organization } = await laboratory();
    lab.faults.add({ matches: ({ body }) => (body as { knowledge_base_name?: string }).knowledge_base_name === "Shop", action: { kind: "drop-after" }, times: 1 });
    await refusal(client.knowledgeBase.create({ knowledge_base_name: "Shop", knowledge_base_texts: texts }));
    expect(organization.knowledgeBases()).toHaveLength(1);
  });
});

describe("the console and the snapshot", () => {
  test("a person makes, fills, empties and deletes a knowledge base", async () => {
    const { client, organization } = await laboratory();
    const { console } = organization;
    const id = console.createKnowledgeBase("Shop", { texts }, { maxChunkSize: 3000 });
    console.addKnowledgeSources(id, { urls, files: [{ name: "a.txt", content: bytes }] });
    const [base] = organization.knowledgeBases();
    expect(base).toMatchObject({ id, name: "Shop", status: "complete", settings: { autoRefresh: false, maxChunkSize: 3000 } });
    expect(base?.sources.map(({ kind, title }) => [kind, title])).toEqual([["text", "Hours"], ["url", urls[0]], ["document", "a.txt"]]);
    console.removeKnowledgeSource(id, base?.sources[0]?.id ?? "");
    expect((await client.knowledgeBase.retrieve(id)).knowledge_base_sources).toHaveLength(2);
    console.deleteKnowledgeBase(id);
    expect([organization.knowledgeBases(), organization.writes.total]).toEqual([[], 0]);
  });

  test("equal states are equal, whatever ids, order, detours and reads", async () => {
    const one = await laboratory();
    const two = await laboratory({ organizations: [{ id: "org_x", name: "X", keys: [{ key: "k", name: "k", permissions: { agent: "edit" } }] }] });
    const a = one.organization.console.createKnowledgeBase("A", { texts, urls });
    const b = one.organization.console.createKnowledgeBase("B", { texts });
    one.organization.console.createAgent({ agent_name: "x" }, { knowledge_base_ids: [b, a] });
    const b2 = await two.client.knowledgeBase.create({ knowledge_base_name: "B", knowledge_base_texts: texts });
    const a2 = two.organization.console.createKnowledgeBase("A", { urls });
    two.organization.console.addKnowledgeSources(a2, { texts });
    two.organization.console.createAgent({ agent_name: "x" }, { knowledge_base_ids: [b2.knowledge_base_id, a2] });
    expect(two.organization.snapshot()).toEqual(one.organization.snapshot());
    expect(one.organization.snapshot()).toMatchObject({
      knowledgeBases: [{ id: "<knowledge-base-0>", name: "A", sources: [expect.stringMatching(/^text Hours [0-9a-f]{64}$/), `url ${urls[0]}`] }, { name: "B" }],
      engines: [{ versions: [{ fields: { knowledge_base_ids: ["<knowledge-base-1>", "<knowledge-base-0>"] } }] }],
    });
    expect(JSON.stringify(one.organization.snapshot().knowledgeBases)).not.toMatch(/17900|source_/);
  });

  test("tells states apart: a name, a setting, a content, a source, a base", async () => {
    const states: Parameters<OrganizationHandle["console"]["createKnowledgeBase"]>[] = [
      ["A", { texts }],
      ["B", { texts }],
      ["A", { texts }, { autoRefresh: true }],
      ["A", { texts }, { minChunkSize: 300 }],
      ["A", { texts: [{ title: "Hours", text: "Open 9–5" }] }],
      ["A", { texts, urls }],
    ];
    const seen = new Set<string>();
    for (const state of states) {
      const { organization } = await laboratory();
      organization.console.createKnowledgeBase(...state);
      seen.add(JSON.stringify(organization.snapshot()));
    }
    expect(seen.size).toBe(states.length);
  });
});
