import { describe, expect, test } from "@jest/globals";
import type { Json } from "@retell-actions/core/canonical/json";
import { buildOne, codes, places } from "./project-fixture.ts";

const withConfig = (promptConfig: Json, more: Readonly<Record<string, Json>> = {}): Json => ({ llm_config: { start_speaker: "agent", prompt_config: promptConfig, ...more } });

describe("prompts of an agent", () => {
  test("are built from sections, overrides and variables, with a source map", () => {
    const { content, prompts, problems, sources } = buildOne(withConfig({ sections: ["base/greeting", "b"], overrides: { b: "Bye {{name}}" }, variables: { name: "Ann" } }), {
      "prompts/base/greeting.txt": "Hi {{ name }}!\n",
      "prompts/b.md": "not used",
    });
    expect(problems).toEqual([]);
    expect(content.llm).toEqual({ start_speaker: "agent", general_prompt: "Hi Ann!\n\nBye Ann" });
    expect(prompts.get("/llm/general_prompt")).toEqual({
      text: "Hi Ann!\n\nBye Ann",
      sections: ["base/greeting", "b"],
      segments: [
        { start: 0, length: 3, source: { kind: "file", file: "prompts/base/greeting.txt", fileOffset: 0 } },
        { start: 3, length: 3, source: { kind: "variable", name: "name", file: "agents/a/agent.json", pointer: "/llm_config/prompt_config/variables/name" } },
        { start: 6, length: 1, source: { kind: "file", file: "prompts/base/greeting.txt", fileOffset: 13 } },
        { start: 7, length: 2, source: { kind: "separator" } },
        { start: 9, length: 4, source: { kind: "inline", file: "agents/a/agent.json", pointer: "/llm_config/prompt_config/overrides/b", valueOffset: 0 } },
        { start: 13, length: 3, source: { kind: "variable", name: "name", file: "agents/a/agent.json", pointer: "/llm_config/prompt_config/variables/name" } },
      ],
    });
    expect(sources).toEqual(["agents/a/agent.json", "prompts/base/greeting.txt"]);
  });

  test("variables reach state prompts, begin_message and a prompt written in place", () => {
    const llm = { general_prompt: "p {{v}}", begin_message: "b {{v}}", states: [{ name: "x", state_prompt: "s {{v}}" }, { name: "y" }], starting_state: "x" };
    const { content, prompts, problems } = buildOne(withConfig({ variables: { v: "$&" } }, llm));
    expect(problems).toEqual([]);
    expect(content.llm).toMatchObject({ general_prompt: "p $&", begin_message: "b $&", states: [{ name: "x", state_prompt: "s $&" }, { name: "y" }] });
    expect([...prompts.keys()]).toEqual(["/llm/general_prompt", "/llm/begin_message", "/llm/states/0/state_prompt"]);
  });

  test("an overlay changes a variable or a section, and the source map names the overlay", () => {
    const { content, prompts } = buildOne(
      withConfig({ sections: ["s"], variables: { v: "1" } }),
      { "agents/a/agent.staging.json": { llm_config: { prompt_config: { variables: { v: "2" } } } }, "prompts/s.txt": "{{v}}" },
    );
    expect(content.llm?.["general_prompt"]).toBe("2");
    expect(prompts.get("/llm/general_prompt")?.segments[0]?.source).toMatchObject({ file: "agents/a/agent.staging.json" });
  });

  test('a value "OVERRIDE" leaves the tag to run time and explains it', () => {
    const { content, problems } = buildOne(withConfig({ sections: ["s"], variables: { first_name: "OVERRIDE", x: "OVERRIDE" } }), { "prompts/s.txt": "{{x}} {{ first_name }}" });
    expect(content.llm?.["general_prompt"]).toBe("{{x}} {{ first_name }}");
    expect(problems).toEqual([]);
  });

  test("everything that gets a value at run time explains its tag", () => {
    const { problems } = buildOne(
      withConfig(
        { sections: ["s"], dynamic_variables: { mood: "how the caller feels" } },
        {
          default_dynamic_variables: { plan: "basic" },
          general_tools: [
            { type: "custom", name: "c", response_variables: { order_id: "$.id" } },
            { type: "extract_dynamic_variable", name: "e", variables: [{ name: "city", type: "string", description: "" }] },
          ],
          states: [{ name: "x", tools: [{ type: "code", name: "k", response_variables: { score: "$.s" } }] }],
        },
      ),
      { "prompts/s.txt": "{{mood}} {{plan}} {{order_id}} {{city}} {{score}} {{user_number}} {{current_time_Europe/Berlin}} {{current_time_{{plan}}}}" },
    );
    expect(problems).toEqual([]);
  });

  test("an unexplained tag is a warning where it stands, with a suggestion", () => {
    const agent = withConfig({ sections: ["s"], variables: { company: "A {{inner}}" } }, { begin_message: 'Say "x"\n\u00e9 {{compny}}' });
    const { problems } = buildOne(JSON.stringify(agent, null, 2).replace("é", "\\u00e9"), { "prompts/s.txt": "{{company}}\r\nx {{agent_numbr}} {{agent_numbr}}\r\n" });
    expect(problems.map(({ file, line, column, severity }) => `${file}:${line ?? 0}:${column ?? 0} ${severity}`)).toEqual([
      "agents/a/agent.json:9:23 warning",
      "agents/a/agent.json:12:41 warning",
      "prompts/s.txt:2:3 warning",
    ]);
    expect(problems.map(({ hint }) => hint)).toEqual([expect.stringContaining("dynamic_variables"), expect.stringContaining("{{company}}"), expect.stringContaining("{{agent_number}}")]);
  });

  test.each<[name: string, config: Json, more: Record<string, Json>]>([
    ["a system variable", { variables: { current_time: "x" } }, {}],
    ["a system variable with a time zone", { variables: { "current_time_Europe/Berlin": "x" } }, {}],
    ["a field of the contact", { variables: { first_name: "x" } }, {}],
    ["a default", { variables: { v: "x" } }, { default_dynamic_variables: { v: "y" } }],
    ["a declared variable", { variables: { v: "x" }, dynamic_variables: { v: "d" } }, {}],
    ["a tool's output", { variables: { v: "x" } }, { general_tools: [{ type: "custom", name: "c", response_variables: { v: "$" } }] }],
  ])("a build-time variable may not bear the name of %s", (_name, config, more) => {
    const { problems } = buildOne(withConfig(config, { general_prompt: "{{v}}", ...more }));
    expect(problems.find(({ severity }) => severity === "error")?.code).toBe("runtime-variable-name");
  });

  test("dynamic_variables become a tool only where they ask for it", () => {
    const dynamic = {
      mood: { type: "enum", description: "Mood", choices: ["good", "bad"], extract: true },
      plan: { type: "string", description: "Plan" },
      city: { description: "City", extract: true },
    };
    const { content, problems } = buildOne(withConfig({ dynamic_variables: dynamic }, { general_tools: [{ type: "end_call", name: "end" }] }));
    expect(problems).toEqual([]);
    expect(content.llm?.["general_tools"]).toEqual([
      { type: "end_call", name: "end" },
      {
        type: "extract_dynamic_variable",
        name: "extract_dynamic_variables",
        description: expect.any(String),
        variables: [
          { type: "enum", name: "mood", description: "Mood", choices: ["good", "bad"] },
          { type: "string", name: "city", description: "City" },
        ],
      },
    ]);
    expect(buildOne(withConfig({ dynamic_variables: { plan: dynamic.plan } })).content.llm).toEqual({ start_speaker: "agent" });
  });

  test.each<[name: string, agent: Json, place: string]>([
    ["a missing section", withConfig({ sections: ["nope"] }), "agents/a/agent.json:6:9 missing-section"],
    ["known mistake 36: a section outside of prompts", withConfig({ sections: ["../agents/a/agent"] }), "agents/a/agent.json:6:9 section-outside-prompts"],
    ["known mistake 36: such a section with an override", withConfig({ sections: ["../x"], overrides: { "../x": "y" } }), "agents/a/agent.json:6:9 section-outside-prompts"],
    ["a section that is no text", withConfig({ sections: [1] }), "agents/a/agent.json:6:9 wrong-type"],
    ["no section", withConfig({ sections: [] }), "agents/a/agent.json:5:19 empty-sections"],
    ["two prompts", withConfig({ sections: ["s"] }, { general_prompt: "x" }), "agents/a/agent.json:9:23 two-prompts"],
    ["a variable that is no text", withConfig({ variables: { v: 1 } }), "agents/a/agent.json:6:14 wrong-type"],
    ["a variable's name with braces", withConfig({ variables: { "a}}": "" } }), "agents/a/agent.json:6:9 invalid-variable-name"],
    ["an override that does nothing", withConfig({ sections: ["s"], overrides: { S2: "x" } }), "agents/a/agent.json:9:9 unused-override"],
    ["a variable that nothing uses", withConfig({ sections: ["s"], variables: { v: "" } }), "agents/a/agent.json:9:9 unused-variable"],
    ["an unknown key", withConfig({ sectoins: [] }), "agents/a/agent.json:5:7 unknown-key"],
    ["a section twice", withConfig({ sections: ["s", "s"] }), "agents/a/agent.json:7:9 duplicate-section"],
    ["a credential in a prompt", { llm_config: { general_prompt: "Bearer abcdef123456" } }, "agents/a/agent.json:3:31 literal-credential"],
    ["a credential in a variable", withConfig({ sections: ["s"], variables: { v: "Bearer abcdef123456" } }), "agents/a/agent.json:9:22 literal-credential"],
  ])("reports %s", (_name, agent, place) => {
    expect(places(buildOne(agent, { "prompts/s.txt": "s" }).problems)).toContain(place);
  });

  test("a build-time variable where none is replaced is a warning", () => {
    const { content, problems } = buildOne(withConfig({ variables: { host: "x.example" } }, { general_prompt: "{{host}}", general_tools: [{ name: "c", url: "https://{{ host }}/{{id}}" }] }));
    expect(problems).toMatchObject([{ code: "variable-not-replaced", severity: "warning", line: 13, column: 25 }]);
    expect(content.llm?.["general_tools"]).toEqual([{ name: "c", url: "https://{{ host }}/{{id}}" }]);
  });

  test("of an agent without any prompt are none", () => {
    const { content, prompts, problems } = buildOne({ llm_config: { start_speaker: "user", general_prompt: null } });
    expect([content.llm, prompts.size, codes(problems)]).toEqual([{ start_speaker: "user", general_prompt: null }, 0, []]);
  });
});
