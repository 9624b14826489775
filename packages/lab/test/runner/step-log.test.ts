import { describe, expect, test } from "@jest/globals";
import { MaskSet } from "@retell-actions/lab/runner/masks";
import { StepLog } from "@retell-actions/lab/runner/step-log";

function logOf(...lines: string[]): StepLog {
  const log = new StepLog({ masks: new MaskSet({ encodedForms: false }), workspace: "/work/space" });
  for (const line of lines) log.line(line);
  return log;
}

describe("step log", () => {
  test("turns error commands into annotations, unescaped, with a path inside the workspace", () => {
    const log = logOf("::error file=/work/space/agents/a%2Cb.json,line=3,col=5,endColumn=9,title=Bad%3A value::first%0Asecond 100%25");
    expect(log.annotations).toEqual([
      { level: "error", message: "first\nsecond 100%", title: "Bad: value", file: "agents/a,b.json", line: 3, col: 5, endColumn: 9 },
    ]);
    expect(log.text).toBe("##[error]first\nsecond 100%\n");
  });

  test.each([
    ["line=3,endLine=5,col=2,endColumn=4", { line: 3, endLine: 5 }],
    ["line=5,endLine=3", {}],
    ["col=2", {}],
    ["line=1,col=4,endColumn=2", { line: 1 }],
    ["endLine=4", { line: 4, endLine: 4 }],
  ])("drops positions that make no sense: %s", (properties, position) => {
    expect(logOf(`::warning ${properties}::m`).annotations).toEqual([{ level: "warning", message: "m", ...position }]);
  });

  test("keeps ten annotations of each level and cuts messages", () => {
    const log = logOf(...Array.from({ length: 12 }, () => "::notice::n"), `::error::${"x".repeat(5000)}`);
    expect(log.annotations.filter((item) => item.level === "notice")).toHaveLength(10);
    expect(log.annotationsDropped).toBe(2);
    expect(log.annotations.at(-1)?.message).toHaveLength(4096);
  });

  test("masks what comes after add-mask, not before", () => {
    const log = logOf("secret-1", "::add-mask::secret-1", "now secret-1", "::error title=secret-1::secret-1");
    expect(log.text).toBe("secret-1\nnow ***\n##[error]***\n");
    expect(log.annotations).toEqual([{ level: "error", message: "***", title: "***" }]);
  });

  test("stops and resumes command processing", () => {
    const log = logOf("::stop-commands::tok-1", "::error::text", "::tok-1::", "::error::real");
    expect(log.annotations).toEqual([{ level: "error", message: "real" }]);
    expect(log.text).toContain("::error::text\n");
  });

  test.each(["::stop-commands::error", "::stop-commands::", "::set-env name=A::b", "::add-path::/x", "::echo::maybe"])("fails the step for %s", (line) => {
    expect(logOf(line).commandFailed).toBe(true);
  });

  test("reads the older form anywhere in a line, and leaves unknown names alone", () => {
    const log = logOf("prefix ##[error file=a;line=2]broken", "::unknown::x", "##[unknown]x", "a ::error::no");
    expect(log.annotations).toEqual([{ level: "error", message: "broken", file: "a", line: 2 }]);
    expect(log.text).toBe("##[error]broken\n::unknown::x\n##[unknown]x\na ::error::no\n");
  });

  test("collects groups, hides debug, warns of deprecated commands", () => {
    const log = logOf("::group::Plan", "::endgroup::", "::debug::hidden", "::set-output name=a::1", "::save-state name=b::2");
    expect(log.groups).toEqual(["Plan"]);
    expect(log.text).not.toContain("hidden");
    expect(log.outputs).toEqual({ a: "1" });
    expect(log.state).toEqual({ b: "2" });
    expect(log.annotations.map((item) => item.level)).toEqual(["warning", "warning"]);
  });
});
