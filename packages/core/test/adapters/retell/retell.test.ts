import { afterEach, describe, expect, test } from "@jest/globals";
import { createRetell, type RetellOptions } from "../../../src/adapters/retell/create-retell.ts";
import { PlatformError } from "../../../src/errors.ts";
import { recordingLog } from "../recording-log.ts";
import { startFake, type Answer, type SeenRequest } from "../fake-server.ts";
import { agentJson } from "./agent-json.ts";
import { voiceAddress } from "@retell-actions/lab/memory/voice-address";

const KEY = "key_0123456789abcdef";
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function setUp(answer: (request: SeenRequest, count: number) => Answer | Promise<Answer>, options: Partial<RetellOptions> = {}) {
  const fake = await startFake(answer);
  stops.push(() => fake.close());
  const log = recordingLog();
  let time = 1_700_000_000_000;
  const sleeps: number[] = [];
  const retell = createRetell({
    apiKey: KEY,
    baseUrl: fake.url,
    readOnly: false,
    concurrency: 8,
    log,
    clock: { now: () => time },
    sleep: async (milliseconds) => {
      sleeps.push(milliseconds);
      time += milliseconds;
    },
    chance: () => 0.5,
    ...options,
  });
  if (retell.writer === undefined && options.readOnly !== true) throw new Error("no writer");
  return { ...fake, ...retell, writer: retell.writer as NonNullable<typeof retell.writer>, log, sleeps };
}

async function failureOf(promise: Promise<unknown>): Promise<PlatformError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PlatformError);
  return error as PlatformError;
}

