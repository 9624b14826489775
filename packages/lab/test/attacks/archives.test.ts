import { describe, expect, test } from "@jest/globals";
import { createArchiver } from "@retell-actions/core/adapters/archive/create-archiver";
import type { ProjectFile } from "@retell-actions/core/project/files";
import { packedFiles } from "@retell-actions/core/release/packed-files";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { createMemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { run } from "../../../../actions/release-package/src/run.ts";
import { unpackTarGz, unpackZip } from "../../../../actions/release-package/test/unpack.ts";

const told = (what: string): void => tellCase({ matrix: "attacks", subject: "release archives", what, outcome: "held" });

/** Names that lead elsewhere, or to another file, on one of the systems where people restore a release. */
const HOSTILE = [
  "agents/sales/..\\..\\evil.txt",
  "agents/sales/\\evil.txt",
  "agents/sales/C:evil.txt",
  "agents/sales/note.txt:stream",
  "agents/sales/../../evil.txt",
  "agents/../evil.txt",
  "agents//evil.txt",
  "agents/./evil.txt",
  "agents/sales/.git/hooks/post-checkout",
  "agents/sales/.GIT/config",
  "agents/sales/.g\u200cit/config",
  "agents/sales/git~1/config",
  "agents/sales/.git./config",
  "agents/.. /evil.txt",
  "prompts/a\nb.txt",
  "prompts/a\u0000b.txt",
  "prompts/a\u001b[2Jb.txt",
  "prompts/\u202etxt.exe.md",
  "prompts/\ufffdx.md",
];

/** Pairs that macOS or Windows take for one file: whichever is unpacked last wins. */
const TWINS: [what: string, other: string][] = [
  ["another case", "agents/sales/Agent.json"],
  ["another case in a folder", "Agents/sales/agent.json"],
  ["an accent in two ways", "prompts/gru\u0308n.txt"],
  ["a blank or a period at the end", "prompts/base/greeting.txt."],
];

const project = { ...smallProject(), "prompts/gr\u00fcn.txt": "Green.\n" };
const asFiles = (texts: Record<string, string>): Map<string, ProjectFile> => new Map(Object.entries(texts).map(([path, text]) => [path, { kind: "file", text }]));
const pack = (texts: Record<string, string>) => packedFiles({ files: asFiles(texts), prefix: "", known: [] });

describe("what goes into the archives of a release", () => {
  test.each(HOSTILE)("not %j", (path) => {
    const { files, problems } = pack({ ...project, [path]: "x" });
    expect(problems.map(({ code, severity }) => [code, severity])).toEqual([["unsafe-file-name", "error"]]);
    expect(files.map((file) => file.path)).not.toContain(path);
    told(`entry ${JSON.stringify(path)}`);
  });

  test.each(TWINS)("not two names of one file: %s", (what, other) => {
    const { problems } = pack({ ...project, [other]: "{}" });
    expect(problems.map(({ code, file }) => [code, file])).toEqual([["file-names-collide", expect.any(String)]]);
    told(`two entries, ${what}`);
  });

  test("names of any script, with blanks, dots and quotes", () => {
    const names = ["prompts/日本語/挨拶.md", "prompts/Grüße aus Köln.txt", "prompts/a..b/c.txt", "prompts/it's (new) & $HOME;x.txt", "agents/sales/.notes.json", "agents/sales/-rf"];
    expect(pack(Object.fromEntries(names.map((name) => [name, "x"])))).toMatchObject({ problems: [], files: names.sort().map((path) => ({ path })) });
  });
});

describe("a release of such a commit", () => {
  const input = { tag: "v1", workingDirectory: "", token: "" };
  const job = { event: { name: "workflow_dispatch", branch: "develop" } } as const;

  test("is refused with the file's name, and nothing is uploaded", async () => {
    const world = createMemoryWorld({ ...project, "agents/sales/..\\..\\evil.txt": "x" });
    world.git.tags.set("v1", world.git.branches.get("develop") ?? "");
    const report = await run(input, world.ports(job), createArchiver());
    expect(report).toMatchObject({ outcome: "invalid", reason: "invalid-files" });
    expect(report.problems.filter(({ severity }) => severity === "error").map(({ file }) => file)).toEqual(["agents/sales/..\\..\\evil.txt"]);
    expect(world.releases.all).toEqual([]);
    told("a release with a hostile name");
  });

  test("has in its archives only relative names of plain files that stay inside, each once", async () => {
    const world = createMemoryWorld(project);
    world.git.tags.set("v1", world.git.branches.get("develop") ?? "");
    expect(await run(input, world.ports(job), createArchiver())).toMatchObject({ outcome: "packaged" });
    const [release] = world.releases.all;
    for (const [name, unpack] of [["retell-agents-v1.zip", unpackZip], ["retell-agents-v1.tar.gz", unpackTarGz]] as const) {
      const asset = release?.assets.find((one) => one.name === name);
      const entries = [...(await unpack(world.releases.contents.get(asset?.id ?? 0) ?? new Uint8Array(0))).keys()];
      expect(entries).toContain("agents/sales/agent.json");
      for (const entry of entries) expect(entry).toMatch(/^(?!\/)(?:(?!\.{1,2}\/)[^\\/:]+\/)*(?!\.{1,2}$)[^\\/:]*$/);
      expect(new Set(entries.map((entry) => entry.normalize("NFC").toLowerCase())).size).toBe(entries.length);
    }
    told("names in the archives");
  });
});
