import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { strFromU8, unzipSync } from "fflate";
import { unpackTar } from "modern-tar";
import { gunzipSync } from "node:zlib";
import { createArchiver } from "../../../src/adapters/archive/create-archiver.ts";
import type { ArchiveEntry } from "../../../src/ports/archive.ts";

const folder = mkdtempSync(join(tmpdir(), "retell-archive-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const archiver = createArchiver();
const TIME = Date.UTC(2026, 10, 20, 10, 20, 31);
const deep = `agents/sales/${"long-name/".repeat(12)}file.txt`;
const wide = `prompts/${"ü".repeat(120)}/${"é".repeat(90)}.md`;
const ENTRIES: ArchiveEntry[] = [
  ["workspaces.json", "{}\n"],
  ["agents/sales/agent.json", '{"a": 1}\r\n'],
  [deep, "deep"],
  [wide, "wide"],
  ["prompts/empty.txt", ""],
  ["prompts/日本/挨拶.txt", "\uFEFFこんにちは"],
  ["agents/-x y$(z)/a'b.json", "odd"],
].map(([path = "", text = ""]) => ({ path, data: new TextEncoder().encode(text) }));
const PATHS = ENTRIES.map(({ path }) => path).sort();

const digest = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex");

function onDisk(name: string, data: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, data);
  return path;
}

function has(program: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${program}`]);
    return true;
  } catch {
    return false;
  }
}

describe("tar.gz", () => {
  test("every entry comes back, whatever its name, with fixed owner, mode and time", async () => {
    const entries = await unpackTar(gunzipSync(await archiver.tarGz(ENTRIES, TIME)));
    const files = entries.filter(({ header }) => header.type === "file");
    expect(files.map(({ header }) => header.name).sort()).toEqual(PATHS);
    for (const { path, data } of ENTRIES) expect(Buffer.from(files.find(({ header }) => header.name === path)?.data ?? "none").equals(data)).toBe(true);
    for (const { header } of entries) {
      expect(header).toMatchObject({ uid: 0, gid: 0, uname: "", gname: "", mode: header.type === "directory" ? 0o755 : 0o644, mtime: new Date(TIME) });
    }
    expect(entries.map(({ header }) => header.name)).toContain("agents/sales/");
  });

  test("gzip's header has neither time nor name, and always the same system", async () => {
    const archive = await archiver.tarGz(ENTRIES, TIME);
    expect([...archive.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3]);
  });

  (has("tar") ? test : test.skip)("tar lists and unpacks it", async () => {
    const path = onDisk("a.tar.gz", await archiver.tarGz(ENTRIES, TIME));
    const listed = execFileSync("tar", ["--quoting-style=literal", "-tzf", path], { encoding: "utf8" }).split("\n").filter((line) => line !== "" && !line.endsWith("/"));
    expect(listed.sort()).toEqual(PATHS);
    execFileSync("tar", ["-xzf", path, "-C", folder]);
    for (const entry of ENTRIES) expect(readFileSync(join(folder, entry.path)).equals(entry.data)).toBe(true);
    expect(statSync(join(folder, deep)).mtimeMs).toBe(TIME);
  });
});

describe("zip", () => {
  test("every entry comes back, and text of any script survives in names", () => {
    const files = unzipSync(archiver.zip(ENTRIES, TIME));
    expect(Object.keys(files).filter((path) => !path.endsWith("/")).sort()).toEqual(PATHS);
    for (const { path, data } of ENTRIES) expect(strFromU8(files[path] ?? new Uint8Array(1))).toBe(strFromU8(data));
  });

  (has("python3") ? test : test.skip)("another program reads names, modes and the date in UTC", () => {
    const path = onDisk("a.zip", archiver.zip(ENTRIES, TIME));
    const script = "import json,sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint(json.dumps([[i.filename, oct(i.external_attr >> 16), list(i.date_time), i.create_system] for i in z.infolist()]))";
    const entries = JSON.parse(execFileSync("python3", ["-c", script, path], { encoding: "utf8", env: { ...process.env, TZ: "Asia/Tokyo" } })) as [string, string, number[], number][];
    expect(entries.map(([name]) => name).filter((name) => !name.endsWith("/")).sort()).toEqual(PATHS);
    for (const [name, mode, date, system] of entries) {
      expect([mode, date, system]).toEqual([name.endsWith("/") ? "0o40755" : "0o100644", [2026, 11, 20, 10, 20, 30], 3]);
    }
  });

  test.each([
    ["before 1980", Date.UTC(1969, 0, 1), [1980, 1, 1, 0, 0, 0]],
    ["far in the future", Date.UTC(2200, 0, 1), [2099, 12, 31, 23, 59, 58]],
  ])("a commit %s gets the nearest date that a zip can say", (_, time, expected) => {
    const zip = archiver.zip([{ path: "a", data: new Uint8Array([1]) }], time);
    const date = new DataView(zip.buffer, zip.byteOffset).getUint32(10, true);
    expect([(date >>> 25) + 1980, (date >>> 21) & 15, (date >>> 16) & 31, (date >>> 11) & 31, (date >>> 5) & 63, (date & 31) * 2]).toEqual(expected);
  });
});

describe("the same bytes", () => {
  test("whatever the order of the entries", async () => {
    const [tar, zip] = [digest(await archiver.tarGz(ENTRIES, TIME)), digest(archiver.zip(ENTRIES, TIME))];
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(ENTRIES, { minLength: ENTRIES.length }), async (entries) => {
        expect(digest(await archiver.tarGz(entries, TIME))).toBe(tar);
        expect(digest(archiver.zip(entries, TIME))).toBe(zip);
      }),
      { numRuns: 20 },
    );
  });

  /** 02:30 on a day on which America/Los_Angeles has no such hour. */
  const GAP = Date.UTC(2026, 2, 8, 2, 30, 0);

  test("in every time zone, also for an hour that a zone leaves out", () => {
    const module = fileURLToPath(new URL("../../../src/adapters/archive/create-archiver.ts", import.meta.url));
    const script = `
      const { createArchiver } = await import(${JSON.stringify(module)});
      const { createHash } = await import("node:crypto");
      const archiver = createArchiver();
      const entries = [{ path: "prompts/a.txt", data: new TextEncoder().encode("a".repeat(5000)) }];
      const digest = (data) => createHash("sha256").update(data).digest("hex");
      for (const time of [${TIME}, ${GAP}]) console.log(digest(await archiver.tarGz(entries, time)), digest(archiver.zip(entries, time)), new Date(time).getHours());`;
    const run = (zone: string): string[] => execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8", env: { ...process.env, TZ: zone } }).trim().split("\n");
    const [utc, tokyo, angeles] = ["UTC", "Asia/Tokyo", "America/Los_Angeles"].map(run);
    const hashes = (lines: string[] | undefined): string[] | undefined => lines?.map((line) => line.replace(/ \d+$/, ""));
    // The zones are really in force: the hours differ.
    expect(new Set([utc, tokyo, angeles].map((lines) => lines?.[0]?.split(" ")[2])).size).toBe(3);
    expect(hashes(tokyo)).toEqual(hashes(utc));
    expect(hashes(angeles)).toEqual(hashes(utc));
  });

  test("and others for another time or content", async () => {
    expect(digest(await archiver.tarGz(ENTRIES, TIME + 1000))).not.toBe(digest(await archiver.tarGz(ENTRIES, TIME)));
    expect(digest(archiver.zip(ENTRIES, TIME + 2000))).not.toBe(digest(archiver.zip(ENTRIES, TIME)));
    expect(digest(archiver.zip(ENTRIES.slice(1), TIME))).not.toBe(digest(archiver.zip(ENTRIES, TIME)));
  });
});
