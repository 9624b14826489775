import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type Retell from "retell-sdk";
import { replaceCredentials } from "@retell-actions/core/canonical/credentials";
import { fakeCredential } from "@retell-actions/lab/corpus/fake-credential";
import { expand, referencesIn } from "@retell-actions/lab/corpus/markers";
import { readCorpus } from "@retell-actions/lab/corpus/read-corpus";
import type { CorpusAgent } from "@retell-actions/lab/corpus/read-corpus";
import { seedCorpus } from "@retell-actions/lab/corpus/seed-corpus";
import type { SeededCorpus } from "@retell-actions/lab/corpus/seed-corpus";
import { isObject } from "@retell-actions/lab/retell/schema/validate";
import { startRetellLab } from "@retell-actions/lab/retell/server";
import type { OrganizationHandle } from "@retell-actions/lab/retell/server";
import { clientOf, laboratory } from "../retell/laboratory.ts";
import { pointsOf, sdkShape, touchedBy } from "./covered.ts";
import type { Points } from "./covered.ts";

const corpus = readCorpus();
const bySlug = new Map(corpus.agents.map((agent) => [agent.slug, agent]));
const enginesOf = (kind: CorpusAgent["engine"]["kind"]) => corpus.agents.filter((agent) => agent.engine.kind === kind).map((agent) => agent.engine.content);
const agentsOf = (channel: CorpusAgent["channel"]) => corpus.agents.filter((agent) => agent.channel === channel).map((agent) => agent.agent);

/** The same tools and nodes stand in several places: one of them with every key is enough. */
const samePlace = (point: string) =>
  point.replace(/^\.components\[\]\.(?=nodes|tools|mcps|notes)/, ".").replace(/^\.states\[\]\.tools/, ".general_tools");

/** Retell no longer has `voice_emotion`; the engine of an agent stands beside it; models and languages are too many and change. */
const passedOver = /^\.(voice_emotion|response_engine)|(^|\.|_)(model|language|language\[\])=/;

function missing(all: Points, touched: Points): Record<keyof Points, string[]> {
  const left = (kind: keyof Points) => {
    const there = new Set([...touched[kind]].map(samePlace));
    return [...new Set([...all[kind]].map(samePlace))].filter((point) => !there.has(point) && !passedOver.test(point));
  };
  return { variants: left("variants"), keys: left("keys"), values: left("values") };
}

const nothing = { variants: [], keys: [], values: [] };

describe("the data, against the types of the SDK", () => {
  const shapes = {
    agent: sdkShape("agent.d.ts", "AgentCreateParams"),
    chat: sdkShape("chat-agent.d.ts", "ChatAgentCreateParams"),
    llm: sdkShape("llm.d.ts", "LlmCreateParams"),
    flow: sdkShape("conversation-flow.d.ts", "ConversationFlowCreateParams"),
    component: sdkShape("conversation-flow-component.d.ts", "ConversationFlowComponentCreateParams"),
  };
  const values = {
    agent: agentsOf("voice"),
    chat: agentsOf("chat"),
    llm: enginesOf("retell-llm"),
    flow: enginesOf("conversation-flow"),
    component: corpus.components.map((component) => component.content),
  };

  test.each(["agent", "chat", "llm", "flow"] as const)("%s: every variant, key and value occurs", (kind) => {
    const all = pointsOf(shapes[kind]);
    expect(all.keys.size).toBeGreaterThan(60);
    expect(missing(all, touchedBy(shapes[kind], values[kind]))).toEqual(nothing);
  });

  test("what is taken out of the data is missed", () => {
    const without = values.flow.map((flow) => JSON.parse(JSON.stringify(flow).replaceAll('"type":"sms"', '"type":"branch"')) as unknown);
    const { variants } = missing(pointsOf(shapes.flow), touchedBy(shapes.flow, without));
    expect(variants).toContain(".nodes[](type=sms)");
  });

  test.each([
    ["general tools", "llm", /^\.general_tools\[\]\(type=\w+\)$/, 14 - 1],
    ["tools of states", "llm", /^\.states\[\]\.tools\[\]\(type=\w+\)$/, 14 - 1],
    ["tools of subagents", "flow", /^\.nodes\[\]\(type=subagent\)\.tools\[\]\(type=\w+\)$/, 14 - 1],
    ["tools of flows", "flow", /^\.tools\[\]\(type=\w+\)$/, 3],
    ["nodes", "flow", /^\.nodes\[\]\(type=\w+\)$/, 15],
    ["nodes of local components", "flow", /^\.components\[\]\.nodes\[\]\(type=\w+\)$/, 15],
    ["nodes of shared components", "component", /^\.nodes\[\]\(type=\w+\)$/, 15],
  ] as const)("%s: every type stands in this very place", (_, kind, place, count) => {
    const types = [...pointsOf(shapes[kind]).variants].filter((point) => place.test(point)).sort();
    expect(types).toHaveLength(count);
    expect([...touchedBy(shapes[kind], values[kind]).variants].filter((point) => place.test(point)).sort()).toEqual(types);
  });

  test("the tool of the newer API stands in each place that has tools", () => {
    const places = [
      ...enginesOf("retell-llm").flatMap((llm) => lists(llm["general_tools"])),
      ...enginesOf("conversation-flow").flatMap((flow) => lists(flow["tools"])),
      ...enginesOf("conversation-flow").flatMap((flow) => lists(flow["nodes"]).flatMap((node) => lists(node["tools"]))),
      ...corpus.agents.flatMap(({ agent }) => lists(agent["pre_session_tools"])),
      ...corpus.agents.flatMap(({ agent }) => lists(agent["post_session_tools"])),
    ];
    expect(places.filter((tool) => tool["type"] === "integration_app")).toHaveLength(5);
  });
});

