import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readActions } from "../docs/action-metadata.ts";
import { acceptsInputs, inputsInCode, outputsInReport, outputsOfFrame } from "./action-source.ts";
import { ROOT } from "./repository.ts";

const versionOf = (file: string): unknown => (JSON.parse(readFileSync(join(ROOT, file), "utf8")) as { version?: unknown }).version;
const version = versionOf("lerna.json");

/** Defaults that action.yml has and the code cannot have, since only the runner knows them. */
const RUNNER_DEFAULTS = new Map([["github-token", "${{ github.token }}"]]);

describe.each(readActions(ROOT).map((action) => [action.folder, action] as const))("action.yml of %s", (name, action) => {
  test("declares the inputs that the code reads, with its defaults", async () => {
    const read = await inputsInCode(name);
    const inCode = read.map((input) => [input.name, { default: RUNNER_DEFAULTS.get(input.name) ?? input.default, required: input.required }] as const);
    const declared = [...action.inputs].map(([input, { default: fallback, required }]) => [input, { default: fallback ?? "", required }] as const);
    expect(Object.fromEntries(declared)).toEqual(Object.fromEntries(inCode));
    expect(new Set(read.map((input) => input.name)).size).toBe(read.length);
  });

  test("has defaults that the code accepts, and that mean the same as no value", async () => {
    const required = Object.fromEntries([...action.inputs].filter(([, input]) => input.required).map(([input]) => [input, "x"]));
    const defaults = Object.fromEntries([...action.inputs].flatMap(([input, { default: fallback }]) => (fallback === undefined ? [] : [[input, fallback]])));
    expect(await acceptsInputs(name, { ...required, ...defaults })).toEqual(await acceptsInputs(name, required));
  });

  test("declares no default for what is required", () => {
    for (const input of action.inputs.values()) expect(input.required && input.default !== undefined).toBe(false);
  });

  test("names every word that an input may hold", async () => {
    for (const { name: input, values } of await inputsInCode(name)) {
      for (const value of values) expect(action.inputs.get(input)?.description).toContain(`\`${value}\``);
    }
  });

  test("declares the outputs that are set", () => {
    // A report can be made in two places, which set the same outputs.
    const set = [...new Set([...outputsOfFrame(), ...outputsInReport(name)])];
    expect(outputsOfFrame()).toEqual(["outcome", "reason-code", "result", "result-path"]);
    expect([...action.outputs.keys()].sort()).toEqual([...set].sort());
  });

  test("runs index.js with Node 24", () => {
    expect(action.runs).toEqual({ using: "node24", main: "index.js" });
  });

  test("has the version of the suite", () => {
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    expect(versionOf(`actions/${name}/package.json`)).toBe(version);
  });
});

test.each(["package.json", "packages/core/package.json", "packages/lab/package.json"])("%s has the version of the suite", (file) => {
  expect(versionOf(file)).toBe(version);
});
