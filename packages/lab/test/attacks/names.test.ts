import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { readJobContext } from "@retell-actions/core/adapters/runner/job-context";
import { isBranchName } from "@retell-actions/core/project/branch-name";
import type { ProjectFile } from "@retell-actions/core/project/files";
import { nameFault, type NamedKind } from "@retell-actions/core/project/names";
import { validateProject } from "@retell-actions/core/project/validate-project";
import { shellWord } from "@retell-actions/core/report/shell-word";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { execFileSync } from "node:child_process";
import { byHand, DESK, startWorld } from "../../../../actions/scaffold-agents/test/memory-scene.ts";

const told = (subject: string, what: string): void => tellCase({ matrix: "attacks", subject, what, outcome: "held" });

/** Names that look like `sales`, that a system takes for it, or that mean something to a shell, a path, a page or JavaScript. */
const TRICKS = [
  "s\u0430les", "sale\u0455", "\uff53ales", "sa\u217ces", "s\u00e1les", "sa\u0301les", "\ufb01nance", "sale\u017f", "sa\u0131es", "SALES", "Sales", "\u212aelvin",
  "sales\u200b", "\u200bsales", "sa\u200dles", "sales\ufeff", "sales\u00ad", "\u202eselas", "\u2066sales\u2069", "sales\u180e", "sales\u00a0", " sales", "sales ", "sales\t", "sales\n", "sales\r", "sales\u2028", "sales\u0000", "sales\u0007",
  "..", ".", "../sales", "sales/..", "a/b", "a\\b", "/sales", "C:sales", "sales..eu", ".sales", "sales.", "sales.lock", "-sales", "--help", "_sales", "sales$(id)", "`id`", "sales;id", "sales&&id", "sales|id", "${{ github.token }}", "sales'", 'sales"', "sales*", "sales?", "[sales]", "{a,b}", "~", "%2e%2e", "@sales", "#1", "!sales", "<b>", "-->", "__proto__", "", "\u65e5\u672c", "\ud800", "x".repeat(64),
];
const KINDS: readonly NamedKind[] = ["agent", "workspace", "knowledge", "component"];

test.each(TRICKS)("%j names nothing: no agent, workspace, knowledge base or component", (name) => {
  for (const kind of KINDS) expect(nameFault(kind, name)).toBeDefined();
  told("Unicode and other tricks in names", JSON.stringify(name.slice(0, 30)));
});

test("what may be a name is one in every place: file, branch, glob, shell and page", () => {
  for (const name of ["a", "0", "sales-eu.v2_1", "constructor", "con", "x".repeat(63)]) {
    expect(nameFault("agent", name)).toBeUndefined();
    expect([isBranchName(`retell/drift/${name}`), encodeURIComponent(name), name.normalize("NFKC").toLowerCase()]).toEqual([true, name, name]);
  }
});

describe("names that people give freely", () => {
  const FREE = ["$(touch pwned)", "`id`", "a'b", "a\"b", "a\nb", "a;b", "${{ secrets.X }}", "-rf", "*", "\\", "!x", "~", "a b", "", "\u202e"];

  test("are one word of a shell in the commands that the reports print", () => {
    for (const name of FREE) expect(execFileSync("sh", ["-c", `printf %s ${shellWord(name)}`], { encoding: "utf8" })).toBe(name);
    told("injections into shell and expressions", "names in commands to copy");
  });

  test.each(["-x", "a..b", "a b", "a~b", "a^b", "a:b", "a?b", "a*b", "a[b", "a\\b", "/a", "a/", "a//b", "a.lock", "a@{b", "@", "a.", ".a", "a\u0000b", "a\nb", "refs/heads/../x", "$(id)\u007f"])("%j is no branch in workspaces.json", (name) => {
    expect(isBranchName(name)).toBe(false);
    told("injections into shell and expressions", `a branch ${JSON.stringify(name)}`);
  });
});

