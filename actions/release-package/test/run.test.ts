import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { createArchiver } from "@retell-actions/core/adapters/archive/create-archiver";
import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import type { JobEvent } from "@retell-actions/core/ports/runner";
import type { ProjectFile } from "@retell-actions/core/project/files";
import { validateProject } from "@retell-actions/core/project/validate-project";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import type { StoredRelease } from "@retell-actions/lab/memory/memory-releases";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { run as runDeploy } from "../../deploy/src/run.ts";
import type { ReleaseInputs } from "../src/inputs.ts";
import { run } from "../src/run.ts";
import { unpackTarGz, unpackZip } from "./unpack.ts";

const DISPATCH: JobEvent = { name: "workflow_dispatch", branch: "develop" };
const ASSETS = ["retell-agents-v1.tar.gz", "retell-agents-v1.zip", "RELEASE_MANIFEST.json", "SHA256SUMS"];

/** A repository with the tag `v1` on develop, of which something else is checked out. */
function worldWith(files: Record<string, string> = smallProject(), tag = "v1"): MemoryWorld {
  const world = createMemoryWorld(files);
  world.git.tags.set(tag, world.git.branches.get("develop") ?? "");
  world.git.checkout(world.git.commit("elsewhere", { "agents/sales/agent.json": "broken" }));
  return world;
}

function release(world: MemoryWorld, inputs: Partial<ReleaseInputs> = {}, event: JobEvent = DISPATCH): Promise<ActionReport> {
  return run({ tag: event.name === "release" ? "" : "v1", workingDirectory: "", token: "", ...inputs }, world.ports({ event }), createArchiver());
}

async function deploy(world: MemoryWorld, workspace: string): Promise<void> {
  const options = { onConsoleEdit: "fail", requireStaging: false, prune: "report", maxDeletes: 1, allowReplace: false, recreate: false, adopt: false } as const;
  world.git.checkout(world.git.branches.get(workspace) ?? "");
  const done = await runDeploy({ agents: ["*"], workingDirectory: "", token: "", workspace, dryRun: false, planFingerprint: undefined, confirm: "", concurrency: 8, options }, world.ports({ runId: "1", event: { name: "push", branch: workspace, before: undefined, after: "" } }));
  if (done.outcome !== "deployed") throw new Error(done.message);
}

function only(world: MemoryWorld): StoredRelease {
  const [first, ...rest] = world.releases.all;
  if (first === undefined || rest.length > 0) throw new Error(`there are ${world.releases.all.length} releases`);
  return first;
}

function asset(world: MemoryWorld, name: string): Uint8Array {
  const found = only(world).assets.find((candidate) => candidate.name === name);
  return world.releases.contents.get(found?.id ?? 0) ?? new Uint8Array(0);
}

const text = (data: Uint8Array): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(data);
const manifestOf = (world: MemoryWorld): Record<string, unknown> => JSON.parse(text(asset(world, "RELEASE_MANIFEST.json"))) as Record<string, unknown>;
const writes = (world: MemoryWorld): string[] => world.releases.writes.map(({ method, subject }) => `${method} ${subject}`);
/** What matters of a release's end, without ids. */
const picture = (world: MemoryWorld): unknown => ({ ...only(world), id: 0, url: only(world).url.replace(/\d+/, ""), uploadUrl: "", assets: only(world).assets.map(({ name, digest, uploaded }) => ({ name, digest, uploaded })).sort((a, b) => (a.name < b.name ? -1 : 1)) });

