import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Content } from "@retell-actions/core/canonical/content";
import { createFingerprint, holdsFingerprint } from "@retell-actions/core/canonical/fingerprint";
import { isJsonObject, objectFrom, type Json, type JsonObject } from "@retell-actions/core/canonical/json";
import { previousValueOf, resolveReferences, secretsIn, storedSymbols, toSymbols, type ReferenceValues } from "@retell-actions/core/canonical/symbols";
import { classifyFields, type Baseline } from "@retell-actions/core/diff/classify";
import { replaceLeaves, setLeaf } from "@retell-actions/core/diff/apply-changes";
import { walkLeaves } from "@retell-actions/core/diff/walk";
import { factsOf } from "../diff/facts.ts";
import { generatedAgentArbitrary } from "../schema/generate-agent.ts";

const fingerprint = (value: string): string => `fingerprint:${Buffer.from(value).toString("hex").padEnd(24, "0").slice(0, 24)}`;
const given = (secrets: Record<string, string> = {}, agentIds: Record<string, string> = {}): ReferenceValues => ({ secrets: new Map(Object.entries(secrets)), agentIds: new Map(Object.entries(agentIds)), fingerprint });

const withHeader = (value: Json): Content => ({ agent: {}, llm: { general_tools: [{ name: "t", type: "custom", headers: { authorization: value } }] } });
const HEADER = "llm.general_tools[t].headers.authorization";

/** How the header is classed, for what Git says, what was sent, what was seen, and what Retell holds. */
function header(input: { git: Json; sent?: Json; seen?: Json; live: Json; recorded?: Record<string, string>; references?: ReferenceValues }): { class: string; notCompared: readonly string[]; live: Json | undefined } {
  const baseline: Baseline | null = input.sent === undefined ? null : { sent: withHeader(input.sent), seen: withHeader(input.seen ?? input.sent) };
  const references = input.references ?? given();
  const sides = toSymbols({ baseline, desired: withHeader(input.git), live: withHeader(input.live), recordedSecrets: input.recorded ?? {}, references });
  const changes = classifyFields({ baseline: sides.baseline, desired: withHeader(input.git), live: sides.live }, { facts: factsOf(), mayOverwrite: () => false });
  const change = changes.find(({ name }) => name === HEADER);
  return { class: change?.class ?? "in-sync", notCompared: sides.notCompared, live: change?.live };
}

describe("secrets", () => {
  const REF = "secret://TOKEN";
  const recorded = { TOKEN: fingerprint("Bearer v1") };

  test.each<[string, Parameters<typeof header>[0], string]>([
    ["unchanged is in sync", { git: REF, sent: REF, live: "Bearer v1", recorded, references: given({ TOKEN: "Bearer v1" }) }, "in-sync"],
    ["rotated in GitHub is a local change", { git: REF, sent: REF, live: "Bearer v1", recorded, references: given({ TOKEN: "Bearer v2" }) }, "local-change"],
    ["rotated in GitHub and in the console alike has converged", { git: REF, sent: REF, live: "Bearer v2", recorded, references: given({ TOKEN: "Bearer v2" }) }, "converged"],
    ["changed in the console is a console edit", { git: REF, sent: REF, live: "Bearer other", recorded, references: given({ TOKEN: "Bearer v1" }) }, "console-edit"],
    ["changed on both sides is a conflict", { git: REF, sent: REF, live: "Bearer other", recorded, references: given({ TOKEN: "Bearer v2" }) }, "conflict"],
    ["emptied in the console is a console edit", { git: REF, sent: REF, live: "", recorded, references: given({ TOKEN: "Bearer v1" }) }, "console-edit"],
    ["another secret in Git is a local change", { git: "secret://OTHER", sent: REF, live: "Bearer v1", recorded, references: given({ TOKEN: "Bearer v1", OTHER: "o" }) }, "local-change"],
    ["without its variable, but with a recorded fingerprint, it is compared by that", { git: REF, sent: REF, live: "Bearer v1", recorded }, "in-sync"],
    ["and an edit in the console is found so", { git: REF, sent: REF, live: "Bearer other", recorded }, "console-edit"],
    ["a value that is there already has converged", { git: REF, live: "Bearer v1", references: given({ TOKEN: "Bearer v1" }) }, "converged"],
    ["without baseline, another value needs a person", { git: REF, live: "Bearer other", references: given({ TOKEN: "Bearer v1" }) }, "conflict"],
    ["the text of the reference, typed into the console, is not the secret", { git: REF, sent: REF, live: REF, recorded, references: given({ TOKEN: "Bearer v1" }) }, "console-edit"],
  ])("%s", (_, input, expected) => {
    expect(header(input)).toMatchObject({ class: expected, notCompared: [] });
  });

  test("unknown here and never recorded: not compared, and said so", () => {
    expect(header({ git: REF, sent: REF, live: "Bearer anything" })).toMatchObject({ class: "in-sync", notCompared: ["TOKEN"] });
  });

  test("the older value is shown as such, and never stored", () => {
    const { live } = header({ git: REF, sent: REF, live: "Bearer v1", recorded, references: given({ TOKEN: "Bearer v2" }) });
    expect(live).toBe(previousValueOf("TOKEN"));
    expect(storedSymbols(withHeader(live ?? null))).toEqual(withHeader(REF));
  });
});

