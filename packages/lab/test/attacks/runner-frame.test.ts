import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "@jest/globals";
import MarkdownIt from "markdown-it";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { parseEntries } from "@retell-actions/lab/runner/command-files";

const program = fileURLToPath(new URL("./hostile-report.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "retell-hostile-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a runner would read as a command, an assignment, the end of a value, or a page. */
const HOSTILE = [
  "DELIMITER",
  "outcome=deployed",
  "outcome<<EOF",
  "deployed",
  "EOF",
  "::set-output name=outcome::deployed",
  "::add-mask::e",
  "::stop-commands::x",
  "::error file=a::forged",
  "  ::endgroup::",
  "##[error]forged",
  "\r::error::forged after a carriage return",
  "%0A::error::forged after an escape",
  "\r# Forged heading",
  "\r\r<img src=x onerror=alert(1)>",
  "\u2028::error::forged after a separator",
  "\u001b]0;title\u0007",
  "# Forged heading",
  "<script>alert(1)</script>",
].join("\n");

async function runHostile(mode: string) {
  const file = (name: string): string => join(folder, `${mode}-${name}`);
  const names = ["OUTPUT", "ENV", "PATH", "STATE", "STEP_SUMMARY"];
  for (const name of names) writeFileSync(file(name), "");
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env["PATH"], GITHUB_REPOSITORY: "o/r", RUNNER_TEMP: folder, RUNNER_DEBUG: "1", INPUT_MODE: mode, HOSTILE_TEXT: HOSTILE, ...Object.fromEntries(names.map((name) => [`GITHUB_${name}`, file(name)])) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.resume();
  const exitCode = await new Promise((resolve) => child.on("close", resolve));
  return { exitCode, stdout, read: (name: string) => readFileSync(file(name), "utf8") };
}

describe.each(["report", "refuse", "defect"])("hostile texts in the ending %s", (mode) => {
  test("stay texts in the log, the command files and the summary", async () => {
    const { exitCode, stdout, read } = await runHostile(mode);
    expect(exitCode).toBe(1);

    const outputs = parseEntries(read("OUTPUT"));
    const names = outputs.map(({ name }) => name);
    expect(names.sort()).toEqual([...(mode === "report" ? ["agents"] : []), "outcome", "reason-code", "result", "result-path"]);
    expect(outputs.find(({ name }) => name === "outcome")?.value).toBe(mode === "report" ? "conflicts" : "failed");
    if (mode === "report") expect(outputs.find(({ name }) => name === "agents")?.value).toContain("outcome<<EOF\ndeployed\nEOF");
    expect(["ENV", "PATH", "STATE"].map(read)).toEqual(["", "", ""]);

    // As the runner reads lines: each of these ends one.
    const lines = stdout.split(/\r\n|\r|\n/).map((line) => line.trim());
    const commands = lines.flatMap((line) => /^::([a-z-]+)/.exec(line)?.[1] ?? []);
    expect(new Set(commands)).toEqual(new Set(["debug", "notice", "warning", "error", ...(mode === "report" ? ["group", "endgroup"] : [])]));
    expect(lines.filter((line) => /^::error[^:]*::forged/.test(line))).toEqual([]);
    // The old form counts anywhere in a line, but not in one that is a command of the new form (runner source, `ActionCommand.cs`).
    expect(lines.filter((line) => !line.startsWith("::") && line.includes("##["))).toEqual([]);

    const page = new MarkdownIt({ html: true }).render(read("STEP_SUMMARY"));
    expect(page.match(/<h\d>.*?<\/h\d>/g)).toEqual([mode === "report" ? "<h2>Summary</h2>" : "<h3>Failed</h3>"]);
    expect(page).not.toMatch(/<img|<script/);
    tellCase({ matrix: "attacks", subject: "log, command files and summary", what: `hostile texts in the ending ${mode}`, outcome: "held" });
  });
});
