import { describe, expect, test } from "@jest/globals";
import { validateProject } from "@retell-actions/core/project/validate-project";
import { places, projectFiles } from "./project-fixture.ts";

const AGENT = { voice_id: "v", llm_config: { start_speaker: "agent", general_prompt: "Hi" } };
const WORKSPACES = { staging: { api_key_env: "S_KEY" }, production: { api_key_env: "P_KEY" } };

describe("validateProject", () => {
  test("builds every agent for every workspace", () => {
    const { desired, problems, workspaces } = validateProject({
      files: projectFiles({ "workspaces.json": WORKSPACES, "agents/a/agent.json": AGENT, "agents/a/agent.production.json": { voice_id: "p" } }),
      workingDirectory: "",
    });
    expect(problems).toEqual([]);
    expect(workspaces?.workspaces.map(({ name }) => name)).toEqual(["staging", "production"]);
    expect(["staging", "production"].map((name) => desired.get(name)?.get("a")?.content.agent["voice_id"])).toEqual(["v", "p"]);
  });

  test("finds the problems of all workspaces, each once", () => {
    const { problems } = validateProject({
      files: projectFiles({ "workspaces.json": WORKSPACES, "agents/a/agent.json": { ...AGENT, voice_speed: "x" }, "agents/a/agent.production.json": { volume: 9 } }),
      workingDirectory: ".",
    });
    expect(places(problems)).toEqual(["agents/a/agent.json:7:3 wrong-type", "agents/a/agent.production.json:2:3 out-of-range"]);
  });

  test.each([
    ["missing", {}, "workspaces.json missing-workspaces-file"],
    ["broken", { "workspaces.json": "{" }, "workspaces.json:1:2 invalid-json"],
    ["linked", { "workspaces.json": { kind: "symlink" as const } }, "workspaces.json symlink"],
  ])("agents are checked also where workspaces.json is %s", (_name, files, place) => {
    const { desired, problems, workspaces } = validateProject({
      files: projectFiles({ ...files, "agents/a/agent.json": AGENT, "agents/a/agent.prod-eu.json": { volume: 9 } }),
      workingDirectory: "",
    });
    expect([workspaces, desired.size]).toEqual([undefined, 0]);
    expect(places(problems)).toEqual(["agents/a/agent.prod-eu.json:2:3 out-of-range", place]);
  });
});
