import { describe, expect, test } from "@jest/globals";
import type { Json } from "@retell-actions/core/canonical/json";
import { build, buildOne, codes } from "./project-fixture.ts";

const LLM = { start_speaker: "agent", general_prompt: "Hi" };
const withTool = (tool: Json): Json => ({ llm_config: { ...LLM, general_tools: [tool] } });

describe("references", () => {
  test("are collected with pointer and place and stand unresolved in the content", () => {
    const { content, references, problems } = buildOne(
      { webhook_url: "secret://HOOK", ...(withTool({ name: "c", headers: { "x/y": "secret://TOKEN_2" } }) as object) },
    );
    expect(problems).toEqual([]);
    expect(references).toEqual([
      { kind: "secret", name: "HOOK", pointer: "/agent/webhook_url", file: "agents/a/agent.json", line: 2, column: 18 },
      { kind: "secret", name: "TOKEN_2", pointer: "/llm/general_tools/0/headers/x~1y", file: "agents/a/agent.json", line: 10, column: 18 },
    ]);
    expect(content.agent["webhook_url"]).toBe("secret://HOOK");
  });

  test.each<["staging" | "production", string]>([
    ["staging", "latest"],
    ["production", "latest_published"],
  ])("in %s an agent without a stated version follows %s", (workspace, version) => {
    const tools = [
      { type: "agent_swap", name: "swap", agent_id: "agent://b" },
      { type: "transfer_call", name: "t", transfer_option: { agentic_transfer_config: { transfer_agent: { agent_id: "agent://b" } } } },
      { type: "agent_swap", name: "pinned", agent_id: "agent://b", agent_version: 3 },
      { type: "agent_swap", name: "by-id", agent_id: "agent_123" },
    ];
    const { agents, problems } = build({ "agents/a/agent.json": { llm_config: { ...LLM, general_tools: tools } }, "agents/b/agent.json": { llm_config: LLM } }, { workspace });
    expect(problems).toEqual([]);
    expect(agents.get("a")?.content.llm?.["general_tools"]).toEqual([
      { ...tools[0], agent_version: version },
      { ...tools[1], transfer_option: { agentic_transfer_config: { transfer_agent: { agent_id: "agent://b", agent_version: version } } } },
      tools[2],
      tools[3],
    ]);
    expect(agents.get("a")?.references.map(({ name }) => name)).toEqual(["b", "b", "b"]);
  });

  test("an agent that is not there is an error with a suggestion", () => {
    const { problems } = build({ "agents/sales/agent.json": withTool({ name: "s", agent_id: "agent://suport" }), "agents/support/agent.json": { llm_config: LLM } });
    expect(problems).toMatchObject([{ code: "unknown-agent", severity: "error", line: 8, hint: 'Did you mean "support"?' }]);
  });

  test.each<[name: string, header: string, code: string | undefined]>([
    ["a reference", "secret://TOKEN", undefined],
    ["a run-time tag", "{{token}}", undefined],
    ["a run-time tag behind a scheme", "Bearer {{token}}", undefined],
    ["known mistake 37: a literal bearer token", "Bearer abc", "literal-credential"],
    ["a literal", "abc", "literal-credential"],
    ["a reference that is not the whole value", "Bearer secret://TOKEN", "partial-secret"],
    ["a name in small letters", "secret://token", "invalid-secret-name"],
    ["a name with more behind it", "secret://TOKEN ", "invalid-secret-name"],
    ["no name", "secret://", "invalid-secret-name"],
  ])("an authorization header may be checked: %s", (_name, header, code) => {
    const { problems } = buildOne(withTool({ name: "c", headers: { Authorization: header } }));
    expect(codes(problems)).toEqual(code === undefined ? [] : [code]);
  });

  test.each(["https://user:pass@x.example", "https://x.example/?token=abcd1234", "wss://x.example/key_0123456789abcdef"])("a URL that carries a credential is an error: %s", (url) => {
    expect(codes(buildOne(withTool({ name: "c", url })).problems)).toEqual(["literal-credential"]);
  });

  test("a literal credential is never repeated in its message", () => {
    const { problems } = buildOne({ webhook_url: "https://x.example/?token=abcd1234", ...(withTool({ name: "c", headers: { authorization: "Bearer abc987" } }) as object) });
    expect(codes(problems)).toEqual(["literal-credential", "literal-credential"]);
    expect(JSON.stringify(problems)).not.toMatch(/abcd1234|abc987/);
    expect(JSON.stringify(buildOne({ webhook_url: "secret://hunter2-my-key", llm_config: LLM }).problems)).not.toContain("hunter2");
  });

  test("credentials in an overlay are found in the overlay", () => {
    const { problems } = buildOne(withTool({ name: "c", headers: { authorization: "secret://T" } }), {
      "agents/a/agent.staging.json": { llm_config: { general_tools: [{ name: "c", headers: { authorization: "abc" } }] } },
    });
    expect(problems).toMatchObject([{ code: "literal-credential", file: "agents/a/agent.staging.json", line: 7 }]);
  });
});