describe("reading", () => {
  test("an agent is read with its key, version and whole answer", async () => {
    const { reader, seen, calls } = await setUp(() => ({ status: 200, json: agentJson({ version: 3, new_field: { a: 1 } }) }));
    const agent = await reader.readAgent(voiceAddress("agent_1"), 3);
    expect(agent).toMatchObject({ agentId: "agent_1", version: 3, isPublished: false, title: "mark", engine: { kind: "retell-llm", id: "llm_1", version: 0 } });
    expect(agent?.raw["new_field"]).toEqual({ a: 1 });
    expect(seen[0]?.url).toBe("/get-agent/agent_1?version=3");
    expect(seen[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(calls()).toEqual({ reads: 1, writes: 0 });
  });

  test.each([
    [404, { status: "error", message: "Item agent_1 not found from agent" }],
    [404, { error_message: "Not Found" }],
    [422, { status: "error", message: "Cannot find requested asset under given api key." }],
  ])("%i with Retell's text is null", async (status, json) => {
    const { reader } = await setUp(() => ({ status, json }));
    expect(await reader.readAgent(voiceAddress("agent_1"))).toBeNull();
  });

  test.each<[string, Answer, string]>([
    ["404 of an unknown route", { status: 404, text: "Cannot GET /get-agent/agent_1" }, "retell-unavailable"],
    ["404 of an unknown route as JSON", { status: 404, json: { message: "Cannot GET /get-agent/agent_1" } }, "retell-rejected"],
    ["404 without a message", { status: 404, json: {} }, "retell-unavailable"],
    ["404 page of a proxy", { status: 404, text: "<html>not found</html>" }, "retell-unavailable"],
    ["422 about published agents", { status: 422, json: { message: "Cannot update published agent other than version title" } }, "retell-rejected"],
    ["400", { status: 400, json: { error_message: "Unknown query parameter 'x'" } }, "retell-rejected"],
    ["401", { status: 401, json: { status: "error", message: "API key is missing or invalid." } }, "unauthorized"],
    ["403", { status: 403, json: { status: "error", message: "Forbidden" } }, "forbidden"],
    ["500", { status: 500, json: { status: "error", message: "An unexpected server error occurred." } }, "retell-unavailable"],
    ["a redirect", { status: 302, text: "", headers: { location: "http://127.0.0.1:1/" } }, "retell-unavailable"],
    ["200 with HTML", { status: 200, text: "<html>maintenance</html>" }, "retell-unavailable"],
    ["200 with {}", { status: 200, json: {} }, "retell-unavailable"],
    ["200 with []", { status: 200, json: [] }, "retell-unavailable"],
    ["200 with null", { status: 200, json: null }, "retell-unavailable"],
    ["204", { status: 204, text: "" }, "retell-unavailable"],
    ["200 of another agent", { status: 200, json: agentJson({ agent_id: "agent_2" }) }, "retell-unavailable"],
    ["200 with a version as text", { status: 200, json: agentJson({ version: "1" }) }, "retell-unavailable"],
    ["200 with an unknown engine", { status: 200, json: agentJson({ response_engine: { type: "other" } }) }, "retell-unavailable"],
    ["a truncated body", "truncate", "retell-unavailable"],
    ["a dropped connection", "drop", "retell-unavailable"],
  ])("%s is an error", async (_name, answer, reason) => {
    const { reader } = await setUp(() => answer);
    expect((await failureOf(reader.readAgent(voiceAddress("agent_1")))).reason).toBe(reason);
  });

  test("an answer without is_published is a draft, one without an engine version has the agent's", async () => {
    const { reader } = await setUp(() => ({ status: 200, json: agentJson({ version: 3, is_published: undefined, response_engine: { type: "retell-llm", llm_id: "llm_1" } }) }));
    expect(await reader.readAgent(voiceAddress("agent_1"))).toMatchObject({ isPublished: false, engine: { kind: "retell-llm", id: "llm_1", version: 3 } });
  });

  test("a dead host is an error that nothing reached", async () => {
    const { reader, writer, close } = await setUp(() => "drop");
    await close();
    stops.length = 0;
    expect(await failureOf(reader.readOrganization())).toMatchObject({ reason: "retell-unavailable", ambiguous: false });
    expect(await failureOf(writer.createAgent("voice", {}))).toMatchObject({ reason: "retell-unavailable", ambiguous: false });
  });

  test("a server that hangs is given up", async () => {
    const { reader, seen } = await setUp((_request, count) => (count === 1 ? "hang" : { status: 200, json: { org_name: "Org" } }), { timeout: 100 });
    expect(await reader.readOrganization()).toEqual({ id: null, name: "Org" });
    expect(seen).toHaveLength(2);
  });

  test("all pages are read, with the largest page size", async () => {
    const item = (name: string) => ({ agent_id: name, agent_name: name, channel: "voice", user_modified_timestamp: 5, tags: {} });
    const { reader, seen } = await setUp((request) =>
      request.url.includes("pagination_key=k1")
        ? { status: 200, json: { items: [item("b"), item("c")], has_more: false } }
        : { status: 200, json: { items: [item("a"), item("b")], has_more: true, pagination_key: "k1" } },
    );
    expect((await reader.listAgents()).map((agent) => agent.agentId)).toEqual(["a", "b", "c"]);
    expect(seen.map((request) => [request.method, request.url])).toEqual([
      ["POST", "/v2/list-agents?limit=1000"],
      ["POST", "/v2/list-agents?limit=1000&pagination_key=k1"],
    ]);
  });

  test.each([
    ["a key that repeats", { items: [], has_more: true, pagination_key: "same" }],
    ["no key", { items: [], has_more: true }],
    ["no has_more", { items: [] }],
    ["a plain array", []],
    ["an item without id", { items: [{ version: 1 }], has_more: false }],
  ])("a list with %s is an error", async (_name, json) => {
    const { reader } = await setUp(() => ({ status: 200, json }));
    expect((await failureOf(reader.listEngines("retell-llm"))).reason).toBe("retell-unavailable");
  });

  test("the list of agents is a read: repeated although it is a POST", async () => {
    const { reader, seen } = await setUp((_request, count) => (count < 3 ? "drop" : { status: 200, json: { items: [], has_more: false } }));
    expect(await reader.listAgents()).toEqual([]);
    expect(seen).toHaveLength(3);
  });

  test("engines of both kinds", async () => {
    const { reader, seen } = await setUp((request) =>
      request.url.includes("llm")
        ? { status: 200, json: { llm_id: "llm_1", version: 2, general_prompt: "x" } }
        : { status: 200, json: { conversation_flow_id: "conversation_flow_1", version: 2 } },
    );
    expect(await reader.readEngine({ kind: "retell-llm", id: "llm_1", version: 2 })).toMatchObject({ id: "llm_1", version: 2 });
    expect(await reader.readEngine({ kind: "conversation-flow", id: "conversation_flow_1", version: 2 })).toMatchObject({ kind: "conversation-flow" });
    expect(seen.map((request) => request.url)).toEqual(["/get-retell-llm/llm_1?version=2", "/get-conversation-flow/conversation_flow_1?version=2"]);
    expect((await failureOf(reader.readEngine({ kind: "retell-llm", id: "llm_1", version: 3 }))).reason).toBe("retell-unavailable");
  });
});

describe("writing", () => {
  test("an update names its version in the query and sends only the given keys", async () => {
    const { writer, seen } = await setUp(() => ({ status: 200, json: agentJson({ version: 4 }) }));
    await writer.updateAgent(voiceAddress("agent_1"), 4, { voice_speed: 1.2, unknown_field: null });
    expect(seen[0]).toMatchObject({ method: "PATCH", url: "/update-agent/agent_1?version=4", body: { voice_speed: 1.2, unknown_field: null } });
  });

  test("updates are repeated, creates are not", async () => {
    const failing = await setUp(() => ({ status: 500, json: { message: "An unexpected server error occurred." } }));
    expect(await failureOf(failing.writer.updateAgent(voiceAddress("agent_1"), 0, { a: 1 }))).toMatchObject({ ambiguous: true, status: 500 });
    expect(failing.seen).toHaveLength(6);
    expect(await failureOf(failing.writer.createEngine("retell-llm", { general_prompt: "mark" }))).toMatchObject({ ambiguous: true, status: 500 });
    expect(await failureOf(failing.writer.createVersion(voiceAddress("agent_1"), 0))).toMatchObject({ ambiguous: true });
    expect(failing.seen).toHaveLength(8);
    expect(failing.calls()).toEqual({ reads: 0, writes: 8 });
  });

  test.each<Answer>(["drop", "truncate", { status: 201, text: "<html>" }, { status: 408, json: { message: "timeout" } }])("a create answered by %j is ambiguous", async (answer) => {
    const { writer, seen } = await setUp(() => answer);
    expect((await failureOf(writer.createAgent("voice", { voice_id: "v" }))).ambiguous).toBe(true);
    expect(seen).toHaveLength(1);
  });

  test("a refused create is certain, and its text tells no credential", async () => {
    const { writer, log } = await setUp(() => ({
      status: 400,
      json: { error_message: `request/body/general_tools/0/headers: Bearer abcDEF123 and ${KEY} and 0123456789abcdef0123456789abcdef01 for agent_0123456789abcdef0123456789` },
    }));
    const error = await failureOf(writer.createAgent("voice", { webhook_url: "https://example.com/secret" }));
    expect(error).toMatchObject({ reason: "retell-rejected", status: 400, ambiguous: false });
    expect(error.message).toContain("request/body/general_tools/0/headers");
    expect(error.message).toContain("agent_0123456789abcdef0123456789");
    for (const secret of ["abcDEF123", KEY, "0123456789abcdef0123456789abcdef01", "example.com"]) {
      expect(error.message).not.toContain(secret);
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(secret);
      expect(log.lines.join()).not.toContain(secret);
    }
  });

  test("throttled creates wait for RateLimit-Reset", async () => {
    const { writer, seen, sleeps } = await setUp((_request, count) =>
      count === 1 ? { status: 429, json: { message: "throttled" }, headers: { "ratelimit-reset": "7", "ratelimit-remaining": "0" } } : { status: 201, json: agentJson() },
    );
    expect((await writer.createAgent("voice", {})).agentId).toBe("agent_1");
    expect(seen).toHaveLength(2);
    expect(sleeps.reduce((sum, sleep) => sum + sleep, 0)).toBe(7500);
  });

  test("deletes: gone is false, gone after a lost answer is true", async () => {
    const missing = { status: 404, json: { message: "Item agent_1 not found from agent" } };
    const gone = await setUp(() => missing);
    expect(await gone.writer.deleteAgent(voiceAddress("agent_1"))).toBe(false);
    const lost = await setUp((_request, count) => (count === 1 ? "drop" : missing));
    expect(await lost.writer.deleteAgent(voiceAddress("agent_1"))).toBe(true);
    const present = await setUp(() => ({ status: 204, text: "" }));
    expect(await present.writer.deleteEngine({ kind: "retell-llm", id: "llm_1", version: null })).toBe(true);
    expect(present.seen[0]?.url).toBe("/delete-retell-llm/llm_1");
  });

  test("a read key has no writer", async () => {
    expect((await setUp(() => "drop", { readOnly: true })).writer).toBeUndefined();
  });
});

describe("the client", () => {
  test("takes nothing from the SDK's environment variables", async () => {
    process.env["RETELL_CUSTOM_HEADERS"] = "Authorization: Bearer other";
    process.env["RETELL_BASE_URL"] = "http://127.0.0.1:1";
    try {
      const { reader, seen } = await setUp(() => ({ status: 200, json: { org_name: "Org", org_id: "org_1" } }));
      expect(await reader.readOrganization()).toEqual({ id: "org_1", name: "Org" });
      expect(seen[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
      expect(process.env["RETELL_CUSTOM_HEADERS"]).toBe("Authorization: Bearer other");
    } finally {
      delete process.env["RETELL_CUSTOM_HEADERS"];
      delete process.env["RETELL_BASE_URL"];
    }
  });

  test("never has more requests in flight than allowed", async () => {
    let open = 0;
    let most = 0;
    const { reader } = await setUp(
      async (request) => {
        most = Math.max(most, (open += 1));
        await new Promise((resolve) => setImmediate(resolve));
        open -= 1;
        return { status: 200, json: agentJson({ agent_id: request.url.split("/").at(-1) }) };
      },
      { concurrency: 3 },
    );
    await Promise.all(Array.from({ length: 20 }, (_, index) => reader.readAgent(voiceAddress(`agent_${index}`))));
    expect(most).toBeLessThanOrEqual(3);
    expect(most).toBeGreaterThan(1);
  });

  test("starts nothing after cancellation and finishes what is in flight", async () => {
    const controller = new AbortController();
    const { writer, seen } = await setUp(
      () => {
        controller.abort();
        return { status: 201, json: agentJson() };
      },
      { signal: controller.signal },
    );
    expect((await writer.createAgent("voice", {})).agentId).toBe("agent_1");
    await expect(writer.createAgent("voice", {})).rejects.toMatchObject({ reason: "cancelled" });
    expect(seen).toHaveLength(1);
  });
});
