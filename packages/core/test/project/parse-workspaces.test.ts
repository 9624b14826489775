import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseWorkspaces } from "@retell-actions/core/project/parse-workspaces";
import { codes, places } from "./project-fixture.ts";

const parse = (value: unknown) => parseWorkspaces(typeof value === "string" ? value : JSON.stringify(value, null, 2), "workspaces.json");
const SINGLE = { staging: { api_key_env: "RETELL_STAGING_API_KEY" }, production: { api_key_env: "RETELL_PRODUCTION_API_KEY" } };
const MULTI = {
  mode: "multi-production",
  branches: { develop: "main" },
  staging: { api_key_env: "RETELL_STAGING_API_KEY", read_key_env: "RETELL_STAGING_READ_KEY", name: "Staging" },
  production: {
    "prod-us-east": { api_key_env: "RETELL_PROD_US_EAST_API_KEY", name: "Production US-East" },
    "prod-eu": { api_key_env: "RETELL_PROD_EU_API_KEY", base_url: "https://eu.api.retellai.com" },
  },
  moved: [
    { agent: "sales", to: "sales-eu" },
    { agent: "old", to: null },
    { workspace: "production", to: "prod-us-east" },
    { workspace: "prod-asia", to: null },
  ],
};

describe("parseWorkspaces", () => {
  test("reads the smallest file with the documented defaults", () => {
    const { file, problems } = parse(SINGLE);
    expect(problems).toEqual([]);
    expect(file).toEqual({
      mode: "single-production",
      branches: { develop: "develop", staging: "staging", production: "production" },
      workspaces: [
        { name: "staging", kind: "staging", title: "staging", branch: "staging", apiKeyEnv: "RETELL_STAGING_API_KEY", readKeyEnv: undefined, baseUrl: undefined },
        { name: "production", kind: "production", title: "production", branch: "production", apiKeyEnv: "RETELL_PRODUCTION_API_KEY", readKeyEnv: undefined, baseUrl: undefined },
      ],
      moved: [],
    });
  });

  test("reads several productions: staging first, then by name", () => {
    const { file, problems } = parse(MULTI);
    expect(problems).toEqual([]);
    expect(file?.workspaces.map(({ name, kind, branch, title }) => [name, kind, branch, title])).toEqual([
      ["staging", "staging", "staging", "Staging"],
      ["prod-eu", "production", "production", "prod-eu"],
      ["prod-us-east", "production", "production", "Production US-East"],
    ]);
    expect(file?.branches.develop).toBe("main");
    expect(file?.workspaces[1]?.baseUrl).toBe("https://eu.api.retellai.com");
    expect(file?.moved).toEqual([
      { kind: "agent", from: "sales", to: "sales-eu" },
      { kind: "agent", from: "old", to: null },
      { kind: "workspace", from: "production", to: "prod-us-east" },
      { kind: "workspace", from: "prod-asia", to: null },
    ]);
  });

  test.each<[name: string, value: unknown, problem: string]>([
    ["a literal key", { ...SINGLE, staging: { api_key: "key_0123456789abcdef", api_key_env: "K" } }, "workspaces.json:3:5 literal-credential"],
    ["a key in place of its variable's name", { ...SINGLE, staging: { api_key_env: "key_0123456789abcdef" } }, "workspaces.json:3:20 literal-credential"],
    ["a variable of GitHub's", { ...SINGLE, staging: { api_key_env: "GITHUB_TOKEN" } }, "workspaces.json:3:20 invalid-key-variable"],
    ["a variable name with a dash", { ...SINGLE, staging: { api_key_env: "RETELL-KEY" } }, "workspaces.json:3:20 invalid-key-variable"],
    ["a missing variable", { ...SINGLE, staging: {} }, "workspaces.json:2:3 missing-field"],
    ["a missing workspace", { staging: SINGLE.staging }, "workspaces.json:1:1 missing-field"],
    ["an unknown mode", { ...SINGLE, mode: "multi" }, "workspaces.json:8:3 wrong-type"],
    ["two workspaces with one key", { staging: SINGLE.staging, production: SINGLE.staging }, "workspaces.json:6:20 key-shared"],
    ["a read key that is the writing key", { ...SINGLE, staging: { api_key_env: "K", read_key_env: "K" } }, "workspaces.json:4:21 key-shared"],
    ["two equal branches", { ...SINGLE, branches: { develop: "staging" } }, "workspaces.json:8:15 branches-equal"],
    ["a name that is no branch", { ...SINGLE, branches: { develop: "a..b" } }, "workspaces.json:9:16 invalid-branch"],
    ["a branch of the suite", { ...SINGLE, branches: { develop: "retell/x" } }, "workspaces.json:9:16 invalid-branch"],
    ["a reserved workspace name", { ...MULTI, moved: [], production: { all: { api_key_env: "K" } } }, "workspaces.json:12:5 invalid-workspace-name"],
    ["a workspace named like staging", { ...MULTI, moved: [], production: { staging: { api_key_env: "K" } } }, "workspaces.json:12:5 workspace-names-collide"],
    ["no production at all", { ...MULTI, moved: [], production: {} }, "workspaces.json:11:17 missing-field"],
    ["a move of a workspace that is still there", { ...SINGLE, moved: [{ workspace: "staging", to: "production" }] }, "workspaces.json:9:5 moved-workspace-exists"],
    ["a move to a workspace that is not there", { ...SINGLE, moved: [{ workspace: "old", to: "new" }] }, "workspaces.json:9:5 unknown-workspace"],
    ["two moves to one name", { ...SINGLE, moved: [{ agent: "a", to: "c" }, { agent: "b", to: "c" }] }, "workspaces.json:13:5 moved-together"],
    ["a production that becomes staging", { ...SINGLE, moved: [{ workspace: "prod-eu", to: "staging" }] }, "workspaces.json:9:5 moved-to-staging"],
    ["moves in a circle", { ...SINGLE, moved: [{ agent: "a", to: "b" }, { agent: "b", to: "a" }] }, "workspaces.json:9:5 moved-in-circle"],
    ["a move of two things", { ...SINGLE, moved: [{ agent: "a", workspace: "b", to: "c" }] }, "workspaces.json:9:5 wrong-type"],
    ["a list", "[]", "workspaces.json:1:1 wrong-type"],
  ])("refuses %s", (_name, value, problem) => {
    const { file, problems } = parse(value);
    expect(places(problems)).toContain(problem);
    expect(file).toBeUndefined();
  });

  test.each([
    "http://api.retellai.com",
    "https://retellai.com.evil.example",
    "https://evilretellai.com",
    "https://api.retellai.com:8443",
    "https://user@api.retellai.com",
    "https://api.retellai.com/proxy",
    "https://api.retellai.com@evil.example",
    "https://evil.example#.retellai.com",
    "https://evil.example\\.retellai.com",
    "api.retellai.com",
  ])("refuses the host %s", (base_url) => {
    expect(codes(parse({ ...SINGLE, staging: { ...SINGLE.staging, base_url } }).problems)).toEqual(["invalid-base-url"]);
  });

  test.each(["https://api.retellai.com", "https://api.retellai.com/", "https://retellai.com"])("takes the host %s", (base_url) => {
    expect(parse({ ...SINGLE, staging: { ...SINGLE.staging, base_url } }).problems).toEqual([]);
  });

  test("unknown keys are warnings with a suggestion", () => {
    const { file, problems } = parse({ ...SINGLE, stagign: {}, production: { ...SINGLE.production, api_key_evn: "x" } });
    expect(file).toBeDefined();
    expect(problems.map(({ severity, line, hint }) => [severity, line, hint])).toEqual([
      ["warning", 7, 'Did you mean "api_key_env"?'],
      ["warning", 9, 'Did you mean "staging"?'],
    ]);
  });

  test("what may be a pasted key is not repeated in the message", () => {
    expect(JSON.stringify(parse({ ...SINGLE, staging: { api_key_env: "hunter2-my-key" } }).problems)).not.toContain("hunter2");
  });

  test("a map of productions without the mode says which line is missing", () => {
    const { problems } = parse({ ...MULTI, mode: undefined, moved: [] });
    expect(problems.find(({ code }) => code === "missing-field")?.hint).toContain('"mode": "multi-production"');
  });

  test("any JSON gives a file or an error, and never throws", () => {
    const entry = fc.oneof(fc.jsonValue(), fc.record({ api_key_env: fc.oneof(fc.string(), fc.jsonValue()) }));
    const value = fc.oneof(fc.jsonValue(), fc.record({ mode: fc.constantFrom("multi-production", 1, null), staging: entry, production: fc.oneof(entry, fc.dictionary(fc.string(), entry)), branches: fc.jsonValue(), moved: fc.jsonValue() }, { requiredKeys: [] }));
    fc.assert(
      fc.property(value, (given) => {
        const { file, problems } = parse(JSON.stringify(given));
        expect(file === undefined).toBe(problems.some(({ severity }) => severity === "error"));
      }),
    );
  });
});