describe("references to agents", () => {
  test("the id of the agent at hand is in sync, any other is an edit", () => {
    const references = given({}, { b: "agent_b", c: "agent_c" });
    const input = { git: "agent://b", sent: "agent://b", references };
    expect(header({ ...input, live: "agent_b" }).class).toBe("in-sync");
    expect(header({ ...input, live: "agent_c" })).toMatchObject({ class: "console-edit", live: fingerprint("agent_c") });
    expect(header({ ...input, git: "agent://c", live: "agent_b" }).class).toBe("local-change");
    expect(header({ ...input, git: "agent://c", live: "agent_c" }).class).toBe("converged");
  });
});

describe("resolveReferences", () => {
  test("only whole values, each kind from its own map, and what is missing is named", () => {
    const references = given({ A: "value" }, { b: "agent_b" });
    expect(resolveReferences({ x: ["secret://A", "agent://b", "say secret://A", "secret://a", "secret://MISSING", "agent://none"] }, references)).toEqual({
      value: { x: ["value", "agent_b", "say secret://A", "secret://a", "secret://MISSING", "agent://none"] },
      unresolved: [{ kind: "secret", name: "MISSING" }, { kind: "agent", name: "none" }],
    });
    expect(secretsIn({ x: ["secret://B", { y: "secret://A" }, "secret://B"] })).toEqual(["A", "B"]);
  });

  test("a secret's value that looks like a reference is not resolved again", () => {
    expect(resolveReferences(["secret://A"], given({ A: "secret://B", B: "b" })).value).toEqual(["secret://B"]);
  });
});

