import { expect, test } from "@jest/globals";
import { statusPieces } from "@retell-actions/core/report/answer-status";
import { fieldTable, wholeValues } from "@retell-actions/core/report/field-changes";
import { whoAndWhen } from "@retell-actions/core/report/who-and-when";
import type { AgentPlan } from "@retell-actions/core/plan/plan";
import { emptyAgentState } from "@retell-actions/core/state/agent-state";
import { agent, conflict, consoleEdit, STAGING } from "./fixtures.ts";

/** An agent of which only an import made a record, or that has no record of a deploy at all. */
function recorded(plan: AgentPlan, fields: { readonly imported?: boolean; readonly baseline?: null }): AgentPlan {
  const state = { ...emptyAgentState("staging"), agent_id: plan.agentId, ...(fields.imported === true ? { imported: true } : {}) };
  return { ...plan, material: { ...plan.material, state, ...(fields.baseline === null ? { baseline: null } : {}) } };
}

const edited = agent("sales", { class: "console-edit", changes: [consoleEdit(["agent", "voice_speed"], 1, 1.3), conflict(["llm", "begin_message"], "a\nb", "a\nc", "a\nd")] });

test("an imported agent was not deployed, and the side that changed is known", () => {
  const imported = recorded(edited, { imported: true });
  expect(whoAndWhen(imported)).toContain("Imported from Retell, and not deployed from Git since.");
  expect(whoAndWhen(imported)).not.toMatch(/not known|Never deployed/);
  expect(fieldTable(imported)).toContain("| Field | Changed in | Imported | Git | Retell console |");
  expect(fieldTable(imported)).toContain("| `agent.voice_speed` | console | `1` | `1` | `1.3` |");
  expect(JSON.stringify(wholeValues(imported))).toContain("Imported: whole");
  expect(JSON.stringify([fieldTable(imported), wholeValues(imported)])).not.toContain("deployed");
});

test("without a record of deploy or import the side is not known; with a baseline it is", () => {
  expect(whoAndWhen(recorded(edited, { baseline: null }))).toContain("Never deployed by this repository, so it is not known which side changed.");
  expect(whoAndWhen(recorded(edited, {}))).toMatch(/No deploy by this repository is recorded\.$/);
  expect(whoAndWhen(edited)).toContain("Last deployed from Git: **2026-11-20 10:00 UTC**");
});

test("the status of imported agents", () => {
  const status = (plan: AgentPlan): string => statusPieces({ workspace: STAGING, agents: [plan], unmanaged: 0, problem: undefined, lastDriftCheck: undefined }).map(({ text }) => text).join("\n");
  const calm = agent("sales");
  expect(status(recorded(calm, { imported: true }))).toContain("Imported, not deployed yet.");
  expect(status(recorded(calm, { imported: true }))).toContain("| not since the import |");
  expect(status(recorded(calm, {}))).toContain("Never deployed.");
});
