/**
 * Builds `dist/`: tsc removes the types, ncc bundles each action into one file, and its metadata is put beside it. With
 * `--check` the result is compared with the committed `dist/`, files that should not be there included.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ncc from "@vercel/ncc";

const root = fileURLToPath(new URL("..", import.meta.url));
const compiled = join(root, "build");

/** Compiles core and actions to JavaScript, laid out so that `@retell-actions/core/…` finds the compiled core. */
function compile(): void {
  rmSync(compiled, { recursive: true, force: true });
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const result = spawnSync(process.execPath, [tsc, "-p", join(root, "tsconfig.build.json")], { stdio: "inherit" });
  if (result.status !== 0) throw new Error("tsc failed");
  const core = join(compiled, "packages", "core");
  const manifest = JSON.parse(readFileSync(join(root, "packages", "core", "package.json"), "utf8")) as Record<string, unknown>;
  writeFileSync(join(core, "package.json"), JSON.stringify({ ...manifest, exports: { "./*": "./src/*.js" } }));
  writeFileSync(join(compiled, "package.json"), '{"type":"module"}');
  mkdirSync(join(compiled, "node_modules", "@retell-actions"), { recursive: true });
  symlinkSync(core, join(compiled, "node_modules", "@retell-actions", "core"), "dir");
}

async function bundle(action: string, target: string): Promise<void> {
  const entry = join(compiled, "actions", action, "src", "index.js");
  const { code, assets } = await ncc(entry, { cache: false, quiet: true, license: "licenses.txt", target: "es2024" });
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, "index.js"), code);
  for (const [name, asset] of Object.entries(assets)) {
    if (name === "package.json") continue;
    writeFileSync(join(target, name), asset.source);
  }
  writeFileSync(join(target, "package.json"), `${JSON.stringify({ type: "module" })}\n`);
  for (const file of ["action.yml", "README.md"]) cpSync(join(root, "actions", action, file), join(target, file));
}

/** Builds everything into `target`. */
async function build(target: string): Promise<void> {
  compile();
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const action of actions()) {
    await bundle(action, join(target, action));
    console.log(`built ${action}`);
  }
  cpSync(join(root, "LICENSE"), join(target, "LICENSE"));
  cpSync(join(root, "docs", "release-readme.md"), join(target, "README.md"));
}

function actions(): string[] {
  return readdirSync(join(root, "actions"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, "actions", entry.name, "action.yml")))
    .map((entry) => entry.name)
    .sort();
}

function filesOf(folder: string): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(relative(folder, path), readFileSync(path));
  }
  return files;
}

const committed = join(root, "dist");
if (process.argv.includes("--check")) {
  const fresh = mkdtempSync(join(tmpdir(), "retell-actions-dist-"));
  try {
    await build(fresh);
    const expected = filesOf(fresh);
    const actual = existsSync(committed) ? filesOf(committed) : new Map<string, Buffer>();
    const different = [...new Set([...expected.keys(), ...actual.keys()])]
      .sort()
      .filter((path) => !expected.has(path) || !actual.has(path) || !expected.get(path)?.equals(actual.get(path) ?? Buffer.alloc(0)));
    for (const path of different) console.error(`dist/${path} is ${!expected.has(path) ? "not part of the build" : !actual.has(path) ? "missing" : "not what the sources build"}`);
    if (different.length > 0) {
      console.error("Run npm run build and commit dist/.");
      process.exitCode = 1;
    } else console.log(`dist/ is fresh: ${expected.size} files`);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
} else {
  await build(committed);
}