describe("a release by hand", () => {
  test("makes a draft, uploads, publishes at the very end", async () => {
    const world = worldWith();
    const report = await release(world);
    expect(report).toMatchObject({ outcome: "packaged", reason: "ok", outputs: { agents: '["sales","support"]', archives: '["retell-agents-v1.tar.gz","retell-agents-v1.zip"]', "release-url": "https://github.com/octo/agents/releases/tag/v1" } });
    expect(writes(world)).toEqual(["createDraft v1", ...ASSETS.map((name) => `upload ${name}`), "update 1"]);
    expect(only(world)).toMatchObject({ draft: false, tag: "v1", title: "v1" });
    expect(report.outputs["manifest"]).toBe(text(asset(world, "RELEASE_MANIFEST.json")));
    expect(report.outputs["checksums"]).toBe(text(asset(world, "SHA256SUMS")));
  });

  test("a draft that a person wrote keeps its words", async () => {
    const world = worldWith();
    world.releases.add({ tag: "v1", body: "Our best release.\r\n\r\n* faster", draft: true });
    await release(world);
    expect(only(world)).toMatchObject({ draft: false, body: expect.stringMatching(/^Our best release\.\r\n\r\n\* faster\n\n<!-- retell-actions:inventory -->\n### Retell agents\n/) as unknown });
  });

  test("L6: the same again writes nothing, not even the notes", async () => {
    const world = worldWith();
    await release(world);
    // GitHub's page stores line breaks of its own.
    only(world).body = only(world).body.replaceAll("\n", "\r\n");
    world.releases.writes.length = 0;
    expect(await release(world)).toMatchObject({ outcome: "packaged", reason: "nothing-to-do" });
    expect(writes(world)).toEqual([]);
  });

  test("a rerun replaces only the files that differ", async () => {
    const world = worldWith();
    await release(world);
    const former = only(world).assets.find(({ name }) => name === "retell-agents-v1.zip");
    if (former === undefined) throw new Error("no zip");
    only(world).assets[1] = { ...former, digest: "sha256:other" };
    world.releases.writes.length = 0;
    expect(await release(world)).toMatchObject({ outcome: "packaged", reason: "ok" });
    expect(writes(world)).toEqual([`deleteAsset ${former.id}`, "upload retell-agents-v1.zip"]);
  });

  test("files of others stay", async () => {
    const world = worldWith();
    const made = world.releases.add({ tag: "v1", draft: true });
    made.assets.push({ id: 99, name: "theirs.pdf", size: 1, digest: undefined, uploaded: true });
    await release(world);
    expect(only(world).assets.map(({ name }) => name).sort()).toEqual([...ASSETS, "theirs.pdf"].sort());
  });

  test("L4: broken off before or after any write, a rerun ends in the same release", async () => {
    const undisturbed = worldWith();
    await release(undisturbed);
    const steps = undisturbed.releases.writes.length;
    expect(steps).toBe(6);
    for (let step = 0; step < steps; step += 1) {
      for (const moment of ["before", "after"] as const) {
        const world = worldWith();
        let count = 0;
        world.releases[moment] = () => {
          if (count++ === step) throw new Error("killed");
        };
        await expect(release(world)).rejects.toThrow("killed");
        world.releases[moment] = undefined;
        expect(await release(world)).toMatchObject({ outcome: "packaged" });
        expect(picture(world)).toEqual(picture(undisturbed));
      }
    }
  });

  test("a cancelled run starts no more writes and says so; the next one goes on", async () => {
    const world = worldWith();
    world.releases.after = ({ subject }) => (subject === "retell-agents-v1.zip" ? world.cancel() : undefined);
    expect(await release(world)).toMatchObject({ outcome: "failed", reason: "cancelled" });
    expect(writes(world)).toEqual(["createDraft v1", "upload retell-agents-v1.tar.gz", "upload retell-agents-v1.zip"]);
    expect(only(world).draft).toBe(true);
  });

  test("a tag that moves meanwhile is not published", async () => {
    const world = worldWith();
    const other = world.git.commit("develop", { "prompts/sales/pitch.txt": "Other.\n" });
    world.releases.after = ({ subject }) => void (subject === "SHA256SUMS" && world.git.tags.set("v1", other));
    await expect(release(world)).rejects.toMatchObject({ reason: "unknown-tag", message: expect.stringContaining("was moved") as unknown });
    expect(only(world).draft).toBe(true);
    world.releases.after = undefined;
    expect(await release(world)).toMatchObject({ outcome: "packaged" });
    expect(manifestOf(world)["commit"]).toBe(other);
  });
});

describe("a release that was published", () => {
  const published: JobEvent = { name: "release", action: "published", tag: "v1" };

  test("gets its files, and its tag comes from the event", async () => {
    const world = worldWith();
    world.releases.add({ tag: "v1", body: "Words" });
    expect(await release(world, {}, published)).toMatchObject({ outcome: "packaged", reason: "ok" });
    expect(writes(world)).toEqual([...ASSETS.map((name) => `upload ${name}`), "update 1"]);
  });

  test("an immutable one without the files is release-locked, with the way out", async () => {
    const world = worldWith();
    world.releases.immutable = true;
    world.releases.add({ tag: "v1" });
    const report = await release(world, {}, published);
    expect(report).toMatchObject({ outcome: "failed", reason: "release-locked", message: expect.stringMatching(/run this workflow by hand/) as unknown });
    expect(report.message).toContain("retell-agents-v1.zip");
    expect(writes(world)).toEqual([]);
  });

  test("with immutable releases a run by hand works, and its rerun has nothing to do", async () => {
    const world = worldWith();
    world.releases.immutable = true;
    expect(await release(world)).toMatchObject({ outcome: "packaged", reason: "ok" });
    expect(only(world).immutable).toBe(true);
    world.releases.writes.length = 0;
    expect(await release(world)).toMatchObject({ outcome: "packaged", reason: "nothing-to-do" });
    expect(writes(world)).toEqual([]);
  });

  test("one that turns immutable in between is release-locked too", async () => {
    const world = worldWith();
    world.releases.add({ tag: "v1" });
    world.releases.after = () => void (only(world).immutable = true);
    expect(await release(world, {}, published)).toMatchObject({ outcome: "failed", reason: "release-locked", message: expect.not.stringContaining("tar.gz,") as unknown });
  });

  test("one that is gone is not made again", async () => {
    const world = worldWith();
    await expect(release(world, {}, published)).rejects.toMatchObject({ reason: "github-unavailable" });
    await expect(release(world, { tag: "v1" }, published)).rejects.toMatchObject({ reason: "github-unavailable" });
    await expect(release(world, {}, { ...published, action: "deleted" })).rejects.toMatchObject({ reason: "invalid-input" });
    expect(world.releases.all).toEqual([]);
  });
});

describe("tags", () => {
  test("one that does not exist is not made; the message shows how", async () => {
    const world = worldWith();
    await expect(release(world, { tag: "v2" })).rejects.toMatchObject({ reason: "unknown-tag", message: expect.stringContaining("git tag v2 <commit>\ngit push origin refs/tags/v2") as unknown });
  });

  test.each(["-v1", "v 1", "v1;id", "vé", "v*", "$(x)", "v1\nv2", "x".repeat(201)])("%j is refused before anything is read", async (tag) => {
    const world = worldWith(smallProject(), tag);
    await expect(release(world, { tag })).rejects.toMatchObject({ reason: "unknown-tag" });
    expect(writes(world)).toEqual([]);
  });

  test.each([
    ["release/2026.1", "retell-agents-release-2026.1.zip"],
    ["v1.0.0+build_7", "retell-agents-v1.0.0+build_7.zip"],
  ])("%s gives %s", async (tag, zip) => {
    const world = worldWith(smallProject(), tag);
    expect((await release(world, { tag: `refs/tags/${tag}` })).outputs["archives"]).toContain(zip);
    expect(only(world)).toMatchObject({ tag, draft: false });
  });

  test("without a tag an event other than release is told what to add", async () => {
    await expect(release(worldWith(), { tag: "" })).rejects.toMatchObject({ reason: "invalid-input", message: expect.stringContaining("tag: ${{ inputs.tag }}") as unknown });
  });
});

describe("what is packed", () => {
  const FILES = smallProject({
    "agents/sales/agent.production.json": '{"voice_speed": 1.2}\r\n',
    "agents/sales/notes, äöü.md": "words\n",
    [`agents/sales/${"deep/".repeat(30)}x.txt`]: "deep",
    "prompts/base/unused.md": "line\r\nline",
    "templates/t.json": "{}",
    "README.md": "not packed",
  });

  test("the tag's own commit, as it is in Git: both archives restore a valid project, byte by byte", async () => {
    const world = worldWith(FILES);
    await release(world);
    const expected = Object.keys(FILES).filter((path) => /^(agents|prompts)\/|^workspaces\.json$/.test(path)).sort();
    for (const files of [await unpackTarGz(asset(world, ASSETS[0] ?? "")), unpackZip(asset(world, ASSETS[1] ?? ""))]) {
      expect([...files.keys()].filter((path) => path !== "RELEASE_MANIFEST.json").sort()).toEqual(expected);
      for (const path of expected) expect(text(files.get(path) ?? new Uint8Array(0))).toBe(FILES[path]);
      expect(files.get("RELEASE_MANIFEST.json")).toEqual(asset(world, "RELEASE_MANIFEST.json"));
      const unpacked = new Map([...files].map(([path, data]): [string, ProjectFile] => [path, { kind: "file", text: text(data) }]));
      expect(validateProject({ files: unpacked, workingDirectory: "" }).problems.filter(({ severity }) => severity === "error")).toEqual([]);
    }
  });

  test("the checksums are those of the files", async () => {
    const world = worldWith(FILES);
    await release(world);
    const lines = text(asset(world, "SHA256SUMS")).trimEnd().split("\n");
    expect(lines.map((line) => line.split("  ")[1])).toEqual(["RELEASE_MANIFEST.json", "retell-agents-v1.tar.gz", "retell-agents-v1.zip"]);
    for (const line of lines) {
      const [hash = "", name = ""] = line.split("  ");
      expect(createHash("sha256").update(asset(world, name)).digest("hex")).toBe(hash);
    }
  });

  test("L8: two repositories with the same content give the same bytes", async () => {
    const [a, b] = [worldWith(FILES), worldWith(Object.fromEntries(Object.entries(FILES).reverse()))];
    await Promise.all([release(a), release(b)]);
    for (const name of ASSETS) expect(createHash("sha256").update(asset(a, name)).digest("hex")).toBe(createHash("sha256").update(asset(b, name)).digest("hex"));
  });

  test("the manifest: agents with hashes and files, and what the workspaces have recorded", async () => {
    const world = worldWith(FILES);
    await deploy(world, "staging");
    const stateTip = world.git.branches.get("retell/state/staging");
    await release(world);
    const manifest = manifestOf(world) as { agents: { name: string; config_hash: Record<string, string>; files: string[] }[]; workspaces: Record<string, { state_commit: string | null; agents: Record<string, Record<string, unknown> | null> }>; files: unknown[] };
    expect(manifest).toMatchObject({ schema_version: 1, tag: "v1", commit: world.git.tags.get("v1"), commit_date: "2026-11-20T10:20:31Z", repository: "octo/agents", folder: "", tool: { name: "retell-actions" } });
    const [sales] = manifest.agents;
    expect(sales).toMatchObject({ name: "sales", engine: "retell-llm", channel: "voice" });
    expect(sales?.files).toEqual(expect.arrayContaining(["agents/sales/agent.json", "agents/sales/agent.production.json", "prompts/base/greeting.txt", "prompts/sales/pitch.txt"]));
    expect(sales?.files).not.toContain("prompts/base/unused.md");
    expect(sales?.config_hash["staging"]).not.toBe(sales?.config_hash["production"]);
    // Exactly this is deployed to staging, which the hashes say.
    expect(manifest.workspaces["staging"]).toMatchObject({ state_commit: stateTip, agents: { sales: { version: 0, is_published: false, config_hash: sales?.config_hash["staging"], agent_id: expect.stringMatching(/^agent_/) as unknown } } });
    expect(manifest.workspaces["production"]).toEqual({ state_commit: null, agents: { sales: null, support: null } });
    expect(manifest.files).toContainEqual({ path: "prompts/base/unused.md", sha256: createHash("sha256").update("line\r\nline").digest("hex"), bytes: 10 });
    expect(only(world).body).toContain("| `sales` | Retell LLM | 0 (draft) | – |");
    expect(text(asset(world, "RELEASE_MANIFEST.json"))).not.toContain("12345678");
  });

  test("a state that cannot be read is recorded as unreadable, with a warning", async () => {
    const world = worldWith(FILES);
    await deploy(world, "staging");
    world.git.commit("retell/state/staging", { "agents/sales/staging.json": "<<<<<<< broken" });
    expect(await release(world)).toMatchObject({ outcome: "packaged" });
    expect(manifestOf(world)).toMatchObject({ workspaces: { staging: { agents: { sales: "unreadable", support: { version: 0 } } } } });
    expect(world.log.lines.filter(({ level, message }) => level === "warning" && message.includes("sales in staging"))).toHaveLength(1);
    expect(only(world).body).toContain("| `sales` | Retell LLM | unreadable |");
  });

  test("a project in a folder: paths from that folder, names and notes of its own beside another project's", async () => {
    const files = Object.fromEntries(Object.entries(smallProject()).flatMap(([path, content]) => [[path, content], [`voice/eu/${path}`, content]]));
    const world = worldWith(files);
    await release(world, { workingDirectory: "voice/eu/" });
    await release(world);
    expect(only(world).assets.map(({ name }) => name).sort()).toEqual([...ASSETS, "retell-agents-voice-eu-v1.tar.gz", "retell-agents-voice-eu-v1.zip", "RELEASE_MANIFEST-voice-eu.json", "SHA256SUMS-voice-eu"].sort());
    expect([...unpackZip(asset(world, "retell-agents-voice-eu-v1.zip")).keys()]).toContain("agents/sales/agent.json");
    expect(only(world).body.match(/<!-- retell-actions:inventory/g)).toHaveLength(2);
  });
});

describe("invalid files", () => {
  test("are annotated, and nothing is uploaded", async () => {
    const world = worldWith(smallProject({ "agents/sales/agent.json": '{"agent_name": 1}' }));
    const report = await release(world);
    expect(report).toMatchObject({ outcome: "invalid", reason: "invalid-files", outputs: { agents: "[]", manifest: "", archives: "[]", checksums: "", "release-url": "" } });
    expect(report.problems.some(({ file, severity }) => file === "agents/sales/agent.json" && severity === "error")).toBe(true);
    expect(report.summary).toContain("Findings in files");
    expect(writes(world)).toEqual([]);
  });

  test.each([
    ["symlink", "prompts/base/link.md"],
    ["binary", "agents/sales/logo.png"],
  ] as const)("a %s that no agent uses is an error too, since it cannot be packed", async (kind, path) => {
    const world = worldWith();
    const ports = world.ports({ event: DISPATCH });
    const git = { ...ports.git, readCommit: async (commit: string, paths: readonly string[]) => new Map([...(await ports.git.readCommit(commit, paths)), [path, { kind }]]) };
    const report = await run({ tag: "v1", workingDirectory: "", token: "" }, { ...ports, git }, createArchiver());
    expect(report).toMatchObject({ outcome: "invalid" });
    expect(report.problems.filter(({ file, severity }) => file === path && severity === "error")).toHaveLength(1);
  });
});
