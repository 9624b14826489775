import { describe, expect, test } from "@jest/globals";
import { openEditor } from "./editor.ts";

const editor = openEditor();
const AGENT = "agents/support/agent.json";
const OVERLAY = "agents/support/agent.staging.json";
const FLOW = "agents/support/flow.json";
const WORKSPACES = "workspaces.json";

describe("completion", () => {
  const labels = async (file: string, text: string): Promise<string[]> => (await editor.offers(file, text)).map(({ label }) => label);
  const tool = (inside: string): string => `{"voice_id": "v", "llm_config": {"general_tools": [{${inside}}]}}`;
  const node = (inside: string): string => `{"nodes": [{${inside}}]}`;

  test.each<[string, string, string, readonly string[], readonly string[]]>([
    ["the top of a voice agent", AGENT, "{|}", ["$schema", "channel", "voice_id", "llm_config", "conversation_flow", "response_engine"], ["auto_close_message", "agent_id", "version_title", "voice_emotion"]],
    ["the top of a chat agent", AGENT, '{"channel": "chat", |}', ["auto_close_message", "llm_config"], ["voice_id", "channel"]],
    ["an agent with an engine", AGENT, '{"llm_config": {}, |}', ["voice_id"], ["conversation_flow", "response_engine"]],
    ["the channel", AGENT, '{"channel": |}', ['"voice"', '"chat"'], []],
    ["a language", AGENT, '{"language": |}', ['"en-US"', '"de-DE"'], ['"multi"']],
    ["a language of a list", AGENT, '{"language": ["en-US", |]}', ['"es-ES"'], ['"multi"']],
    ["a voice model", AGENT, '{"voice_model": |}', ['"eleven_v3_conversational"', "null"], ['"sonic-2"']],
    ["a flag", AGENT, '{"opt_in_signed_url": |}', ["true", "false"], []],
    ["a custom LLM", AGENT, '{"response_engine": {"type": |}}', ['"custom-llm"'], ['"retell-llm"']],
    ["a flow", AGENT, '{"conversation_flow": |}', ['"./flow.json"'], []],
    ["an LLM", AGENT, '{"llm_config": {|}}', ["model", "general_prompt", "prompt_config", "general_tools", "states"], ["voice_id", "llm_id", "temperature"]],
    ["an LLM whose agent is not finished", AGENT, '{"agent_name": "a", "llm_config": {"model": "gpt-5.5", "|"}}', ["s2s_model", "general_prompt"], ["model", "voice_id"]],
    ["a model", AGENT, '{"llm_config": {"model": "|"}}', ['"gpt-5.6-terra"', '"gpt-6.1-sol"'], ['"gemini-2.5-flash"']],
    ["prompt_config", AGENT, '{"llm_config": {"prompt_config": {|}}}', ["sections", "overrides", "variables", "dynamic_variables"], []],
    ["a prompt", AGENT, '{"llm_config": {"general_prompt": |}}', ['{"$prompt": …}'], []],
    ["sections in the place of a prompt", AGENT, '{"llm_config": {"states": [{"name": "a", "state_prompt": {|}}]}}', ["$prompt"], []],
    ["a list of tools", AGENT, '{"llm_config": {"general_tools": [|]}}', ["end_call", "transfer_call", "custom", "mcp"], ["book_appointment_cal"]],
    ["a tool without a type", AGENT, tool("|"), ["type"], ["transfer_destination", "url"]],
    ["the type of a tool", AGENT, tool('"type": |'), ['"end_call"', '"transfer_call"'], ['"book_appointment_cal"']],
    ["a tool of the type transfer_call", AGENT, tool('"type": "transfer_call", |'), ["name", "transfer_destination", "transfer_option", "ignore_e164_validation"], ["url", "delay_ms", "tool_id"]],
    ["a tool of the type custom", AGENT, tool('"type": "custom", |'), ["url", "headers", "timeout_ms"], ["transfer_destination"]],
    ["a variant inside of a variant", AGENT, tool('"type": "transfer_call", "transfer_option": {"type": "warm_transfer", |}'), ["private_handoff_option", "on_hold_music"], ["cold_transfer_mode"]],
    ["another agent", AGENT, tool('"type": "agent_swap", "agent_id": |'), ['"agent://…"'], []],
    ["a header", AGENT, tool('"type": "custom", "headers": {"Authorization": |}'), ['"secret://…"'], []],
    ["knowledge", AGENT, '{"llm_config": {"knowledge_base_ids": [|]}}', ['"knowledge://…"'], []],
    ["a node of a flow in its agent", AGENT, '{"conversation_flow": {"nodes": [{"type": "branch", |}]}}', ["else_edge", "edges"], ["instruction"]],
    ["the top of a flow", FLOW, "{|}", ["nodes", "start_node_id", "model_choice", "prompt_config", "global_prompt"], ["voice_id", "version"]],
    ["a list of nodes", FLOW, '{"nodes": [|]}', ["conversation", "subagent", "end", "branch"], []],
    ["a node of the type conversation", FLOW, node('"type": "conversation", |'), ["instruction", "edges", "interruption_sensitivity"], ["tools", "transfer_destination"]],
    ["a node of the type subagent", FLOW, node('"type": "subagent", |'), ["tools", "tool_ids"], []],
    ["the fixed text of an edge", FLOW, node('"type": "branch", "else_edge": {"transition_condition": {"type": "prompt", "prompt": |}}'), ['"Else"'], []],
    ["a shared component", FLOW, node('"type": "component", "component_id": |'), ['"component://…"'], []],
    ["an overlay", OVERLAY, "{|}", ["voice_id", "auto_close_message", "llm_config", "conversation_flow"], ["agent_id"]],
    ["an overlay's list of tools", OVERLAY, '{"llm_config": {"general_tools": [|]}}', ["change", "remove"], []],
    ["an overlay's tool", OVERLAY, '{"llm_config": {"general_tools": [{|}]}}', ["name", "$remove", "url", "transfer_destination"], []],
    ["an overlay's node", OVERLAY, '{"conversation_flow": {"nodes": [{"id": "a", |}]}}', ["$remove", "instruction"], ["id"]],
    ["an overlay's value", OVERLAY, '{"llm_config": |}', ["null"], []],
    ["the top of workspaces.json", WORKSPACES, "{|}", ["mode", "branches", "staging", "production", "moved"], []],
    ["the mode", WORKSPACES, '{"mode": |}', ['"single-production"', '"multi-production"'], []],
    ["one production", WORKSPACES, '{"production": {|}}', ["api_key_env", "read_key_env", "base_url"], ["api_key"]],
    ["several productions", WORKSPACES, '{"mode": "multi-production", "production": {"prod-eu": {|}}}', ["api_key_env"], ["api_key"]],
    ["a move", WORKSPACES, '{"moved": [|]}', ["an agent was renamed"], []],
    ["knowledge.json", "knowledge/a/knowledge.json", '{"texts": [{|}]}', ["title", "text", "file"], []],
    ["a component", "components/a.json", "{|}", ["nodes", "tools", "prompt_config"], ["conversation_flow_component_id"]],
    ["an empty agent", AGENT, "|", ["Voice agent on a Retell LLM", "Chat agent on a Retell LLM"], []],
  ])("%s", async (_, file, text, expected, absent) => {
    const found = await labels(file, text);
    expect(found).toEqual(expect.arrayContaining([...expected]));
    expect(found.filter((label) => absent.includes(label))).toEqual([]);
  });

  test.each<[string, string, string, string, string]>([
    ["a field with its default", AGENT, "{|}", "voice_speed", '"voice_speed": ${1:1}'],
    ["a text", AGENT, "{|}", "agent_name", '"agent_name": "$1"'],
    ["an engine", AGENT, "{|}", "llm_config", '"llm_config": {$1}'],
    ["a field with known values", AGENT, '{"llm_config": {|}}', "model", '"model": $1'],
    ["the type of a tool", AGENT, '{"llm_config": {"general_tools": [{|}]}}', "type", '"type": $1'],
    ["a reference", AGENT, '{"llm_config": {"general_tools": [{"type": "agent_swap", |}]}}', "agent_id", '"agent_id": "agent://$1"'],
    ["a field with one known value", FLOW, '{"model_choice": {|}}', "type", '"type": "${1:cascading}"'],
  ])("writes %s", async (_, file, text, label, written) => {
    expect((await editor.offers(file, text)).find((offer) => offer.label === label)?.text).toBe(written);
  });

  test("what a snippet writes is complete", async () => {
    const start = '{"voice_id": "v", "llm_config": {"general_tools": [|]}}';
    const offered = await editor.offers(AGENT, start);
    expect(offered.length).toBeGreaterThan(10);
    for (const { label, text } of offered) {
      const written = text.replace(/\$\{\d+:([^}]*)\}|\$\d+/g, (_, fallback: string | undefined) => fallback ?? "x");
      expect([label, await editor.marks(AGENT, start.replace("|", () => written))]).toEqual([label, []]);
    }
  });
});

