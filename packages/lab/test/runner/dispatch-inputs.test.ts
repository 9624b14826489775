import { expect, test } from "@jest/globals";
import { dispatchInputs } from "@retell-actions/lab/runner/dispatch-inputs";
import { parseWorkflow } from "@retell-actions/lab/runner/parse-workflow";

const text = `
on:
  workflow_dispatch:
    inputs:
      workspace: { type: choice, options: [staging, production], default: staging }
      dry-run: { type: boolean }
      count: { type: number, default: 2 }
      confirm: { type: string, required: true }
jobs: { a: { runs-on: x, steps: [{ run: "true" }] } }
`;
const workflow = await parseWorkflow("w.yml", text);

test("defaults and types: `inputs` keeps types, the event has strings", () => {
  expect(dispatchInputs(workflow, { confirm: "yes", "dry-run": "true" })).toEqual({
    typed: { workspace: "staging", "dry-run": true, count: 2, confirm: "yes" },
    text: { workspace: "staging", "dry-run": "true", count: "2", confirm: "yes" },
  });
});

test.each([
  [{}, "Required input 'confirm' not provided"],
  [{ confirm: "" }, "Required input 'confirm' not provided"],
  [{ confirm: "x", workspace: "prod" }, "not in the list of allowed values"],
  [{ confirm: "x", "dry-run": "maybe" }, "not a valid boolean"],
  [{ confirm: "x", count: "many" }, "not a valid number"],
  [{ confirm: "x", typo: "1" }, 'Unexpected inputs provided: ["typo"]'],
])("refuses %j", (given, message) => {
  expect(() => dispatchInputs(workflow, given)).toThrow(message);
});
