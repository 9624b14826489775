import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import agentJson from "../../src/schema/generated/agent.json" with { type: "json" };
import llmJson from "../../src/schema/generated/llm.json" with { type: "json" };

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

test("the generated files are what the installed SDK gives", () => {
  const run = spawnSync(process.execPath, [at("../../../../scripts/schema.ts"), "--check"], { encoding: "utf8" });
  expect([run.status, run.stderr]).toEqual([0, ""]);
});

test("the generated files are valid JSON Schema and small", () => {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, allowUnionTypes: true });
  const validAgent = ajv.compile(agentJson);
  const validLlm = ajv.compile(llmJson);
  expect(validAgent({ voice_id: "v", response_engine: { type: "custom-llm", llm_websocket_url: "wss://x.test" } })).toBe(true);
  expect(validAgent({ voice_id: 1, response_engine: { type: "custom-llm", llm_websocket_url: "wss://x.test" } })).toBe(false);
  expect(validLlm({ model: null, general_tools: [{ type: "end_call", name: "bye" }] })).toBe(true);
  expect(validLlm({ general_tools: [{ type: "end_call" }] })).toBe(false);
  const bytes = ["agent", "llm"].reduce((sum, kind) => sum + statSync(at(`../../src/schema/generated/${kind}.json`)).size, 0);
  expect(bytes).toBeLessThan(150_000);
});

test("a parameter of the URL is no field, and a field of answers only is read-only", () => {
  expect(agentJson.properties.version.readOnly).toBe(true);
  expect(agentJson.properties.version.type).toBe("number");
  expect(llmJson.properties.llm_id.readOnly).toBe(true);
  expect(agentJson.required).toEqual(["response_engine", "voice_id"]);
});
