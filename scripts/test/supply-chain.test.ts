import { afterAll, describe, expect, test } from "@jest/globals";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { lintWorkflow } from "@retell-actions/lab/runner/lint-workflow";
import { billOfMaterials } from "../sbom/bill-of-materials.ts";
import { bundledPackages, filesOfModules } from "../sbom/bundled-packages.ts";
import { heading, licenseFile } from "../sbom/license-file.ts";
import { ROOT } from "./repository.ts";

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, unknown>;
}
interface Job {
  readonly permissions?: Record<string, string>;
  readonly "timeout-minutes"?: number;
  readonly environment?: string;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Record<string, Job>;
}

/** The only one that is sought; a test without it could not fail for the right reason. */
function found<Item>(items: readonly Item[], isIt: (item: Item) => boolean): Item {
  const item = items.find(isIt);
  if (item === undefined) throw new Error(`Not among ${JSON.stringify(items).slice(0, 200)}`);
  return item;
}

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const workflowFiles = readdirSync(join(ROOT, ".github/workflows")).map((name) => `.github/workflows/${name}`);
const workflows = workflowFiles.map((file) => ({ file, ...(parse(read(file)) as Workflow) }));
const jobs = workflows.flatMap(({ file, jobs }) => Object.entries(jobs).map(([id, job]) => ({ name: `${file} ${id}`, job })));

