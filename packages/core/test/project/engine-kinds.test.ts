import { describe, expect, test } from "@jest/globals";
import type { Json, JsonObject } from "@retell-actions/core/canonical/json";
import { buildOne, codes, places } from "./project-fixture.ts";

const FLOW: JsonObject = {
  start_speaker: "agent",
  model_choice: { type: "cascading", model: "gpt-4.1" },
  start_node_id: "greet",
  nodes: [
    { id: "greet", type: "conversation", instruction: { type: "prompt", text: "Greet for {{company}}." }, edges: [{ id: "e", transition_condition: { type: "prompt", prompt: "done" }, destination_node_id: "bye" }] },
    { id: "bye", type: "end", instruction: { type: "prompt", text: "Say goodbye." } },
  ],
};

const flowText = (content: { flow?: JsonObject }, index: number): Json | undefined => ((content.flow?.["nodes"] as JsonObject[])[index]?.["instruction"] as JsonObject | undefined)?.["text"];

describe("a conversation flow", () => {
  test("stands in agent.json or in a file of its own, with the same content", () => {
    const inline = buildOne({ conversation_flow: FLOW });
    const apart = buildOne({ conversation_flow: "./flow.json" }, { "agents/a/flow.json": { $schema: "x", ...FLOW } });
    expect(apart.content).toEqual(inline.content);
    expect(codes(inline.problems)).toEqual(["unexplained-tag"]);
    expect(inline).toMatchObject({ engine: "conversation-flow", content: { agent: { response_engine: { type: "conversation-flow" } } } });
    expect(apart.sources).toEqual(["agents/a/agent.json", "agents/a/flow.json"]);
    expect(inline.content.llm).toBeUndefined();
  });

  test("a flow.json that nobody names is a warning", () => {
    expect(places(buildOne({ llm_config: { start_speaker: "agent" } }, { "agents/a/flow.json": FLOW }).problems)).toEqual(["agents/a/flow.json:1:1 unused-flow-file"]);
  });

  test("sections build the global prompt and stand in nodes; variables reach instructions", () => {
    const [greet, bye] = FLOW["nodes"] as JsonObject[];
    const built = buildOne(
      {
        conversation_flow: {
          ...FLOW,
          prompt_config: { sections: ["base/role"], overrides: { "base/bye": "Farewell from {{company}}." }, variables: { company: "Acme" } },
          nodes: [greet, { ...bye, instruction: { type: "prompt", text: { $prompt: ["base/role", "base/bye"] } } }] as Json,
        },
      },
      { "prompts/base/role.txt": "You work for {{company}}.\n", "prompts/base/bye.md": "Bye.\n" },
    );
    expect(built.problems).toEqual([]);
    expect(built.content.flow?.["global_prompt"]).toBe("You work for Acme.");
    expect(flowText(built.content, 0)).toBe("Greet for Acme.");
    expect(flowText(built.content, 1)).toBe("You work for Acme.\n\nFarewell from Acme.");
    expect(built.content.flow).not.toHaveProperty("prompt_config");
    expect(built.prompts.get("/flow/nodes/1/instruction/text")?.sections).toEqual(["base/role", "base/bye"]);
    expect(built.sources).toEqual(["agents/a/agent.json", "prompts/base/role.txt"]);
  });

  test("an overlay patches nodes by id, also of a flow in its own file", () => {
    const built = buildOne(
      { conversation_flow: "./flow.json" },
      { "agents/a/flow.json": FLOW, "agents/a/agent.staging.json": { conversation_flow: { nodes: [{ id: "bye", instruction: { text: "Ciao." } }] } } },
    );
    expect(places(built.problems)).toEqual(["agents/a/flow.json:14:28 unexplained-tag"]);
    expect([flowText(built.content, 0), flowText(built.content, 1)]).toEqual(["Greet for {{company}}.", "Ciao."]);
  });

  test("extraction belongs into a node", () => {
    const built = buildOne({ conversation_flow: { ...FLOW, prompt_config: { dynamic_variables: { company: { description: "Who", extract: true } } } } });
    expect(codes(built.problems)).toEqual(["extract-in-flow"]);
  });
});

describe("$prompt", () => {
  const withState = (prompt: Json) =>
    buildOne({ llm_config: { start_speaker: "agent", general_prompt: "Hi", starting_state: "s", states: [{ name: "s", state_prompt: prompt }] } }, { "prompts/base/a.txt": "A\n", "prompts/base/b.txt": "B\n" });

  test("puts sections in the place of a state's prompt", () => {
    const built = withState({ $prompt: ["base/a", "base/b"] });
    expect(built.problems).toEqual([]);
    expect((built.content.llm?.["states"] as JsonObject[])[0]?.["state_prompt"]).toBe("A\n\nB");
    expect(built.prompts.get("/llm/states/0/state_prompt")?.text).toBe("A\n\nB");
  });

  test.each<[name: string, prompt: Json, code: string]>([
    ["a section that is not there", { $prompt: "base/c" }, "missing-section"],
    ["a path out of prompts/", { $prompt: "../a" }, "section-outside-prompts"],
    ["no section", { $prompt: [] }, "empty-sections"],
    ["a number", { $prompt: 1 }, "wrong-type"],
    ["another key beside it", { $prompt: "base/a", text: "x" }, "unknown-key"],
  ])("refuses %s, with its place", (_name, prompt, code) => {
    const { problems } = withState(prompt);
    expect(codes(problems)).toContain(code);
    expect(problems.every(({ line }) => line !== undefined)).toBe(true);
  });
});

test("a custom LLM states its address, which is content", () => {
  const built = buildOne({ response_engine: { type: "custom-llm", llm_websocket_url: "wss://llm.example/socket" } });
  expect(built).toMatchObject({ engine: "custom-llm", problems: [], content: { agent: { response_engine: { type: "custom-llm", llm_websocket_url: "wss://llm.example/socket" } } } });
});

test("a chat agent says so in its content, so that its hash is not that of a voice agent", () => {
  const chat = buildOne({ channel: "chat", llm_config: { start_speaker: "agent" } });
  expect(chat).toMatchObject({ channel: "chat", content: { agent: { channel: "chat", response_engine: { type: "retell-llm" } } } });
  expect(buildOne({ channel: "voice", llm_config: { start_speaker: "agent" } }).content.agent).not.toHaveProperty("channel");
});

test("an overlay that repeats the base is a warning at its key", () => {
  const { problems } = buildOne(
    { voice_speed: 1, llm_config: { start_speaker: "agent", general_tools: [{ name: "t", type: "end_call", description: "d" }] } },
    { "agents/a/agent.staging.json": '{\n  "voice_speed": 1,\n  "llm_config": {"general_tools": [{"name": "t", "description": "e"}]}\n}' },
  );
  expect(places(problems)).toEqual(["agents/a/agent.staging.json:2:3 overlay-repeats-base"]);
});