describe("credentials that somebody typed into the console", () => {
  const KEY = "key_1d2025c27c80403b4ba62f2cdd73";
  /** Places where people put credentials, each with a text around it. */
  const plants: Record<string, (content: Content, value: string) => Content> = {
    "tool header": (content, value) => intoTools(content, { headers: { authorization: value, "x-anything": value } }),
    "query parameter": (content, value) => intoTools(content, { query_params: { api_key: value, page: value } }),
    "tool url": (content, value) => intoTools(content, { url: `https://x.example/?token=${value}&page=1` }),
    "user information of a url": (content, value) => intoTools(content, { url: `https://user:${value}@x.example/` }),
    "mcp header": (content, value) => ({ ...content, llm: { ...content.llm, mcps: [{ name: "m", url: "https://m.example", headers: { Authorization: `Bearer ${value}` } }] } }),
    "prompt": (content, value) => ({ ...content, llm: { ...content.llm, general_prompt: `Say hello.\nUse Bearer ${value} for it.` } }),
    "webhook": (content, value) => ({ ...content, agent: { ...content.agent, webhook_url: `https://x.example/hook?api_key=${value}` } }),
    "begin message of a list that cannot be read": (content, value) => ({ ...content, llm: { ...content.llm, general_tools: [{ name: "a", headers: { "api-key": value } }, { name: "a" }, "odd"] } }),
  };

  function intoTools(content: Content, fields: JsonObject): Content {
    const before = content.llm?.["general_tools"];
    const tools: Json[] = Array.isArray(before) ? before : [];
    const planted = tools.map((tool, index) => (index === 0 && isJsonObject(tool) ? objectFrom(Object.entries({ ...tool, ...fields })) : tool));
    return { ...content, llm: { ...content.llm, general_tools: [...planted, { name: "planted", type: "custom", ...fields }] } };
  }

  const credential = fc.stringMatching(/^[a-z0-9]{12}[0-9][A-Za-z0-9]{10,20}$/);

  test.each(Object.keys(plants))("property: none survives at the place: %s", (place) => {
    fc.assert(
      fc.property(generatedAgentArbitrary(), generatedAgentArbitrary(), credential, fc.boolean(), (git, held, value, isNew) => {
        const live = plants[place]?.(held, value) ?? held;
        const symbols = toSymbols({
          baseline: isNew ? null : { sent: git, seen: held },
          desired: git,
          live,
          recordedSecrets: {},
          references: { ...given(), fingerprint: () => "fingerprint:000000000000000000000000" },
        });
        expect(JSON.stringify(live)).toContain(value);
        expect(JSON.stringify(symbols.live)).not.toContain(value);
      }),
      { numRuns: 40 },
    );
  });

  test("a query parameter that is edited in the console shows as it is, unless its name or its looks say credential", () => {
    const tool = (query: Record<string, string>): Content => ({ agent: {}, llm: { general_tools: [{ name: "crm", query_params: query }] } });
    const before = tool({ horizon: "10", key: "a", client: "b" });
    const live = tool({ horizon: "20", key: "20", client: "8f3a9c1be27d4405" });
    expect(toSymbols({ baseline: { sent: before, seen: before }, desired: before, live, recordedSecrets: {}, references: given() }).live).toEqual(tool({ horizon: "20", key: fingerprint("20"), client: fingerprint("8f3a9c1be27d4405") }));
  });

  test("a fingerprint stands in its place, so that a change shows; what is around it stays readable", () => {
    const prompt = (key: string): Json | undefined =>
      toSymbols({ baseline: null, desired: undefined, live: { agent: {}, llm: { general_prompt: `Use ${key} now.` } }, recordedSecrets: {}, references: given() }).live.llm?.["general_prompt"];
    expect(prompt(KEY)).toBe(`Use ${fingerprint(KEY)} now.`);
    expect(prompt(KEY.replace("1", "2"))).not.toBe(prompt(KEY));
    expect(holdsFingerprint(prompt(KEY) ?? null)).toBe(true);
    expect(holdsFingerprint(["the fingerprint: none"])).toBe(false);
  });

  test("nothing but references and credentials is replaced", () => {
    fc.assert(
      fc.property(generatedAgentArbitrary(), (held) => {
        const content: Content = { ...held, agent: { ...held.agent } };
        // Git has all of it in clear: what it shows anyway is not hidden.
        expect(toSymbols({ baseline: { sent: content, seen: content }, desired: content, live: content, recordedSecrets: {}, references: given() }).live).toEqual(content);
      }),
      { numRuns: 60 },
    );
  });

  test("a tool whose own name is hidden keeps nothing else in clear, and stays one tool", () => {
    const tool = { headers: { a: "first secret" }, name: KEY, query_params: { token: "second secret" }, type: "custom", url: "https://x.example/?token=third-secret" };
    const live: Content = { agent: {}, llm: { general_tools: [tool] } };
    expect(toSymbols({ baseline: null, desired: undefined, live, recordedSecrets: {}, references: given() }).live.llm).toEqual({
      general_tools: [{ headers: { a: fingerprint("first secret") }, name: fingerprint(KEY), query_params: { token: fingerprint("second secret") }, type: "custom", url: `https://x.example/?token=${fingerprint("third-secret")}` }],
    });
  });
});

test("property: leaves replaced at once are what they are one by one, in the same order", () => {
  fc.assert(
    fc.property(generatedAgentArbitrary(), fc.infiniteStream(fc.constantFrom<readonly Json[]>([], [], ["x"], [{ a: 1 }], [["x"], null])), (generated, values) => {
      const content = generated as unknown as Content;
      // A name that is replaced is not found by its name any more: one by one, what follows would miss its item.
      const leaves = walkLeaves({ content }).filter(({ path }) => !["name", "id"].includes(String(path.at(-1))));
      const chosen = leaves.flatMap(({ path }) => values.next().value.map((value: Json) => ({ path, value })));
      const oneByOne = chosen.reduce((before, { path, value }) => setLeaf(before, path, value), content);
      expect(JSON.stringify(replaceLeaves(content, chosen))).toBe(JSON.stringify(oneByOne));
    }),
    { numRuns: 60 },
  );
});

test("fingerprints are the same for one value and salt, and tell nothing else", () => {
  const [a, again, other] = [createFingerprint("salt-a"), createFingerprint("salt-a"), createFingerprint("salt-b")];
  expect(a("value")).toMatch(/^fingerprint:[0-9a-f]{24}$/);
  expect(again("value")).toBe(a("value"));
  expect(other("value")).not.toBe(a("value"));
  expect(a("value2")).not.toBe(a("value"));
});
