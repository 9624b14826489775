import { describe, expect, test } from "@jest/globals";
import type { Problem } from "@retell-actions/core/project/problem";
import { annotationsFor } from "@retell-actions/core/report/annotations";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import { resultOutput } from "@retell-actions/core/adapters/runner/result-output";
import { byteLength } from "@retell-actions/core/report/escape";
import { planLine } from "@retell-actions/core/report/log-lines";
import { deployResult, validationResult } from "@retell-actions/core/report/result-json";
import { agent, conflictedAgent, consoleEdit, deployReport, gitChange, plan, result, validation, workspaceReport } from "./fixtures.ts";

const sales = agent("sales", { class: "local-change", operation: "update", wanted: true, changes: [gitChange(["llm", "general_prompt"], "old prompt", "new prompt"), gitChange(["agent", "voice_speed"], 1, 2)] });

test("annotations: the worst ten, errors first, by place, without credentials", () => {
  const problem = (severity: Problem["severity"], line: number): Problem => ({ code: "c", severity, file: "agents/a/agent.json", line, column: 2, message: `Key sk-live-0123456789abcdef on ${line}.`, hint: "Remove it." });
  const annotations = annotationsFor([...Array.from({ length: 9 }, (_, index) => problem("warning", index + 1)), problem("error", 50), problem("error", 40)]);
  expect(annotations).toHaveLength(10);
  expect(annotations.map(({ severity, line }) => `${severity} ${line}`).slice(0, 3)).toEqual(["error 40", "error 50", "warning 1"]);
  expect(annotations[0]).toEqual({ severity: "error", file: "agents/a/agent.json", line: 40, column: 2, message: "Key ‹hidden› on 40. Remove it. (c)" });
  expect(annotationsFor([{ code: "c", severity: "error", file: "agents/a", message: "x".repeat(9_000) }])[0]?.message).toHaveLength(4_096);
});

describe("log lines", () => {
  test.each([
    [sales, "~ sales  update  llm.general_prompt, agent.voice_speed"],
    [agent("billing"), "= billing  in sync"],
    [agent("welcome", { class: "not-deployed", operation: "create", wanted: true }), "+ welcome  create"],
    [agent("returns", { class: "console-edit", changes: [consoleEdit(["agent", "voice_speed"], 1, 2)] }), "? returns  changed in the Retell console  agent.voice_speed"],
    [conflictedAgent(), "! support  left alone (conflict)  Git and the Retell console changed agent.voice_speed, llm.general_prompt differently."],
  ])("of a plan: %#", (plan, line) => expect(planLine(plan)).toBe(line));

  test("one line each, which never begins with a command", () => {
    const odd = agent("a", { class: "local-change", operation: "update", changes: [gitChange(["llm", "general_tools", { item: "x\n::set-output::\r\u2028y" }, "url"], 1, 2)] });
    expect(planLine(odd)).not.toMatch(/[\n\r\u2028]|^\s*::/);
  });
});

describe("the result", () => {
  test("of a validation names fields, never values", () => {
    const value = validationResult(validation({ outcome: "conflicts", reason: "conflict", workspaces: [workspaceReport([agent("billing"), sales, conflictedAgent()])] }));
    expect(value).toMatchObject({ schema_version: 1, action: "validate-and-conflict-check", workspace: "staging", outcome: "conflicts", reason_code: "conflict", truncated: false, counts: { planned: 1, unchanged: 1, "left-alone": 1 } });
    expect(value.agents[1]).toEqual({
      agent: "sales",
      workspace: "staging",
      class: "local-change",
      operation: "update",
      status: "planned",
      reason_code: "ok",
      agent_id: "agent_sales",
      engine_id: "llm_sales",
      llm_id: "llm_sales",
      version: 3,
      changed_fields: ["llm.general_prompt", "agent.voice_speed"],
    });
    expect(JSON.stringify(value)).not.toMatch(/old prompt|new prompt|Acme/);
  });

  test("of a deploy says what became of each agent", () => {
    const value = deployResult(deployReport({ plan: plan([sales]), results: [result("sales", { status: "updated" })] }));
    expect(value).toMatchObject({ action: "deploy", workspace: "staging", counts: { updated: 1 } });
    expect(value.agents[0]).toMatchObject({ agent: "sales", status: "updated", class: "local-change", version: 4, changed_fields: ["llm.general_prompt", "agent.voice_speed"] });
  });

  test("falls back to counts", () => {
    const many = validationResult(validation({ workspaces: [workspaceReport(Array.from({ length: 3_000 }, (_, index) => agent(`agent-${index}`)))] }));
    const bounded = resultOutput(many as unknown as JsonObject);
    expect(byteLength(bounded)).toBeLessThanOrEqual(200 * 1024);
    expect(JSON.parse(bounded)).toMatchObject({ truncated: true, agents: [], counts: { unchanged: 3_000 } });
  });
});