describe("sections and variables with names of JavaScript's own objects", () => {
  const asFiles = (texts: Record<string, string>): Map<string, ProjectFile> => new Map(Object.entries(texts).map(([path, text]) => [path, { kind: "file", text }]));
  const agent = `{"agent_name": "Sales", "voice_id": "retell-Cimo", "llm_config": {"start_speaker": "agent", "prompt_config": {
    "sections": ["__proto__", "constructor", "toString/valueOf"], "overrides": {"__proto__": "Overridden {{constructor}}."}, "variables": {"constructor": "C", "__proto__": "P"}}}}`;

  test("are names like any other, and nothing is inherited", () => {
    const texts = { ...smallProject(), "agents/sales/agent.json": agent, "prompts/constructor.txt": "{{__proto__}}\n", "prompts/toString/valueOf.txt": "{{toString}}\n", "prompts/__proto__.txt": "Not this.\n" };
    const { desired } = validateProject({ files: asFiles(texts), workingDirectory: "" });
    expect(desired.get("staging")?.get("sales")?.content.llm?.["general_prompt"]).toBe("Overridden C.\n\nP\n\n{{toString}}");
    expect([Object.keys(Object.prototype), ({} as Record<string, unknown>)["polluted"]]).toEqual([[], undefined]);
    told("Unicode and other tricks in names", "sections and variables like prototypes");
  });
});

describe("a template", () => {
  test.each(["../agents/x", "..", ".", "desk/../desk", "desk/prompts", "/desk", "de\u0455k", "desk\u200b", "DESK", "__proto__", "constructor"])("%j is none that is found", async (template) => {
    expect(await byHand(startWorld(), { names: "sales-eu", template })).toMatchObject({ outcome: "invalid", reason: "invalid-input" });
    told("path traversal and symbolic links", `template ${JSON.stringify(template)}`);
  });

  test("that is a link, or has one, is not followed", async () => {
    const world = startWorld();
    const ports = world.ports();
    const linked = (path: string) => ({ ...ports.git, readCommit: async (commit: string, paths: readonly string[]) => new Map<string, ProjectFile>([...(await ports.git.readCommit(commit, paths)), [path, { kind: "symlink" }]]) });
    const { run } = await import("../../../../actions/scaffold-agents/src/run.ts");
    const { INPUTS, ROOT } = await import("../../../../actions/scaffold-agents/test/memory-scene.ts");
    const { createWorkingTree } = await import("@retell-actions/core/adapters/files/working-tree");
    world.git.checkout(world.git.branches.get("develop") ?? "");
    for (const path of ["templates/desk/prompts/who.md", "templates/desk/agent.json", "templates/desk/prompts/passwd.txt"]) {
      const report = await run({ ...INPUTS, names: "sales-eu", template: "desk" }, { ...world.ports({ event: { name: "workflow_dispatch", branch: "develop" }, actor: "octocat" }), git: linked(path) }, createWorkingTree(ROOT));
      expect(report).toMatchObject({ outcome: "invalid", reason: "invalid-files" });
      expect(report.problems).toContainEqual(expect.objectContaining({ code: "symlink", file: path }));
    }
    expect(world.github.writes).toEqual([]);
    expect(Object.keys(DESK)).toContain("templates/desk/agent.json");
    told("path traversal and symbolic links", "links in a template");
  });
});

describe("the event's file", () => {
  const folder = mkdtempSync(join(tmpdir(), "retell-event-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each<[what: string, text: string]>([
    ["nested deep", `{"action": "created", "issue": {"number": 1, "pull_request": ${"[".repeat(50_000)}${"]".repeat(50_000)}}, "comment": {"id": 1, "body": "/retell help"}}`],
    ["nested deep where an object is expected", `{"action": "created", "issue": {"number": 1, "pull_request": ${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}, "comment": {"id": 1, "body": "/retell help"}}`],
    ["huge", `{"action": "created", "comment": {"id": 1, "body": "${"x".repeat(20_000_000)}"}, "issue": {"number": 1}}`],
    ["of other types", '{"action": {}, "issue": [], "comment": "x", "repository": 7}'],
    ["with prototype keys", '{"__proto__": {"action": "created"}, "constructor": {"prototype": {"polluted": 1}}, "issue": {"__proto__": {"number": 1}}}'],
    ["cut off", '{"action": "created", "issue": {"number": 1'],
    ["a list", "[]"],
    ["null", "null"],
  ])("%s: is read as far as it is what GitHub sends, and nothing else", (what, text) => {
    const path = join(folder, "event.json");
    writeFileSync(path, text);
    const { event } = readJobContext({ GITHUB_REPOSITORY: "o/r", GITHUB_EVENT_NAME: "issue_comment", GITHUB_EVENT_PATH: path });
    expect(["issue_comment", "other"]).toContain(event.name);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    told("oversized, deep and cyclic JSON", `an event ${what}`);
  });
});