describe("our own workflows", () => {
  // Those that users copy: packages/lab/test/workflows/templates.test.ts.
  test.each(workflowFiles)("%s has no lint", async (path) => {
    expect(await lintWorkflow({ path, text: read(path) })).toEqual([]);
  });

  test.each(workflowFiles)("%s uses commits, each with the version that it is", (file) => {
    const uses = read(file).split("\n").filter((line) => /^\s*(- )?uses:/.test(line));
    expect(uses).not.toEqual([]);
    for (const line of uses) expect(line).toMatch(/uses: [\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test("one version of an action is one commit everywhere", () => {
    const pins = workflowFiles.flatMap((file) => [...read(file).matchAll(/uses: ([\w-]+\/[\w-]+)[\w/-]*@(.*)$/gm)].map(([, action, pin]) => [action, pin] as const));
    for (const [action, commits] of Map.groupBy(pins, ([action]) => action)) expect([action, new Set(commits.map(([, pin]) => pin)).size]).toEqual([action, 1]);
  });

  test.each(workflows)("$file grants nothing to all jobs", ({ permissions }) => {
    expect(permissions).toEqual({});
  });

  test.each(jobs)("$name says what it may do and how long, and keeps no token in the checkout", ({ job }) => {
    expect(Object.values(job.permissions ?? { none: "given" }).filter((level) => level !== "read" && level !== "write")).toEqual([]);
    expect(job["timeout-minutes"]).toBeGreaterThan(0);
    for (const step of job.steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"))) expect(step.with?.["persist-credentials"]).toBe(false);
  });

  test("no code of a package runs where contents may be written, and a person says yes before", () => {
    const writers = jobs.filter(({ job }) => job.permissions?.["contents"] === "write");
    expect(writers.map(({ name }) => name)).toEqual([".github/workflows/release.yml release"]);
    for (const { job } of writers) {
      expect(job.environment).toBe("release");
      expect(job.steps.filter(({ run }) => /\b(npm|npx|node|corepack)\b|\.ci\//.test(run ?? ""))).toEqual([]);
      expect(job.steps.flatMap(({ uses }) => uses?.split("@")[0] ?? []).sort()).toEqual(["actions/attest", "actions/attest", "actions/checkout"]);
    }
  });
});

interface Component {
  readonly type: string;
  readonly "bom-ref": string;
  readonly name: string;
  readonly version: string;
  readonly hashes: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses: readonly { readonly expression?: string; readonly license?: { readonly id: string } }[];
}
interface Bill {
  readonly serialNumber: string;
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

/** Licenses that code inside a bundle may have: each allows passing it on with its text beside it. */
const BUNDLED_LICENSES = ["0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT"];
const locked = Object.entries((JSON.parse(read("package-lock.json")) as { packages: Record<string, { version?: string; license?: string; integrity?: string; link?: boolean }> }).packages)
  .filter(([path, one]) => path.includes("node_modules/") && one.link !== true);
const actions = readdirSync(join(ROOT, "actions"));

describe("what is inside the bundles", () => {
  const bill = JSON.parse(read("dist/sbom.cdx.json")) as Bill;
  const inside = (action: string): Component[] => {
    const self = bill.components.find(({ type, name }) => type === "application" && name === action);
    const references = bill.dependencies.find(({ ref }) => ref === self?.["bom-ref"])?.dependsOn ?? [];
    return references.map((reference) => found(bill.components, (one) => one["bom-ref"] === reference));
  };
  const licenseOf = ({ licenses: [one] }: Component): string => one?.expression ?? one?.license?.id ?? "";

  test.each(actions)("%s: the bill is of these bytes, and names every package that the bundle shows", (action) => {
    const code = readFileSync(join(ROOT, "dist", action, "index.js"));
    const self = bill.components.find(({ type, name }) => type === "application" && name === action);
    expect(self?.hashes).toEqual([{ alg: "SHA-256", content: createHash("sha256").update(code).digest("hex") }]);
    // ES modules keep their path in a comment of the bundle; CommonJS modules keep only a number.
    const shown = new Set([...code.toString("utf8").matchAll(/^;\/\/ .*MODULE: \.\/(?:\S*\/)?node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\//gm)].map(([, name]) => name ?? ""));
    expect(shown.size).toBeGreaterThan(0);
    expect(inside(action).map(({ name }) => name)).toEqual(expect.arrayContaining([...shown]));
  });

  test.each(actions)("%s: licenses.txt has each package of the bill in its version, with a text", (action) => {
    const text = read(`dist/${action}/licenses.txt`);
    const parts = text.split(/^={100}$/m).map((part) => part.trim());
    for (const one of inside(action)) {
      const at = parts.indexOf(heading({ name: one.name, version: one.version, license: licenseOf(one) }));
      expect([one.name, at]).not.toEqual([one.name, -1]);
      expect([one.name, (parts[at + 1] ?? "").length > 100]).toEqual([one.name, true]);
    }
    expect((parts.length - 1) / 2).toBe(inside(action).length);
  });

  test("every library is the one that package-lock.json pins, and has an allowed license", () => {
    const libraries = bill.components.filter(({ type }) => type === "library");
    expect(libraries.length).toBeGreaterThan(10);
    for (const one of libraries) {
      const [, pinned] = locked.find(([path, { version }]) => path.endsWith(`node_modules/${one.name}`) && version === one.version) ?? [];
      expect([one.name, one.hashes[0]?.content]).toEqual([one.name, Buffer.from(pinned?.integrity?.split("-")[1] ?? "", "base64").toString("hex")]);
      expect(BUNDLED_LICENSES).toContain(licenseOf(one));
    }
  });

  test("package-lock.json pins a digest of each package, and dependency review knows each license", () => {
    const step = workflows.flatMap(({ jobs }) => Object.values(jobs).flatMap((job) => job.steps)).find(({ uses }) => uses?.startsWith("actions/dependency-review-action@"));
    const allowed = new Set(String(step?.with?.["allow-licenses"]).split(", "));
    expect(locked.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? "")).map(([path]) => path)).toEqual([]);
    const atoms = new Set(locked.flatMap(([, { license }]) => (license ?? "none").replaceAll(/[()]/g, "").split(/ (?:AND|OR) /)));
    expect([...atoms].filter((license) => !allowed.has(license))).toEqual([]);
    expect(BUNDLED_LICENSES.filter((license) => !allowed.has(license))).toEqual([]);
  });
});

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
function folder(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), "retell-supply-"));
  folders.push(path);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

describe("the bill of materials", () => {
  const integrity = `sha512-${Buffer.alloc(64, 7).toString("base64")}`;
  const root = (license: string | undefined): string => folder({
    "package-lock.json": JSON.stringify({ packages: {
      "node_modules/a": { version: "1.0.0", license: "MIT", integrity },
      "node_modules/b/node_modules/a": { version: "2.0.0", license, integrity },
    } }),
    "node_modules/a/LICENSE": "one\r\n", "node_modules/a/lib/vendor/COPYING": "vendored", "node_modules/a/lib/other/LICENSE": "not bundled", "node_modules/a/lib/license.js": "code",
    "node_modules/b/node_modules/a/licence.md": "two",
  });
  const modules = (at: string): { resource?: string; modules?: { resource: string }[] }[] => [
    { resource: join(at, "build/index.js") }, { resource: join(at, "node_modules/b/node_modules/a/index.js") },
    { modules: [{ resource: join(at, "node_modules/a/lib/vendor/x.js") }, { resource: join(at, "node_modules/a/index.js") }] }, {},
  ];
  const packages = (license: string | undefined): ReturnType<typeof bundledPackages> => {
    const at = root(license);
    return bundledPackages(filesOfModules(modules(at)), at);
  };

  test("has a package in each of its versions, with the licenses of its bundled parts", () => {
    const listed = packages("(MIT OR CC0-1.0)");
    expect(listed.map(heading)).toEqual(["a 1.0.0 (MIT)", "a 2.0.0 ((MIT OR CC0-1.0))"]);
    expect(listed.map(({ texts }) => [...texts])).toEqual([[["LICENSE", "one\n"], ["lib/vendor/COPYING", "vendored\n"]], [["licence.md", "two\n"]]]);
    expect(licenseFile(listed)).toMatch(/a 1\.0\.0 \(MIT\)\n=+\n\n\[LICENSE\]\n\none\n\n+\[lib\/vendor\/COPYING\]\n\nvendored\n[^]*a 2\.0\.0 \(\(MIT OR CC0-1\.0\)\)/);
  });

  test("is refused for a package without a license, pinned or written", () => {
    expect(() => packages(undefined)).toThrow(/does not say .* license .*node_modules\/b\/node_modules\/a/);
    const at = root("MIT");
    rmSync(join(at, "node_modules/a/LICENSE"));
    expect(() => bundledPackages([join(at, "node_modules/a/index.js")], at)).toThrow("a 1.0.0 has no license file");
  });

  test("is the same for the same content, and another for other bytes", () => {
    const action = (code: string): Bill => billOfMaterials("1.2.3", [{ name: "deploy", code, packages: packages("MIT") }]) as Bill;
    expect(action("x")).toEqual(action("x"));
    expect(action("x").serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(action("y").serialNumber).not.toBe(action("x").serialNumber);
    expect(action("x").dependencies[1]).toEqual({ ref: "deploy@1.2.3", dependsOn: ["pkg:npm/a@1.0.0", "pkg:npm/a@2.0.0"] });
  });
});

describe("the release workflow", () => {
  const release = found(workflows, ({ file }) => file.endsWith("/release.yml"));
  const script = (job: string, name: string): string => found(release.jobs[job]?.steps ?? [], (step) => step.name === name).run ?? "";
  /** A stand-in for GitHub's command line tool: keeps releases in a folder, and asks of git's tags what the real one asks. */
  const gh = `#!/usr/bin/env bash
set -eu
echo "$*" >>"$GH_LOG"
case "$1 $2" in
  "auth setup-git") ;;
  "release list") [ ! -e "$GH_RELEASES/v$VERSION/draft" ] || cat "$GH_RELEASES/v$VERSION/draft" ;;
  "release create") git ls-remote --exit-code origin "refs/tags/$3" >/dev/null; mkdir -p "$GH_RELEASES/$3"; [ ! -e "$GH_RELEASES/$3/draft" ]; echo true >"$GH_RELEASES/$3/draft"; cp "\${@: -1}" "$GH_RELEASES/$3/notes" ;;
  "release upload") [ "$(cat "$GH_RELEASES/$3/draft")" = true ]; for file in "\${@:4}"; do [ "$file" = --clobber ] || cp "$file" "$GH_RELEASES/$3/"; done ;;
  "release edit") [ -n "$(ls "$GH_RELEASES/$3"/*.tar.gz)" ]; echo false >"$GH_RELEASES/$3/draft" ;;
  *) exit 64 ;;
esac
`;

  function repository(): { run: (job: string, name: string, version: string, more?: Record<string, string>) => ReturnType<typeof spawnSync>; git: (...args: string[]) => string; home: string; commit: (text: string, version: string) => void } {
    const home = folder({ "bin/gh": gh, "gh.log": "", "work/.keep": "" });
    chmodSync(join(home, "bin/gh"), 0o755);
    const work = join(home, "work");
    const base = { PATH: `${join(home, "bin")}:${process.env["PATH"]}`, HOME: home, GIT_CONFIG_NOSYSTEM: "1", LC_ALL: "C" };
    const git = (...args: string[]): string => {
      const done = spawnSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], { cwd: work, env: base, encoding: "utf8" });
      if (done.status !== 0) throw new Error(`git ${args.join(" ")}: ${done.stderr}`);
      return done.stdout.trim();
    };
    spawnSync("git", ["init", "-q", "--bare", join(home, "origin.git")], { env: base });
    git("init", "-q", "-b", "main");
    git("remote", "add", "origin", join(home, "origin.git"));
    const commit = (text: string, version: string): void => {
      mkdirSync(join(work, "dist/deploy"), { recursive: true });
      writeFileSync(join(work, "dist/deploy/index.js"), text);
      writeFileSync(join(work, "dist/sbom.cdx.json"), "{}\n");
      writeFileSync(join(work, "package.json"), JSON.stringify({ version }));
      writeFileSync(join(work, "CHANGELOG.md"), `# Changes\n\n## ${version} (2026-11-21)\n\n- ${text}\n\n## 0.1.0\n\n- old\n`);
      git("add", "-A");
      git("commit", "-q", "-m", text);
      git("push", "-q", "origin", "HEAD:refs/heads/main", "--force");
    };
    const run = (job: string, name: string, version: string, more: Record<string, string> = {}): ReturnType<typeof spawnSync> => {
      const temp = join(home, `temp-${version}`);
      mkdirSync(temp, { recursive: true });
      const identity = { GIT_AUTHOR_NAME: "bot", GIT_AUTHOR_EMAIL: "bot@example.com", GIT_COMMITTER_NAME: "bot", GIT_COMMITTER_EMAIL: "bot@example.com" };
      return spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script(job, name)], {
        cwd: work, encoding: "utf8",
        env: { ...base, ...identity, VERSION: version, FILES: join(temp, "files"), NOTES: join(temp, "notes.md"), GITHUB_OUTPUT: join(temp, "output"), GH_LOG: join(home, "gh.log"), GH_RELEASES: join(home, "releases"), ...more },
      });
    };
    return { run, git, home, commit };
  }
  type Repository = ReturnType<typeof repository>;

  /** Runs the steps of the job that need no signing service; returns the first that failed. */
  function publish({ run, home }: Repository, version: string): string | undefined {
    let id = "";
    for (const name of ["Make the release commit", "Make the files", "Push the tag of the version", "Publish the release", "Move the major tag"]) {
      if (run("release", name, version, { RELEASE: id }).status !== 0) return name;
      id = (readFileSync(join(home, `temp-${version}/output`), "utf8").trim().split("\n").at(-1) ?? "").replace("id=", "");
    }
    return undefined;
  }

  test("checks the version: only main, only what package.json and the changelog say", () => {
    const one = repository();
    one.commit("first", "1.2.3");
    const check = (version: string, ref: string): [number | null, string] => {
      const { status, stdout } = one.run("check", "Check the version", version, { REF: ref });
      return [status, String(stdout).replace(/^::error::|\n$/g, "")];
    };
    expect(check("1.2.3", "refs/heads/main")).toEqual([0, ""]);
    expect(check("1.2.3", "refs/heads/feature")).toEqual([1, "Releases are made of main, not of refs/heads/feature."]);
    expect(check("1.2", "refs/heads/main")[1]).toMatch(/must look like/);
    expect(check("1.2.3$(touch pwned)", "refs/heads/main")[1]).toMatch(/must look like/);
    expect(check("1.2.4", "refs/heads/main")[1]).toMatch(/package\.json has another version/);
    writeFileSync(join(one.home, "work/CHANGELOG.md"), "## 1x2.3\n\n## 1.2.30\n");
    expect(check("1.2.3", "refs/heads/main")[1]).toMatch(/CHANGELOG\.md has no heading/);
    expect(readdirSync(join(one.home, "work"))).not.toContain("pwned");
  });

  test("makes a tag whose tree is dist/, a release with its files, and the major tag; again: the same, and nothing new", () => {
    const one = repository();
    one.commit("first", "1.2.3");
    expect(publish(one, "1.2.3")).toBeUndefined();
    const tags = one.git("ls-remote", "--tags", "origin");
    const release = tags.split("\t")[0] ?? "";
    expect(tags.replaceAll(release, "*")).toBe("*\trefs/tags/v1\n*\trefs/tags/v1.2.3");
    expect(one.git("rev-parse", `${release}^{tree}`, `${release}^`)).toBe(one.git("rev-parse", "HEAD:dist", "HEAD"));
    expect(one.git("show", "-s", "--format=%aI %cI", release)).toBe(one.git("show", "-s", "--format=%cI %cI", "HEAD"));
    const files = join(one.home, "releases/v1.2.3");
    expect(readdirSync(files).sort()).toEqual(["SHA256SUMS", "draft", "notes", "retell-actions-1.2.3.cdx.json", "retell-actions-1.2.3.tar.gz"]);
    expect(readFileSync(join(files, "notes"), "utf8").trim()).toBe("- first");
    expect(readFileSync(join(files, "draft"), "utf8").trim()).toBe("false");
    expect(spawnSync("sha256sum", ["--check", "--strict", "SHA256SUMS"], { cwd: files }).status).toBe(0);
    expect(spawnSync("tar", ["-tzf", "retell-actions-1.2.3.tar.gz"], { cwd: files, encoding: "utf8" }).stdout.split("\n")).toContain("retell-actions-1.2.3/deploy/index.js");

    const sums = readFileSync(join(files, "SHA256SUMS"), "utf8");
    const log = readFileSync(join(one.home, "gh.log"), "utf8");
    expect(publish(one, "1.2.3")).toBeUndefined();
    expect(one.git("ls-remote", "--tags", "origin")).toBe(tags);
    expect(readFileSync(join(one.home, "temp-1.2.3/files/SHA256SUMS"), "utf8")).toBe(sums);
    expect(readFileSync(join(one.home, "gh.log"), "utf8").slice(log.length)).not.toMatch(/release (create|upload|edit)/);
  });

  test("never moves the tag of a version, and moves the major tag forwards only", () => {
    const one = repository();
    one.commit("first", "1.2.3");
    expect(publish(one, "1.2.3")).toBeUndefined();
    one.commit("newer", "1.10.0");
    expect(publish(one, "1.10.0")).toBeUndefined();
    const newest = one.git("ls-remote", "--tags", "origin", "v1", "v1.10.0").split("\n").map((line) => line.split("\t")[0]);
    expect(newest[0]).toBe(newest[1]);
    one.commit("a fix of an old minor", "1.2.4");
    expect(publish(one, "1.2.4")).toBeUndefined();
    expect(one.git("ls-remote", "--tags", "origin", "v1").split("\t")[0]).toBe(newest[0]);
    expect(readFileSync(join(one.home, "gh.log"), "utf8").split("\n").filter((line) => line.startsWith("release edit"))).toEqual([
      "release edit v1.2.3 --draft=false --latest=true", "release edit v1.10.0 --draft=false --latest=true", "release edit v1.2.4 --draft=false --latest=false",
    ]);
    one.commit("other content, same version", "1.10.0");
    const before = one.git("ls-remote", "--tags", "origin");
    expect(publish(one, "1.10.0")).toBe("Push the tag of the version");
    expect(one.git("ls-remote", "--tags", "origin")).toBe(before);
  });
});