describe("hover", () => {
  test.each<[string, string, string, string, readonly string[]]>([
    ["a field with range and default", AGENT, '{"voice_speed": 1}', "voice_speed", ["Controls speed of voice.", "From 0.5 to 2.", "Default: 1."]],
    ["a whole number", AGENT, '{"reminder_max_count": 1}', "reminder_max_count", ["A whole number at least 0.", "Default: 1."]],
    ["a field of a tool", AGENT, '{"llm_config": {"general_tools": [{"type": "custom", "timeout_ms": 5000}]}}', "timeout_ms", ["From 1000 to 600000.", "Default: 120000."]],
    ["a field of the same name in another tool", AGENT, '{"llm_config": {"general_tools": [{"type": "code", "timeout_ms": 5000}]}}', "timeout_ms", ["From 5000 to 60000.", "Default: 30000."]],
    ["a field of a node", FLOW, '{"nodes": [{"type": "conversation", "reminder_max_count": 2}]}', "reminder_max_count", ["overrides the agent-level"]],
    ["a retired value", AGENT, '{"llm_config": {"model": "gemini-2.5-flash"}}', "gemini-2.5-flash", ['Retell retires "gemini-2.5-flash" on 2026-05-25.', 'Write "gemini-3.0-flash" instead.']],
    ["a field of our own", AGENT, '{"llm_config": {"prompt_config": {"sections": ["a"]}}}', "sections", ["Sections of the main prompt"]],
    ["the channel", AGENT, '{"channel": "chat"}', "channel", ["Whether the agent talks or writes.", 'Default: "voice".']],
    ["a field of an overlay", OVERLAY, '{"voice_speed": null}', "voice_speed", ["From 0.5 to 2."]],
    ["a workspace's key", WORKSPACES, '{"staging": {"api_key_env": "A"}}', "api_key_env", ["environment variable"]],
  ])("%s", async (_, file, text, over, expected) => {
    const shown = await editor.hover(file, text, `"${over}"`);
    for (const part of expected) expect(shown).toContain(part);
  });
});