describe("the data by itself", () => {
  test("there are 64 agents and more, on all engines and channels, in different words", () => {
    expect(corpus.agents.length).toBeGreaterThanOrEqual(64);
    expect(bySlug.size).toBe(corpus.agents.length);
    expect(new Set(corpus.agents.map((agent) => agent.about)).size).toBeGreaterThan(corpus.agents.length - 3);
    for (const kind of ["retell-llm", "conversation-flow", "custom-llm"] as const) {
      for (const channel of ["voice", "chat"]) {
        expect(corpus.agents.filter((agent) => agent.engine.kind === kind && agent.channel === channel)).not.toEqual([]);
      }
    }
  });

  test("a file holds one agent and nothing else", () => {
    for (const agent of corpus.agents) {
      expect(Object.keys(agent).sort()).toEqual(["about", "agent", "channel", "engine", "file", "slug", "uses"]);
      expect(agent.agent).not.toHaveProperty("agent_id");
      expect(agent.agent).not.toHaveProperty("response_engine");
      for (const key of Object.keys(agent.uses)) expect(["published", "draft", "tags", "future"]).toContain(key);
    }
  });

  test("every reference has a target", () => {
    const slugs = { agent: bySlug, component: new Map(corpus.components.map((one) => [one.slug, one])), knowledge: new Map(corpus.knowledge.map((one) => [one.slug, one])) };
    const references = referencesIn([corpus.agents, corpus.components]);
    expect(references.filter(({ kind, slug }) => !slugs[kind].has(slug))).toEqual([]);
    for (const kind of ["agent", "component", "knowledge"] as const) expect(new Set(references.filter((one) => one.kind === kind).map((one) => one.slug)).size).toBeGreaterThan(2);
  });

  test("agents go in a circle, through a chain and to themselves", () => {
    const targets = (slug: string) => referencesIn(bySlug.get(slug)?.engine.content).filter((one) => one.kind === "agent").map((one) => one.slug);
    expect(targets("swap-day")).toEqual(["swap-night"]);
    expect(targets("swap-night")).toEqual(["swap-day"]);
    expect(targets("chain-first")).toEqual(["chain-second"]);
    expect(targets("chain-second")).toEqual(["chain-third"]);
    expect(new Set(targets("swaps-to-itself"))).toEqual(new Set(["swaps-to-itself"]));
  });

  test("names collide in every way", () => {
    const names = corpus.agents.map((agent) => agent.agent["agent_name"]);
    const texts = names.filter((name) => typeof name === "string");
    expect(names.filter((name) => name === "Customer Support")).toHaveLength(2);
    expect(names).toContain("");
    expect(names).toContain(null);
    expect(names).toContain(undefined);
    expect(texts.filter((name) => name.length === 300)).toHaveLength(2);
    expect(texts.filter((name) => name.toLowerCase() === "billing desk")).toHaveLength(2);
    expect(texts.filter((name) => name.normalize("NFC") === "Zürich Empfang")).toHaveLength(2);
    expect(new Set(texts.filter((name) => name.normalize("NFC") === "Zürich Empfang")).size).toBe(2);
    expect(texts.some((name) => name !== name.trim() && name.trim() !== "")).toBe(true);
  });

  test("a prompt of about 100 KB, one with CRLF, an empty one, one that is null, one that is absent", () => {
    const prompts = enginesOf("retell-llm").map((llm) => llm["general_prompt"]);
    expect(prompts.some((prompt) => typeof prompt === "string" && prompt.length > 95_000 && prompt.length < 131_072)).toBe(true);
    expect(prompts.some((prompt) => typeof prompt === "string" && prompt.includes("\r\n") && prompt.endsWith(" "))).toBe(true);
    for (const prompt of ["", null, undefined]) expect(prompts).toContain(prompt);
  });

  test("no credential stands in a file; each is of a kind that the suite knows by its shape, or in a field that holds one", () => {
    const folder = new URL("../../corpus/", import.meta.url);
    const files = [...corpus.agents.map((agent) => `agents/${agent.file}`), ...corpus.components.map((one) => `components/${one.slug}.json`)];
    const all = files.map((file) => readFileSync(new URL(file, folder), "utf8")).join("\n");
    expect(corpus.credentials.length).toBeGreaterThan(20);
    for (const credential of corpus.credentials) expect(all).not.toContain(credential);
    const known: string[] = [];
    replaceCredentials(JSON.stringify(files.map((file) => JSON.parse(readFileSync(new URL(file, folder), "utf8")) as unknown)), (credential) => {
      known.push(credential);
      return credential;
    });
    // Markers in addresses (`?token={}`) look like the query parameter that they stand in.
    expect(known.filter((credential) => !credential.includes("{}"))).toEqual([]);
  });

  test("a made-up credential is the same every time, and another one for another label", () => {
    for (const shape of ["opaque", "basic", "secret-key", "retell-key", "jwt", "github", "slack", "google", "private-key"] as const) {
      expect(fakeCredential("a", shape)).toBe(fakeCredential("a", shape));
      expect(fakeCredential("a", shape)).not.toBe(fakeCredential("b", shape));
      if (shape === "opaque" || shape === "basic") continue;
      expect(replaceCredentials(`x ${fakeCredential("a", shape)} y`, () => "‹›")).toBe("x ‹› y");
    }
    expect(() => expand({ $credential: "a", shape: "nonsense" })).toThrow("nonsense");
  });

  test("the README has a row for each", () => {
    const readme = readFileSync(new URL("../../corpus/README.md", import.meta.url), "utf8");
    const rows = corpus.agents.map((agent) => `| ${agent.file.slice(0, 3)} | \`${agent.slug}\` | ${agent.channel} | ${agent.engine.kind} | ${agent.about.replaceAll("|", "\\|")} |`);
    expect(rows.filter((row) => !readme.includes(row))).toEqual([]);
    expect(readme.match(/^\| \d{3} \|/gm)).toHaveLength(corpus.agents.length);
    for (const one of [...corpus.components, ...corpus.knowledge]) expect(readme).toContain(`| \`${one.slug}\` | ${one.about.replaceAll("|", "\\|")} |`);
  });
});

