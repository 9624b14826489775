import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { statedEngine, toCanonical, toCanonicalContent } from "@retell-actions/core/canonical/canonical-form";
import { canonicalJson, contentHash } from "@retell-actions/core/canonical/content-hash";
import type { Json } from "@retell-actions/core/canonical/json";
import { reversedLists } from "../diff/content-arbitrary.ts";
import { generatedAgentArbitrary } from "../schema/generate-agent.ts";

describe("toCanonical", () => {
  test("drops what the server or the suite owns, at any depth", () => {
    const agent = { agent_id: "a", version: 1, base_version: 0, is_published: true, last_modification_timestamp: 1, version_title: "mark", version_description: "d", agent_name: "n", response_engine: { type: "retell-llm", llm_id: "l", version: 1 } };
    expect(toCanonical("agent", agent)).toEqual({ agent_name: "n", response_engine: { type: "retell-llm" } });
    const llm = { llm_id: "l", version: 1, mcps: [{ name: "m", mcp_id: "x" }], general_tools: [{ name: "t", tool_id: "y", mcp_id: "kept" }], states: [{ name: "s", tools: [{ name: "u", tool_id: "z" }] }] };
    expect(toCanonical("llm", llm)).toEqual({ mcps: [{ name: "m" }], general_tools: [{ name: "t", mcp_id: "kept" }], states: [{ name: "s", tools: [{ name: "u" }] }] });
  });

  test("line ends are LF, the order of arrays stays, keys are sorted", () => {
    expect(canonicalJson(toCanonical("llm", { general_prompt: "a\r\nb\rc\n", begin_message: null, model_temperature: 1 }))).toBe('{"begin_message":null,"general_prompt":"a\\nb\\nc\\n","model_temperature":1}');
    expect(JSON.stringify(toCanonical("agent", { b: [2, 1], a: { d: 1, c: 2 } }))).toBe('{"a":{"c":2,"d":1},"b":[2,1]}');
  });

  test("property: idempotent, and blind to the order of keys", () => {
    fc.assert(
      fc.property(generatedAgentArbitrary(), (content) => {
        const once = toCanonicalContent(content);
        expect(toCanonicalContent(once)).toEqual(once);
        const shuffled = JSON.parse(JSON.stringify(content, (_, value: Json) => (typeof value === "object" && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).reverse()) : value))) as typeof content;
        expect(JSON.stringify(toCanonicalContent(shuffled))).toBe(JSON.stringify(once));
        expect(contentHash(toCanonicalContent(shuffled) as Json)).toBe(contentHash(once as Json));
      }),
      { numRuns: 60 },
    );
  });

  test("the order of items is in the hash, since it is written", () => {
    const tools = { llm: { general_tools: [{ name: "a" }, { name: "b" }] } };
    expect(contentHash(reversedLists(tools))).not.toBe(contentHash(tools));
  });

  test("a key that prototypes have stays an ordinary one", () => {
    expect(JSON.stringify(toCanonical("agent", JSON.parse('{"constructor":1,"__proto__":{"a":1}}') as { [key: string]: Json }))).toBe('{"__proto__":{"a":1},"constructor":1}');
  });
});

test("contentHash is the SHA-256 of the RFC 8785 text", () => {
  expect(canonicalJson({ "€": 1, a: 1e21, "\r": [true, null, 0.1, -0] })).toBe('{"\\r":[true,null,0.1,0],"a":1e+21,"€":1}');
  expect(contentHash({})).toBe("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
});

test("statedEngine reads the type, wherever it is not it is undefined", () => {
  expect([{ response_engine: { type: "custom-llm" } }, { response_engine: "x" }, {}].map((agent) => statedEngine(agent))).toEqual(["custom-llm", undefined, undefined]);
});
test("half of a surrogate pair has a canonical text of its own", () => {
  const texts = ["\ud83d", "\ud83e", "\\ud83d", "\ufffd"].map((text) => canonicalJson({ [text]: [text] }));
  expect(new Set(texts).size).toBe(texts.length);
  for (const text of texts) expect(canonicalJson(JSON.parse(text) as Json)).toBe(text);
});

test("what is no JSON has no canonical text", () => {
  expect(() => canonicalJson(Infinity)).toThrow(TypeError);
});