describe("marks", () => {
  const lines = (...text: string[]): string => text.join("\n");
  const agent = (...inside: string[]): string => lines("{", '"voice_id": "v",', '"llm_config": {', ...inside, "}}");
  const show = async (file: string, text: string): Promise<string[]> => (await editor.marks(file, text)).map(({ line, isError, message }) => `${String(line)} ${isError ? "error" : "warning"} ${message}`);

  test.each<[string, string, string]>([
    ["an unknown field", AGENT, agent('"telepathy": true')],
    ["an unknown value", AGENT, agent('"model": "gpt-99"')],
    ["an unknown tool", AGENT, agent('"general_tools": [{"type": "teleport", "name": 5}]')],
    ["an unknown node", FLOW, '{"start_speaker": "agent", "model_choice": {"type": "quantum", "model": "x"}, "nodes": [{"type": "dream", "depth": {}}]}'],
    ["references", AGENT, agent('"general_tools": [{"type": "agent_swap", "name": "secret://NAME", "agent_id": "agent://other", "post_call_analysis_setting": "only_destination_agent"}]')],
    ["a tag of the call in the place of a name", AGENT, agent('"general_tools": [{"type": "end_call", "name": "end {{what}}"}]')],
    ["sections in the place of texts", AGENT, agent('"begin_message": {"$prompt": "a"}, "starting_state": "a", "states": [{"name": "a", "state_prompt": {"$prompt": ["a", "b"]}}]')],
    ["an address of any form for the schema", AGENT, '{"voice_id": "v", "conversation_flow": "./flow.json"}'],
    ["a custom LLM", AGENT, '{"voice_id": "v", "response_engine": {"type": "custom-llm", "llm_websocket_url": "wss://x.test"}}'],
    ["a chat", AGENT, '{"channel": "chat", "end_chat_after_silence_ms": 120000, "llm_config": {}}'],
    ["an overlay of nulls", OVERLAY, '{"voice_id": null, "llm_config": {"model": null, "general_tools": [{"name": "a", "$remove": true}, {"name": "b", "timeout_ms": 5000, "headers": {"X": null}}]}, "conversation_flow": null}'],
    ["an overlay of a flow", OVERLAY, '{"conversation_flow": {"nodes": [{"id": "a", "instruction": {"text": {"$prompt": "b"}}}], "model_choice": {"model": "gpt-5.5"}}}'],
    ["several productions", WORKSPACES, '{"mode": "multi-production", "staging": {"api_key_env": "A"}, "production": {"prod-eu": {"api_key_env": "B", "future": 1}}, "moved": [{"agent": "a", "to": null}]}'],
    ["entries to overwrite", "agents/a/overwrite.staging.json", '{"deployed_at": null, "fields": {"voice_id": "x"}}'],
  ])("nothing for %s", async (_, file, text) => {
    expect(await show(file, text)).toEqual([]);
  });

  test.each<[string, string, string, readonly string[]]>([
    ["a wrong type", AGENT, agent('"model": "gpt-5.5",', '"model_temperature": "0.2"'), ['5 error Incorrect type. Expected "number".']],
    ["a number out of range", AGENT, agent('"model_temperature": 2'), ["4 error Value is above the maximum of 1."]],
    ["a number out of a tool's range", AGENT, agent('"general_tools": [', '{"type": "press_digit", "name": "d",', '"delay_ms": 9000}', "]"), ["6 error Value is above the maximum of 5000."]],
    ["null where it cannot be", AGENT, '{"voice_id": "v",\n"volume": null,\n"llm_config": {}}', ['2 error Incorrect type. Expected "number".']],
    ["a wrong name of a tool", AGENT, agent('"general_tools": [{"type": "end_call",', '"name": "hang up"}]'), ['5 error Made of a-z, A-Z, 0-9, "_" and "-", at most 64 of them.']],
    ["a missing field", AGENT, agent('"general_tools": [', '{"type": "press_digit"}', "]"), ['5 error Missing property "name".']],
    ["a missing type", AGENT, agent('"general_tools": [', '{"name": "a"}', "]"), ['5 error Missing property "type".']],
    ["no voice", AGENT, '{"llm_config": {}}', ['1 error Missing property "voice_id".']],
    ["no engine", AGENT, '{"voice_id": "v"}', ['1 error Missing property "llm_config, conversation_flow or response_engine".']],
    ["two engines", AGENT, '{"voice_id": "v",\n"conversation_flow": "./flow.json",\n"llm_config": {}}', ["2 error An agent has exactly one engine, and llm_config is set."]],
    ["an engine by its id", AGENT, '{"voice_id": "v",\n"response_engine": {"type": "retell-llm", "llm_websocket_url": ""}}', ['2 error Only "custom-llm" is stated here. A Retell LLM is written in llm_config, a flow in conversation_flow.']],
    ["another file for the flow", AGENT, '{"voice_id": "v",\n"conversation_flow": "flow.json"}', ['2 error Write the flow itself, or "./flow.json" for a file of that name beside agent.json.']],
    ["another channel", AGENT, '{"voice_id": "v",\n"channel": "mail",\n"llm_config": {}}', ['2 error Value is not accepted. Valid values: "voice", "chat".']],
    ["more beside $prompt", AGENT, agent('"general_prompt": {"$prompt": "a",', '"variables": {}}'), ["5 error Property variables is not allowed."]],
    ["a chat's range", AGENT, '{"channel": "chat", "llm_config": {},\n"end_chat_after_silence_ms": 1000}', ["2 error Value is below the minimum of 120000."]],
    ["the mark of ownership", AGENT, '{"voice_id": "v", "llm_config": {},\n"version_title": "v1"}', ["2 error The actions mark with this what they own. Remove it."]],
    ["a retired model", AGENT, agent('"model": "gpt-4.1-nano"'), ['4 warning Retell retires "gpt-4.1-nano" on 2026-10-20. Write "gpt-5.6-luna" instead.']],
    ["a former field", AGENT, agent('"temperature": "any"'), ["4 warning No field of today's API; use model_temperature."]],
    ["a field of Retell's own", AGENT, '{"voice_id": "v", "llm_config": {},\n"agent_id": "agent_1"}', ["2 warning Retell fills this in; the value in the file is ignored. Remove it."]],
    ["a wrong type in an overlay", OVERLAY, '{"llm_config": {\n"model_temperature": "0"}}', ["2 error Incorrect type. Expected one of number, null."]],
    ["an overlay's tool without a name", OVERLAY, '{"llm_config": {"general_tools": [\n{"timeout_ms": 5000}]}}', ['2 error Missing property "name".']],
    ["a wrong $remove", OVERLAY, '{"llm_config": {"general_tools": [{"name": "a",\n"$remove": "yes"}]}}', ["2 error Value is not accepted. Valid values: true."]],
    ["an item of a list that is replaced whole", OVERLAY, '{"llm_config": {"states": [{"name": "a", "edges": [\n{"description": "x"}]}]}}', ['2 error Missing property "destination_state_name".']],
    ["a key in workspaces.json", WORKSPACES, '{"staging": {"api_key_env": "A",\n"api_key": "x"}, "production": {"api_key_env": "B"}}', ['2 error A key must not stand in this file. Write "api_key_env" with the name of the variable that holds it.']],
    ["a production of another mode", WORKSPACES, '{"staging": {"api_key_env": "A"},\n"production": {"prod-eu": {"api_key_env": "B"}}}', ['2 error Missing property "api_key_env".']],
    ["a source without content", "knowledge/a/knowledge.json", '{"texts": [\n{"title": "a"}]}', ['2 error Missing property "file".']],
  ])("%s", async (_, file, text, expected) => {
    expect(await show(file, text)).toEqual(expected);
  });
});