describe("the corpus in an organisation", () => {
  let seeded: SeededCorpus;
  let client: Retell;
  let organization: OrganizationHandle;

  beforeAll(async () => {
    const lab = await startRetellLab({ rateLimits: false });
    try {
      client = clientOf(lab, "key_lab");
      organization = lab.organization("org_lab");
      seeded = await seedCorpus({ client, corpus, console: organization.console });
      read = new Map(await Promise.all([...seeded.agents].map(async ([slug, made]) => [slug, await readBack(client, made)] as const)));
    } finally {
      await lab.stop();
    }
  });

  let read: Map<string, { agent: Record<string, unknown>; engine: Record<string, unknown> | undefined }>;

  test("all of it is there", () => {
    expect(organization.agents()).toHaveLength(corpus.agents.length);
    expect(organization.components()).toHaveLength(corpus.components.length);
    expect(organization.knowledgeBases()).toHaveLength(corpus.knowledge.length);
  });

  test.each(corpus.agents.map((agent) => agent.slug))("%s reads back as it was written", (slug) => {
    const entry = bySlug.get(slug);
    const got = read.get(slug);
    if (entry === undefined || got === undefined) throw new Error(slug);
    const { draft, future = [] } = entry.uses;
    const replaced = new Set([...future.map(({ at }) => at[0]), ...Object.keys(draft?.agent ?? {}), ...Object.keys(draft?.engine ?? {}), ...(renamed[slug] ?? []), ...titles]);
    const expected = (fields: Record<string, unknown>) => Object.fromEntries(Object.entries(fields).filter(([key]) => !replaced.has(key)));
    expect(without(got.agent, seeded)).toMatchObject(without(expected(entry.agent), seeded));
    if (got.engine !== undefined) expect(without(got.engine, seeded)).toMatchObject(without(expected(entry.engine.content), seeded));
    if (draft !== undefined) {
      expect(got.agent).toMatchObject({ ...draft.agent, version: 1, is_published: false });
      expect(got.engine ?? {}).toMatchObject({ ...draft.engine });
    } else {
      expect(got.agent).toMatchObject({ version: 0, is_published: entry.uses.published !== undefined });
    }
    for (const { part, at, value } of future) expect(at.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], got[part])).toEqual(value);
  });

  test("without a console, what no API can do is left out", async () => {
    const { client, organization } = await laboratory({ rateLimits: false });
    const some = new Set(["future-fields", "future-nested", "paragraphs-north", "published"]);
    const made = await seedCorpus({ client, corpus: { ...corpus, components: [], knowledge: [], agents: corpus.agents.filter(({ slug }) => some.has(slug)) } });
    expect([...made.agents.keys()].sort()).toEqual([...some].sort());
    expect(JSON.stringify(organization.agents())).not.toMatch(/turn_profile|gpt-9-nova/);
  });

  test("a refusal names the agent and says what Retell said", async () => {
    const { client } = await laboratory();
    const bare = bySlug.get("bare");
    if (bare === undefined) throw new Error("bare");
    const wrong = { ...bare, slug: "too-loud", agent: { ...bare.agent, volume: 3 } };
    await expect(seedCorpus({ client, corpus: { agents: [wrong], components: [], knowledge: [], credentials: [] } })).rejects.toThrow(/too-loud.*volume must be <= 2/);
  });

  test("retired values are read back as their successors", () => {
    expect(read.get("retired-models")).toMatchObject({ agent: { voice_model: "eleven_flash_v2_5", post_call_analysis_model: "claude-4.6-sonnet" }, engine: { model: "gpt-5.6-luna" } });
    expect(read.get("retired-speech-model")).toMatchObject({ agent: { voice_model: "sonic-3" }, engine: { s2s_model: "gpt-realtime-mini" } });
    expect(read.get("language-multi")?.agent["language"]).toHaveLength(10);
  });

  test("references hold the ids of this organisation", () => {
    const id = (slug: string) => seeded.agents.get(slug)?.agentId;
    expect(read.get("swap-day")?.engine).toMatchObject({ general_tools: [{ agent_id: id("swap-night") }] });
    expect(read.get("swap-night")?.engine).toMatchObject({ general_tools: [{ agent_id: id("swap-day") }] });
    expect(read.get("swaps-to-itself")?.engine).toMatchObject({ general_tools: [{ agent_id: id("swaps-to-itself") }, {}] });
    expect(JSON.stringify([...read.values()])).not.toMatch(/"\$(agent|component|knowledge|credential|long)"|agent_of_the_second_pass/);
    const handOff = organization.components().find((one) => one["name"] === "Hand-off");
    expect(handOff).toMatchObject({ nodes: [{ agent_id: id("dental-front-desk") }, {}] });
    const used = organization.components().find((one) => one["name"] === "Identity check");
    expect(used?.["linked_conversation_flow_ids"]).toEqual(expect.arrayContaining(["flow-of-every-node", "flow-shared-components"].map((slug) => seeded.agents.get(slug)?.engineId)));
  });
});

