import { describe, expect, test } from "@jest/globals";
import { InputReader } from "../../../src/adapters/runner/input-reader.ts";
import { matchAgents, splitPatterns } from "../../../src/plan/match-agents.ts";
import { findApiKey, readSecrets, requireApiKey } from "../../../src/adapters/runner/secrets.ts";
import { secretForms } from "../../../src/adapters/runner/secret-forms.ts";
import { inert } from "../../../src/adapters/runner/log.ts";
import { recordingLog } from "../recording-log.ts";

describe("inputs", () => {
  test("are read by the runner's names, trimmed; empty means the default", () => {
    const reader = new InputReader({ "INPUT_DRY-RUN": " True ", INPUT_WORKSPACE: "staging\n", INPUT_EMPTY: " ", "INPUT_MAX-DELETES": "0" });
    expect(reader.boolean("dry-run", { default: false })).toBe(true);
    expect(reader.string("workspace")).toBe("staging");
    expect(reader.string("empty", { default: "d" })).toBe("d");
    expect(reader.positiveInteger("max-deletes", { default: 1, minimum: 0 })).toBe(0);
    expect(reader.globs("agents", { default: "*" })).toEqual(["*"]);
    expect(() => reader.finish()).not.toThrow();
  });

  test("errors are told together, with what is allowed and what was probably meant", () => {
    const reader = new InputReader({ INPUT_A: "yes", INPUT_B: "overwrit", INPUT_C: "1.5" });
    reader.boolean("a", { default: false });
    expect(reader.oneOf("b", ["fail", "keep", "overwrite"], { default: "fail" })).toBe("fail");
    reader.positiveInteger("c", { default: 1, maximum: 100 });
    reader.string("d", { required: true });
    reader.reject("a and b contradict each other.");
    expect(() => reader.finish()).toThrow(
      expect.objectContaining({
        reason: "invalid-input",
        message: [
          "The inputs have 5 errors:",
          '- a is "yes"; it must be true or false.',
          '- b is "overwrit"; it must be one of fail, keep, overwrite. Did you mean overwrite?',
          '- c is "1.5"; it must be a whole number from 1 to 100.',
          "- d is missing. Add it under with:.",
          "- a and b contradict each other.",
        ].join("\n"),
      }),
    );
  });
});

describe("agents' patterns", () => {
  const names = ["sales", "a-sales", "sales-eu", "test-1", ".hidden", "x.y"];
  test.each<[string, string[]]>([
    ["*", names],
    ["", names],
    ["sales", ["sales"]],
    ["sales*", ["sales", "sales-eu"]],
    ["*,!test-*", ["sales", "a-sales", "sales-eu", ".hidden", "x.y"]],
    ["!test-*\n!x.y", ["sales", "a-sales", "sales-eu", ".hidden"]],
    ["!sales,*sales", ["a-sales"]],
    ["{sales,x.y}, test-?", ["sales", "test-1", "x.y"]],
    ["Sales", []],
    ["nothing", []],
  ])("%j", (patterns, expected) => {
    expect(matchAgents(splitPatterns(patterns), names)).toEqual(expected);
  });
});

describe("secrets", () => {
  test("only RETELL_SECRET_ variables, masked, without the line break that pasting adds", () => {
    const log = recordingLog();
    const environment = { RETELL_SECRET_CRM: "tok en\n", RETELL_SECRET_EMPTY: "", RETELL_SECRET_: "x", OTHER: "y", RETELL_API_KEY: "z" };
    expect(readSecrets({ environment, log })).toEqual(new Map([["CRM", "tok en"]]));
    expect(log.masked).toEqual(["tok en"]);
  });

  test("a key is trimmed and masked; the first variable that is set wins", () => {
    const log = recordingLog();
    expect(findApiKey({ environment: { B: " key_b \r\n" }, variables: ["A", "B"], log })).toEqual({ key: "key_b", variable: "B" });
    expect(log.masked).toEqual([" key_b \r\n"]);
    expect(findApiKey({ environment: {}, variables: ["A"], log })).toBeUndefined();
  });

  test("a missing key names the variable and the lines to add; a broken one is not shown", () => {
    const log = recordingLog();
    expect(() => requireApiKey({ environment: { A: " " }, variables: ["A"], log })).toThrow("env:\n  A: ${{ secrets.A }}");
    const broken = (): unknown => requireApiKey({ environment: { A: "key one" }, variables: ["A"], log });
    expect(broken).toThrow("A holds something that is not an API key");
    expect(broken).not.toThrow("key one");
    expect(log.masked).toContain("key one");
  });

  test("every derived form is masked", () => {
    const value = 'first line"\nab\nthird/line?';
    const forms = secretForms(value);
    expect(forms).toEqual(expect.arrayContaining([value, 'first line"', "third/line?", Buffer.from(value).toString("base64"), encodeURIComponent(value), 'first line\\"\\nab\\nthird/line?']));
    expect(forms).not.toContain("ab");
    expect(secretForms(" \n")).toEqual([]);
    expect(secretForms("x")).toContain("x");
  });
});

test.each([
  ["::error::x", ":\u200B:error::x"],
  ["a\n \t::set-env name=x::y", "a\n \t:\u200B:set-env name=x::y"],
  ["a\r::x", "a\r:\u200B:x"],
  ["x ##[group]y", "x ##\u200B[group]y"],
  ["a :: b", "a :: b"],
])("%j is printed as %j", (text, printed) => {
  expect(inert(text)).toBe(printed);
});
