/**
 * Checks that `dist/` does not depend on where, when and as whom it is built: builds the checked-out sources in two other folders,
 * with paths of different lengths, other time zones and languages, from other working folders, and compares each file with `dist/`.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** How the two builds differ. */
const places = [
  { folder: "a", workingFolder: ".", environment: { TZ: "Pacific/Kiritimati", LC_ALL: "C" } },
  { folder: "somewhere/else/with a space/and a much longer path", workingFolder: "scripts", environment: { TZ: "America/St_Johns", LC_ALL: "tr_TR.UTF-8" } },
] as const;

/** Tracked and new files, without what is ignored and without the result. */
function sources(): string[] {
  const listed = spawnSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
  if (listed.status !== 0) throw new Error(`git ls-files: ${listed.stderr}`);
  return [...new Set(listed.stdout.split("\0"))].filter((path) => path !== "" && !path.startsWith("dist/") && existsSync(join(root, path)));
}

/** The packages as they are installed: files are linked, so it costs no space; a link inside leads where it led, seen from the copy. */
function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkTree(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else linkOrCopy(source, target);
  }
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    // Another file system.
    cpSync(source, target);
  }
}

function filesOf(folder: string): Map<string, Buffer> {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(files.map((path) => [relative(folder, path), readFileSync(path)]));
}

const base = mkdtempSync(join(tmpdir(), "retell-actions-reproducible-"));
try {
  const committed = filesOf(join(root, "dist"));
  const files = sources();
  for (const place of places) {
    const copy = join(base, place.folder);
    for (const path of files) {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      cpSync(join(root, path), join(copy, path), { verbatimSymlinks: true });
    }
    linkTree(join(root, "node_modules"), join(copy, "node_modules"));
    const build = spawnSync(process.execPath, [join(copy, "scripts", "build.ts")], { cwd: join(copy, place.workingFolder), env: { ...process.env, ...place.environment }, encoding: "utf8" });
    if (build.status !== 0) throw new Error(`The build in ${copy} failed: ${build.stdout}${build.stderr}`);
    const built = filesOf(join(copy, "dist"));
    const different = [...new Set([...committed.keys(), ...built.keys()])].sort().filter((path) => !(built.get(path)?.equals(committed.get(path) ?? Buffer.alloc(0)) ?? false));
    for (const path of different) console.error(`dist/${path} is not what a build in ${JSON.stringify(place.folder)} makes`);
    if (different.length > 0) process.exitCode = 1;
    else console.log(`${built.size} files, the same bytes: built in a path of ${copy.length} characters, from ${place.workingFolder}, ${place.environment.TZ}, ${place.environment.LC_ALL}`);
    rmSync(copy, { recursive: true, force: true });
  }
} finally {
  rmSync(base, { recursive: true, force: true });
}
