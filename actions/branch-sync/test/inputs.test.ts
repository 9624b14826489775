import { describe, expect, test } from "@jest/globals";
import { InputReader } from "@retell-actions/core/adapters/runner/input-reader";
import { readInputs, type SyncInputs } from "../src/inputs.ts";

function read(inputs: Record<string, string>): SyncInputs {
  const reader = new InputReader(Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])));
  const result = readInputs(reader);
  reader.finish();
  return result;
}

describe("inputs", () => {
  test("nothing given: production to staging, then develop, as action.yml says; none is a word", () => {
    const given = { source: "production", targets: ["staging", "develop"], strategy: "safe", workingDirectory: "", token: "" };
    expect(read({})).toEqual({ ...given, deployWorkflow: "retell-deploy-staging.yml", statusContext: "Validate & Check Conflicts" });
    expect(read({ "deploy-workflow": "none", "status-context": "none" })).toEqual({ ...given, deployWorkflow: "", statusContext: "" });
  });

  test("targets by comma or line, each once, in their order", () => {
    expect(read({ targets: "develop\n staging, develop" }).targets).toEqual(["develop", "staging"]);
    expect(read({ source: "staging", targets: "develop" })).toMatchObject({ source: "staging", targets: ["develop"] });
  });

  test.each([
    [{ targets: "stagging" }, 'targets has "stagging"; each must be one of develop, staging, production, which workspaces.json maps to branches. Did you mean staging?'],
    [{ targets: "production" }, "targets has production, which takes changes by reviewed pull requests only."],
    [{ source: "develop", targets: "production" }, "by reviewed pull requests only"],
    [{ source: "staging" }, "targets has staging, which is the source."],
    [{ source: "main" }, "must be one of develop, staging, production"],
    [{ strategy: "forced" }, "must be one of safe, force. Did you mean force?"],
    [{ "deploy-workflow": "../deploy.yml" }, "must be the name of a file in .github/workflows"],
  ])("%j is refused", (inputs, message) => {
    expect(() => read(inputs)).toThrow(expect.objectContaining({ reason: "invalid-input", message: expect.stringContaining(message) }));
  });

  test("errors are told together", () => {
    expect(() => read({ targets: "a,b", strategy: "c" })).toThrow("The inputs have 3 errors");
  });
});
