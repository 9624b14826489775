import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Json } from "@retell-actions/core/canonical/json";
import { hasErrors } from "@retell-actions/core/project/problem";
import { validateFields } from "@retell-actions/core/schema/validate-fields";
import { build, buildOne, codes, places, projectFiles, WORKSPACES } from "./project-fixture.ts";
import { buildDesired } from "@retell-actions/core/project/build-desired";

const LLM = { start_speaker: "agent", general_prompt: "Hi" };

describe("buildDesired", () => {
  test("cuts the file into what Retell keeps apart", () => {
    const { content, problems, sources, engine, channel } = buildOne({
      $schema: "https://example.com/agent.schema.json",
      channel: "voice",
      agent_name: "A",
      language: "es-419",
      llm_config: { ...LLM, model: "gpt-5.1" },
    });
    expect(problems).toEqual([]);
    expect([engine, channel, sources]).toEqual(["retell-llm", "voice", ["agents/a/agent.json"]]);
    expect(content).toEqual({
      agent: { agent_name: "A", language: "es-419", response_engine: { type: "retell-llm" } },
      llm: { start_speaker: "agent", general_prompt: "Hi", model: "gpt-5.1" },
    });
  });

  test("known mistake 11: real values are taken, unknown ones with a warning", () => {
    const real = {
      voice_id: "11labs-Adrian",
      language: ["es-419", "en-US"],
      ambient_sound: "coffee-shop",
      pronunciation_dictionary: [{ word: "actually", alphabet: "ipa", phoneme: "ˈæktʃuəli" }],
      post_call_analysis_data: [{ type: "enum", name: "mood", description: "Mood", choices: ["good", "bad"] }],
      llm_config: LLM,
    };
    const validate = ({ kind, value }: Parameters<typeof validateFields>[0]) => validateFields({ kind, value, complete: true });
    expect(buildOne(real, {}, { validateFields: validate }).problems).toEqual([]);
    const unknown = buildOne({ ...real, ambient_sound: "mars-base", brand_new_field: 1 }, {}, { validateFields: validate });
    expect(hasErrors(unknown.problems)).toBe(false);
    expect(unknown.problems.length).toBe(2);
    expect(unknown.content.agent).toMatchObject({ ambient_sound: "mars-base", brand_new_field: 1 });
  });

  test("checks fields by default, so that nobody deploys unchecked", () => {
    const [staging] = WORKSPACES.workspaces;
    if (staging === undefined) throw new Error("no workspace");
    const files = projectFiles({ "agents/a/agent.json": { voice_id: 1, llm_config: LLM } });
    expect(codes(buildDesired({ files, workingDirectory: "", workspaces: WORKSPACES, workspace: staging }).problems)).toContain("wrong-type");
  });

  test("a problem of a field points to the file that sets it", () => {
    const found = buildOne(
      { voice_speed: 9, llm_config: { ...LLM, temperature: 7 } },
      { "agents/a/agent.staging.json": { voice_speed: 8 } },
      {
        validateFields: ({ kind }) => [
          { code: "x", severity: "error", path: kind === "agent" ? ["voice_speed"] : ["model_temperature"], message: "no" },
        ],
      },
    );
    expect(places(found.problems)).toEqual(["agents/a/agent.json:6:5 former-field", "agents/a/agent.json:6:5 x", "agents/a/agent.staging.json:2:3 x"]);
  });

  test("names of earlier tools mean today's fields, also across an overlay", () => {
    const agent = { normalize_for_speech: true, handbook_config: { high_empathy: true }, llm_config: { ...LLM, temperature: 0.5, tools: [{ name: "t", x: 1 }] } };
    const { content, problems } = buildOne(agent, { "agents/a/agent.staging.json": { llm_config: { general_tools: [{ name: "u" }], model_temperature: 0.1 } } });
    expect(content.agent).toMatchObject({ handbook_config: { high_empathy: true, speech_normalization: true } });
    expect(content.llm).toEqual({ ...LLM, model_temperature: 0.1, general_tools: [{ name: "t", x: 1 }, { name: "u" }] });
    expect(codes(problems)).toEqual(["former-field", "former-field", "former-field"]);
    expect(codes(buildOne({ llm_config: { ...LLM, temperature: 0, model_temperature: 1 } }).problems)).toEqual(["former-field-twice"]);
  });

  test.each<[name: string, agent: Json, code: string]>([
    ["no engine", {}, "missing-engine"],
    ["two engines", { llm_config: LLM, conversation_flow: {} }, "several-engines"],
    ["an engine by id", { response_engine: { type: "retell-llm", llm_id: "llm_1" } }, "engine-by-id"],
    ["a flow in a file that is not there", { conversation_flow: "./flow.json" }, "missing-flow-file"],
    ["a flow in another file", { conversation_flow: "../other/flow.json" }, "invalid-flow-file"],
    ["a custom LLM without address", { response_engine: { type: "custom-llm" } }, "wrong-type"],
    ["an engine of a kind that nobody knows", { response_engine: { type: "robot" } }, "wrong-type"],
    ["an unknown channel", { channel: "fax", llm_config: LLM }, "invalid-channel"],
    ["an engine that is no object", { llm_config: "x" }, "wrong-type"],
  ])("refuses %s", (_name, agent, code) => {
    expect(codes(buildOne(agent).problems)).toEqual([code]);
  });

  test("CRLF is LF, in JSON texts and section files", () => {
    const agent = (lineEnd: string): Json => ({ llm_config: { start_speaker: "agent", begin_message: `a${lineEnd}b`, prompt_config: { sections: ["s", "t"], overrides: { t: `x${lineEnd}y` } } } });
    const withEnds = (lineEnd: string) =>
      buildOne(
        agent(lineEnd),
        { "prompts/s.txt": { kind: "file", text: ["one", "two", "", ""].join(lineEnd) }, "prompts/t.md": "unused" },
      );
    expect(withEnds("\r\n").content).toEqual(withEnds("\n").content);
    expect(withEnds("\r\n").prompts).toEqual(withEnds("\n").prompts);
    expect(withEnds("\n").content.llm?.["general_prompt"]).toBe("one\ntwo\n\n\nx\ny");
  });

  test("an agent with a broken file is there, and not deleted", () => {
    const { agents, problems } = build({ "agents/a/agent.json": "{", "agents/b/agent.json": { llm_config: LLM }, "agents/c/notes.md": "x" });
    expect([...agents.keys()]).toEqual(["a", "b", "c"]);
    expect(places(problems)).toEqual(["agents/a/agent.json:1:2 invalid-json", "agents/c/agent.json missing-agent-file"]);
  });

  test("all problems of all files come in one run, sorted by file and line; what agents share comes once", () => {
    const agent = { llm_config: { start_speaker: "agent", prompt_config: { sections: ["shared"] } } };
    const { problems, agents } = build({ "agents/b/agent.json": agent, "agents/a/agent.json": agent, "agents/c/agent.json": "[]", "prompts/shared.txt": "x\n{{what}}\n" });
    expect(places(problems)).toEqual(["agents/c/agent.json:1:1 wrong-type", "prompts/shared.txt:2:1 unexplained-tag"]);
    expect(problems[1]?.agent).toBeUndefined();
    expect(agents.get("a")?.problems[0]?.agent).toBe("a");
  });

  test("works in a folder of the repository", () => {
    const files = { "apps/voice/agents/a/agent.json": { llm_config: { start_speaker: "agent", prompt_config: { sections: ["s"] } } }, "apps/voice/prompts/s.txt": "in\n", "prompts/s.txt": "out" };
    for (const workingDirectory of ["apps/voice", "./apps/voice/", "apps//voice/."]) {
      const { agents, problems } = build(files, { workingDirectory });
      expect(problems).toEqual([]);
      expect(agents.get("a")?.content.llm?.["general_prompt"]).toBe("in");
      expect(agents.get("a")?.sources).toEqual(["apps/voice/agents/a/agent.json", "apps/voice/prompts/s.txt"]);
    }
    expect(codes(build(files, { workingDirectory: "../other" }).problems)).toEqual(["working-directory-outside"]);
    expect(codes(build(files, { workingDirectory: "/etc" }).problems)).toEqual(["working-directory-outside"]);
  });

  test("any JSON is built or refused, the same each time, and never throws", () => {
    const value = fc.jsonValue() as fc.Arbitrary<Json>;
    const some = (keys: readonly string[]): fc.Arbitrary<Json> =>
      fc.dictionary(fc.constantFrom(...keys), fc.oneof({ weight: 2, arbitrary: value }, fc.constantFrom<Json>("s", "../x", "{{a}}", "secret://A", "agent://a", "agent://zz", null))) as fc.Arbitrary<Json>;
    const config = some(["sections", "overrides", "variables", "dynamic_variables", "__proto__"]);
    const deep = fc.record({ variables: fc.dictionary(fc.string(), fc.string()), sections: fc.array(fc.string()), dynamic_variables: fc.dictionary(fc.string(), value) }, { requiredKeys: [] });
    const llm = fc.oneof(
      some(["general_prompt", "states", "general_tools", "tools", "temperature", "mcps", "__proto__"]),
      fc.record({ prompt_config: fc.oneof(config, deep as fc.Arbitrary<Json>), states: fc.array(some(["state_prompt", "name"])), begin_message: value }, { requiredKeys: [] }) as fc.Arbitrary<Json>,
    );
    const agent = fc.oneof(value, fc.record({ llm_config: llm, channel: value, normalize_for_speech: value, handbook_config: value }, { requiredKeys: ["llm_config"] }) as fc.Arbitrary<Json>);
    fc.assert(
      fc.property(agent, agent, (base, overlay) => {
        const files = { "agents/a/agent.json": JSON.stringify(base), "agents/a/agent.staging.json": JSON.stringify(overlay), "prompts/s.txt": "{{a}}" };
        const validate = ({ kind, value: fields }: Parameters<typeof validateFields>[0]) => validateFields({ kind, value: fields, complete: true });
        const first = build(files, { validateFields: validate });
        expect(build(files, { validateFields: validate })).toEqual(first);
        for (const problem of first.problems) expect(problem.line === undefined || problem.line >= 1).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