/** What Retell stores under the name that it gives it today: a test of its own. */
const renamed: Readonly<Record<string, readonly string[]>> = {
  "retired-models": ["model", "voice_model", "post_call_analysis_model"],
  "retired-speech-model": ["s2s_model", "voice_model"],
  "language-multi": ["language"],
};
/** Publishing sets them anew. */
const titles = ["version_title", "version_description"];

async function readBack(client: Retell, made: { agentId: string; channel: "voice" | "chat" }) {
  const agent = made.channel === "chat" ? await client.chatAgent.retrieve(made.agentId) : await client.agent.retrieve(made.agentId);
  const { response_engine: engine, version } = agent;
  const at = { version: version ?? 0 };
  const content =
    engine.type === "retell-llm" ? await client.llm.retrieve(engine.llm_id, at) : engine.type === "conversation-flow" ? await client.conversationFlow.retrieve(engine.conversation_flow_id, at) : undefined;
  return { agent: { ...agent } as Record<string, unknown>, engine: content === undefined ? undefined : ({ ...content } as Record<string, unknown>) };
}

/** Ids of both sides under one name, so that they compare. */
function without(fields: Record<string, unknown>, seeded: SeededCorpus): Record<string, unknown> {
  const names = new Map<string, string>();
  for (const [slug, { agentId }] of seeded.agents) names.set(agentId, slug);
  for (const [slug, id] of [...seeded.components, ...seeded.knowledge]) names.set(id, slug);
  const text = JSON.stringify(fields, (_, value: unknown) => {
    if (typeof value === "string") return names.get(value) ?? value;
    if (!isObject(value)) return value;
    const [[key, slug] = [], ...others] = Object.entries(value);
    return others.length === 0 && /^\$(agent|component|knowledge)$/.test(key ?? "") ? slug : value;
  });
  return JSON.parse(text) as Record<string, unknown>;
}

function lists(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
