import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import { FIELD_KINDS } from "../../src/schema/field-schema.ts";
import agentJson from "../../src/schema/generated/agent.json" with { type: "json" };
import chatJson from "../../src/schema/generated/chat.json" with { type: "json" };
import componentJson from "../../src/schema/generated/component.json" with { type: "json" };
import flowJson from "../../src/schema/generated/flow.json" with { type: "json" };
import llmJson from "../../src/schema/generated/llm.json" with { type: "json" };
import sharedJson from "../../src/schema/generated/shared.json" with { type: "json" };

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

test("the generated files are what the installed SDK gives", () => {
  const run = spawnSync(process.execPath, [at("../../../../scripts/schema.ts"), "--check"], { encoding: "utf8" });
  expect([run.status, run.stderr]).toEqual([0, ""]);
});

test("the generated files of all kinds are small together", () => {
  const folder = at("../../src/schema/generated/");
  const files = readdirSync(folder);
  expect(files.sort()).toEqual([...FIELD_KINDS.map((kind) => `${kind}.json`), "shared.json"].sort());
  expect(files.reduce((sum, file) => sum + statSync(folder + file).size, 0)).toBeLessThan(250_000);
});

describe("the generated files are valid JSON Schema", () => {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, allowUnionTypes: true });
  ajv.addSchema(sharedJson, "shared.json");
  const engine = { type: "custom-llm", llm_websocket_url: "wss://x.test" };
  const model_choice = { type: "cascading", model: "gpt-5.5" };

  test.each<[string, object, object, object]>([
    ["agent", agentJson, { voice_id: "v", response_engine: engine }, { voice_id: 1, response_engine: engine }],
    ["chat", chatJson, { response_engine: engine, webhook_events: ["chat_ended"] }, { response_engine: engine, webhook_events: ["call_ended"] }],
    ["llm", llmJson, { model: null, general_tools: [{ type: "end_call", name: "bye" }] }, { general_tools: [{ type: "end_call" }] }],
    ["flow", flowJson, { start_speaker: "user", model_choice, nodes: [{ id: "n", type: "end" }] }, { start_speaker: "user", model_choice, nodes: [{ type: "end" }] }],
    ["component", componentJson, { name: "c", nodes: [{ id: "n", type: "end" }] }, { nodes: [] }],
  ])("%s", (_kind, schema, good, bad) => {
    const valid = ajv.compile(schema);
    expect([valid(good), valid(bad)]).toEqual([true, false]);
  });
});

test("a parameter of the URL is no field, and a field of answers only is read-only", () => {
  expect(agentJson.properties.version.readOnly).toBe(true);
  expect(agentJson.properties.version.type).toBe("number");
  expect(chatJson.properties.agent_id.readOnly).toBe(true);
  expect(llmJson.properties.llm_id.readOnly).toBe(true);
  expect(flowJson.properties.conversation_flow_id.readOnly).toBe(true);
  expect(componentJson.properties.linked_conversation_flow_ids.readOnly).toBe(true);
});

test("required is what creating one requires", () => {
  expect([agentJson, chatJson, llmJson, flowJson, componentJson].map((json) => json.required)).toEqual([
    ["response_engine", "voice_id"],
    ["response_engine"],
    [],
    ["model_choice", "nodes", "start_speaker"],
    ["name", "nodes"],
  ]);
});
