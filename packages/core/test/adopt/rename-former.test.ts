import { describe, expect, test } from "@jest/globals";
import { renameFormerFields } from "@retell-actions/core/adopt/rename-former";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import { contentOf, filesOf, type Texts } from "./adopt-fixture.ts";

const A = "agents/sales/agent.json";
const F = "agents/sales/flow.json";
const llm = (more: JsonObject, agent: JsonObject = {}): JsonObject => ({ voice_id: "v", ...agent, llm_config: { start_speaker: "agent", general_prompt: "Hi", ...more } });
const rename = (texts: Texts) => {
  return renameFormerFields({ files: filesOf(texts), workingDirectory: "", agents: ["sales"], workspace: "staging" });
};

describe("a former name of a field", () => {
  test.each<[string, Texts, string, readonly string[]]>([
    ["of an LLM", { [A]: llm({ temperature: 0.2 }) }, A, ["llm_config.temperature -> llm_config.model_temperature"]],
    ["of an LLM's tools", { [A]: llm({ tools: [{ type: "end_call", name: "end" }] }) }, A, ["llm_config.tools -> llm_config.general_tools"]],
    ["of a flow in its own file", { [A]: { voice_id: "v", conversation_flow: "./flow.json" }, [F]: { start_speaker: "agent", model_choice: { type: "cascading", model: "gpt-4.1" }, temperature: 0.5 } }, F, ["temperature -> model_temperature"]],
    ["that goes into an object", { [A]: llm({}, { normalize_for_speech: true }) }, A, ["normalize_for_speech -> handbook_config.speech_normalization"]],
    ["that goes into an object that is there", { [A]: llm({}, { normalize_for_speech: true, handbook_config: { echo_verification: true } }) }, A, ["normalize_for_speech -> handbook_config.speech_normalization"]],
    ["in the workspace's overlay", { [A]: llm({}), "agents/sales/agent.staging.json": { llm_config: { temperature: 0.7 } } }, "agents/sales/agent.staging.json", ["llm_config.temperature -> llm_config.model_temperature"]],
  ])("%s gets today's, and the same is built", (_, texts, file, names) => {
    const renamed = rename(texts);
    expect([...renamed.files.keys()]).toEqual([file]);
    expect(renamed.names.map(({ before, after }) => `${before} -> ${after}`)).toEqual(names);
    const after = new Map([...filesOf(texts), ...[...renamed.files].map(([path, text]) => [path, { kind: "file", text }] as const)]);
    for (const workspace of ["staging", "production"]) expect(contentOf(after, workspace, "sales")).toEqual(contentOf(filesOf(texts), workspace, "sales"));
    expect(renameFormerFields({ files: after, workingDirectory: "", agents: ["sales"], workspace: "staging" })).toEqual({ files: new Map(), names: [] });
  });

  test("keeps its line and its bytes", () => {
    const { files, names } = rename({ [A]: llm({ temperature: 0.2 }) });
    expect(files.get(A)).toBe(`${JSON.stringify(llm({ model_temperature: 0.2 }), null, 2)}\n`);
    expect(names).toMatchObject([{ agent: "sales", file: A, line: 6 }]);
  });

  test.each<[string, Texts]>([
    ["today's name is there too", { [A]: llm({ temperature: 0.2, model_temperature: 0.3 }) }],
    ["the file cannot be read", { [A]: '{"llm_config": {"temperature": 1' }],
    ["it has another meaning today", { [A]: llm({ prompt: "x" }) }],
  ])("stays where %s", (_, texts) => {
    const { files, names } = rename(texts);
    expect([files, names]).toEqual([new Map(), []]);
  });
});
