import { FAILS_STEP, REASON_CODES } from "@retell-actions/core/outcome";
import type { ActionMetadata } from "./action-metadata.ts";
import { OUTCOMES_BY_ACTION } from "./outcome-meanings.ts";
import { codeSpan, markdownTable } from "./table.ts";

/** The generated parts of an action's README, by name: inputs, outputs, outcomes, reason codes. */
export function actionParts(action: ActionMetadata): ReadonlyMap<string, string> {
  return new Map([
    ["inputs", inputsTable(action)],
    ["outputs", outputsTable(action)],
    ["outcomes", outcomesTable(action.folder)],
    ["reason-codes", reasonCodesTable()],
  ]);
}

/** The generated parts of the root README. */
export function rootParts(actions: readonly ActionMetadata[]): ReadonlyMap<string, string> {
  const rows = actions.map((action) => [`[${action.folder}](actions/${action.folder}/README.md)`, action.description]);
  return new Map([["actions", markdownTable(["Action", "What it does"], rows)]]);
}

function inputsTable(action: ActionMetadata): string {
  const rows = [...action.inputs].map(([name, input]) => [
    codeSpan(name),
    input.description,
    input.default === undefined || input.default === "" ? "–" : codeSpan(input.default),
    input.required ? "yes" : "no",
  ]);
  return markdownTable(["Input", "Description", "Default", "Required"], rows);
}

function outputsTable(action: ActionMetadata): string {
  return markdownTable(["Output", "Description"], [...action.outputs].map(([name, description]) => [codeSpan(name), description]));
}

function outcomesTable(action: string): string {
  const outcomes = OUTCOMES_BY_ACTION.get(action);
  const rows = (outcomes?.names ?? []).map((name) => [codeSpan(name), outcomes?.meanings[name] ?? "", FAILS_STEP[name] ? "yes" : "no"]);
  return markdownTable(["Outcome", "Meaning", "Fails the step"], rows);
}

function reasonCodesTable(): string {
  return markdownTable(["Reason code", "Meaning"], Object.entries(REASON_CODES).map(([name, meaning]) => [codeSpan(name), meaning]));
}
