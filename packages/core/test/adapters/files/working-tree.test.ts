import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { createWorkingTree } from "../../../src/adapters/files/working-tree.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function tree(files: Record<string, string | Buffer>): string {
  const root = mkdtempSync(join(tmpdir(), "retell-tree-"));
  folders.push(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

test("reads what is below the paths, sorted, with links and other bytes told apart", async () => {
  const root = tree({
    "agents/b/agent.json": "b",
    "agents/a/agent.json": "a\r\n",
    "agents/a/.git/config": "no",
    "agents/a/logo.png": Buffer.from([0x89, 0xff]),
    "agents2/x.json": "not asked",
    "workspaces.json": "{}",
    "elsewhere/secret": "secret",
    ".git/HEAD": "no",
  });
  symlinkSync("../../elsewhere", join(root, "agents/a/folder"));
  symlinkSync("/etc/passwd", join(root, "agents/a/file"));
  symlinkSync("nowhere", join(root, "agents/broken"));
  execFileSync("mkfifo", [join(root, "agents/pipe")]);
  const files = await createWorkingTree(root).read(["agents/", "./workspaces.json", "absent", "agents/a/agent.json/below"]);
  expect([...files]).toEqual([
    ["agents/a/agent.json", { kind: "file", text: "a\r\n" }],
    ["agents/a/file", { kind: "symlink" }],
    ["agents/a/folder", { kind: "symlink" }],
    ["agents/a/logo.png", { kind: "binary", bytes: new Uint8Array([137, 255]) }],
    ["agents/b/agent.json", { kind: "file", text: "b" }],
    ["agents/broken", { kind: "symlink" }],
    ["agents/pipe", { kind: "binary" }],
    ["workspaces.json", { kind: "file", text: "{}" }],
  ]);
});

test("a linked folder on the way to a path is reported, not followed", async () => {
  const root = tree({ "real/agents/a.json": "a" });
  symlinkSync("real", join(root, "link"));
  expect([...(await createWorkingTree(root).read(["link/agents"]))]).toEqual([["link", { kind: "symlink" }]]);
});

test("the root itself, and nothing outside it", async () => {
  const root = tree({ a: "1", ".git/HEAD": "no" });
  expect([...(await createWorkingTree(root).read([""])).keys()]).toEqual(["a"]);
  expect((await createWorkingTree(root).read([".git"])).size).toBe(0);
  await expect(createWorkingTree(root).read(["../x"])).rejects.toThrow("not a path inside");
  await expect(createWorkingTree(root).read(["/etc"])).rejects.toThrow("not a path inside");
});

test("many files and deep folders", async () => {
  const root = tree(Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`agents/a${index % 200}/${"d/".repeat(index % 30)}f${index}`, String(index)])));
  expect((await createWorkingTree(root).read(["agents"])).size).toBe(2000);
});
