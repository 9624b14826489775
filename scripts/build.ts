/**
 * Builds `dist/`: tsc removes the types, ncc bundles each action into one file, and its metadata is put beside it; templates and the
 * schemas for editors are added, and what is inside: the licenses of each bundle and the bill of materials. With `--check` the result is compared with the committed `dist/`, files that should not be there included.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createRequire } from "node:module";
import { billOfMaterials, type BundledAction } from "./sbom/bill-of-materials.ts";
import { bundledPackages, filesOfModules, type BundleModule } from "./sbom/bundled-packages.ts";
import { licenseFile } from "./sbom/license-file.ts";
import { writeSchemas } from "./schema/publish/write-schemas.ts";

interface Bundle {
  readonly code: string;
  readonly assets: Record<string, { source: string | Buffer }>;
  readonly stats: { compilation: { modules: Iterable<BundleModule> } };
}
type Ncc = (entry: string, options: Record<string, unknown>) => Promise<Bundle>;
/** A CommonJS package without types. */
const ncc = createRequire(import.meta.url)("@vercel/ncc") as Ncc;
const root = fileURLToPath(new URL("..", import.meta.url));
/** ncc names modules by their paths from the working folder. */
process.chdir(root);
/** Always the same folder, since ncc numbers modules by their paths; it exists only during a build and is its lock. */
const compiled = join(root, "build");
const LOCK_MILLISECONDS = 120_000;

/**
 * `@actions/core` brings an HTTP client along, a third of a bundle, for asking GitHub for identity tokens. No action asks for one, so what it
 * would be called for is left out: any module of Node stands in its place, and whoever called it would get an error.
 */
const LEFT_OUT = { "@actions/http-client": "node:http", "@actions/http-client/lib/auth": "node:http" };

/** Compiles core and actions to JavaScript, laid out so that `@retell-actions/core/…` finds the compiled core. */
function compile(): void {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const result = spawnSync(process.execPath, [tsc, "-p", join(root, "tsconfig.build.json"), "--outDir", compiled], { stdio: "inherit" });
  if (result.status !== 0) throw new Error("tsc failed");
  const core = join(compiled, "packages", "core");
  const manifest = JSON.parse(readFileSync(join(root, "packages", "core", "package.json"), "utf8")) as Record<string, unknown>;
  writeFileSync(join(core, "package.json"), JSON.stringify({ ...manifest, exports: { "./*": "./src/*.js" } }));
  writeFileSync(join(compiled, "package.json"), '{"type":"module"}');
  mkdirSync(join(compiled, "node_modules", "@retell-actions"), { recursive: true });
  symlinkSync(core, join(compiled, "node_modules", "@retell-actions", "core"), "dir");
}

async function bundle(action: string, target: string): Promise<BundledAction> {
  const entry = join(compiled, "actions", action, "src", "index.js");
  const { code, assets, stats } = await ncc(entry, { cache: false, quiet: true, target: "es2024", externals: LEFT_OUT });
  const packages = bundledPackages(filesOfModules(stats.compilation.modules), root);
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, "index.js"), code);
  for (const [name, asset] of Object.entries(assets)) {
    if (name === "package.json") continue;
    writeFileSync(join(target, name), asset.source);
  }
  writeFileSync(join(target, "package.json"), `${JSON.stringify({ type: "module" })}\n`);
  writeFileSync(join(target, "licenses.txt"), licenseFile(packages));
  for (const file of ["action.yml", "README.md"]) cpSync(join(root, "actions", action, file), join(target, file));
  return { name: action, code, packages };
}

/** Builds everything into `target`, which must be empty or absent. */
async function build(target: string): Promise<void> {
  await takeBuildFolder();
  try {
    compile();
    mkdirSync(target, { recursive: true });
    const bundled: BundledAction[] = [];
    for (const action of actions()) {
      bundled.push(await bundle(action, join(target, action)));
      console.log(`built ${action}`);
    }
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    writeFileSync(join(target, "sbom.cdx.json"), `${JSON.stringify(billOfMaterials(version, bundled), null, 2)}\n`);
    cpSync(join(root, "templates"), join(target, "templates"), { recursive: true });
    writeSchemas(join(target, "schemas"));
    cpSync(join(root, "LICENSE"), join(target, "LICENSE"));
    cpSync(join(root, "docs", "release-readme.md"), join(target, "README.md"));
  } finally {
    rmSync(compiled, { recursive: true, force: true });
  }
}

/** Waits for another build of this checkout; a folder that nobody is filling any more is taken over. */
async function takeBuildFolder(): Promise<void> {
  for (const deadline = Date.now() + LOCK_MILLISECONDS; Date.now() < deadline; await sleep(250)) {
    try {
      mkdirSync(compiled);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
  rmSync(compiled, { recursive: true, force: true });
  mkdirSync(compiled);
}

/** Makes `to` equal `from` file by file, each in one step, so that a bundle that is being run is never half there. */
function replaceFiles(from: string, to: string): void {
  const fresh = filesOf(from);
  for (const [path, content] of fresh) {
    const target = join(to, path);
    if (existsSync(target) && readFileSync(target).equals(content)) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(`${target}.new`, content);
    renameSync(`${target}.new`, target);
  }
  if (existsSync(to)) for (const path of filesOf(to).keys()) if (!fresh.has(path)) rmSync(join(to, path));
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

/** Paths in which the two trees differ, with what is wrong. */
function differences(expected: Map<string, Buffer>, actual: Map<string, Buffer>): string[] {
  return [...new Set([...expected.keys(), ...actual.keys()])].sort().flatMap((path) => {
    const wanted = expected.get(path);
    const found = actual.get(path);
    if (wanted === undefined) return [`dist/${path} is not part of the build`];
    if (found === undefined) return [`dist/${path} is missing`];
    return wanted.equals(found) ? [] : [`dist/${path} is not what the sources build`];
  });
}

const committed = join(root, "dist");
const fresh = mkdtempSync(join(tmpdir(), "retell-actions-dist-"));
try {
  await build(fresh);
  if (process.argv.includes("--check")) {
    const faults = differences(filesOf(fresh), existsSync(committed) ? filesOf(committed) : new Map());
    for (const fault of faults) console.error(fault);
    if (faults.length > 0) {
      console.error("Run npm run build and commit dist/.");
      process.exitCode = 1;
    } else console.log("dist/ is fresh");
  } else replaceFiles(fresh, committed);
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
