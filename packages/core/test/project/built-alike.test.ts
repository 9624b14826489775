import { describe, expect, test } from "@jest/globals";
import { buildDesired } from "../../src/project/build-desired.ts";
import type { ProjectFiles } from "../../src/project/files.ts";
import { validateProject } from "../../src/project/validate-project.ts";

const llm = (fields: object): object => ({ voice_id: "retell-Cimo", llm_config: { model: "gpt-4.1", general_prompt: "Hello.", ...fields } });
const swap = { general_tools: [{ type: "agent_swap", name: "to_plain", agent_id: "agent://plain", post_call_analysis_setting: "both_agents" }] };
const secret = { general_tools: [{ type: "custom", name: "crm", description: "CRM", url: "https://example.com", headers: { authorization: "secret://CRM" } }] };
const text = (value: object): { kind: "file"; text: string } => ({ kind: "file", text: JSON.stringify(value) });

/** Agents for which workspaces differ, and some for which they do not. */
const files: ProjectFiles = new Map([
  ["workspaces.json", text({ mode: "multi-production", staging: { api_key_env: "A" }, production: { "prod-eu": { api_key_env: "B" }, "prod-us": { api_key_env: "C" } } })],
  ["agents/plain/agent.json", text(llm({}))],
  ["agents/secret/agent.json", text(llm(secret))],
  ["agents/swap/agent.json", text(llm(swap))],
  ["agents/warned/agent.json", text({ ...llm({}), no_such_field: 1 })],
  ["agents/broken/agent.json", text({ ...llm({}), voice_speed: "fast" })],
  ["agents/overlaid/agent.json", text(llm({}))],
  ["agents/overlaid/agent.prod-eu.json", text({ voice_speed: 1.2 })],
  ["agents/decided/agent.json", text(llm({}))],
  ["agents/decided/overwrite.prod-us.json", text({ deployed_at: null, fields: { "agent.voice_speed": 1 } })],
  ["agents/older/agent.json", text(llm({}))],
  ["agents/older/prod-eu.json", text({ agent_id: "agent_1" })],
]);

describe("a project built for several workspaces", () => {
  const { desired, workspaces } = validateProject({ files, workingDirectory: "" });

  test.each(["staging", "prod-eu", "prod-us"])("says of %s what a build for it alone says", (name) => {
    const workspace = workspaces?.workspaces.find((one) => one.name === name);
    if (workspaces === undefined || workspace === undefined) throw new Error(`no ${name}`);
    const alone = buildDesired({ files, workingDirectory: "", workspaces, workspace });
    expect(desired.get(name)).toEqual(alone.agents);
  });

  test("holds an agent once that is the same everywhere, and builds one anew that is not", () => {
    const isShared = (agent: string): boolean => desired.get("staging")?.get(agent)?.content === desired.get("prod-eu")?.get(agent)?.content;
    expect(["plain", "secret", "decided", "older"].filter(isShared)).toEqual(["plain", "secret", "decided", "older"]);
    expect(["swap", "warned", "broken", "overlaid"].filter(isShared)).toEqual([]);
  });
});
