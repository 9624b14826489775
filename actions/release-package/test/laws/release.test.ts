import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { shownBy } from "@retell-actions/lab/scene/look-at";
import { KEYS, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";
import { unpackTarGz, unpackZip } from "../unpack.ts";
import { ASSETS, FILES, onlyRelease, packageByHand, PERMISSIONS, picture, taggedScene, writes } from "./release-scene.ts";

const scenes: Scene[] = [];
async function open(): Promise<Scene> {
  const scene = await taggedScene();
  scenes.push(scene);
  return scene;
}
afterEach(async () => {
  const violations = scenes.flatMap((scene) => scene.github.violations);
  await Promise.all(scenes.splice(0).map((scene) => scene.stop()));
  expect(violations).toEqual([]);
});

function onRelease(scene: Scene): Promise<RunResult> {
  const event = scene.repository.events.findLast(({ name, payload }) => name === "release" && payload["action"] === "published");
  if (event === undefined) throw new Error("nothing was published");
  return scene.action("release-package", { branch: "develop", eventName: "release", event: event.payload, permissions: PERMISSIONS });
}

const dataOf = (scene: Scene, name: string): Buffer => onlyRelease(scene).assets.find((asset) => asset.name === name)?.data ?? Buffer.alloc(0);

describe("a release by hand", () => {
  test("the tag's own commit is packed, whatever is checked out, and the release is published with all files", async () => {
    const scene = await open();
    const run = await packageByHand(scene);
    expect(run).toMatchObject({ conclusion: "success", outputs: { outcome: "packaged", "reason-code": "ok", agents: '["sales","support"]', "release-url": `${scene.github.url}/acme/voices/releases/tag/v1` } });
    expect(onlyRelease(scene)).toMatchObject({ draft: false, tag: "v1" });
    expect(onlyRelease(scene).assets.map(({ name }) => name).sort()).toEqual(ASSETS);
    const packed = Object.entries(FILES).filter(([path]) => path !== "README.md");
    for (const files of [await unpackTarGz(dataOf(scene, "retell-agents-v1.tar.gz")), unpackZip(dataOf(scene, "retell-agents-v1.zip"))]) {
      expect([...files.keys()].sort()).toEqual([...packed.map(([path]) => path), "RELEASE_MANIFEST.json"].sort());
      for (const [path, text] of packed) expect(Buffer.from(files.get(path) ?? []).toString()).toBe(text);
    }
    const commit = (await scene.repository.git.text(["rev-parse", "v1^{commit}"])).trim();
    expect(JSON.parse(run.outputs["manifest"] ?? "")).toMatchObject({ tag: "v1", commit, repository: "acme/voices", workspaces: { staging: { state_commit: null, agents: { sales: null } } } });
    expect(run.summary).toContain("| `retell-agents-v1.tar.gz` |");
    for (const key of Object.values(KEYS)) expect(shownBy(run) + JSON.stringify(onlyRelease(scene).body)).not.toContain(key);
    // Nobody is asked but GitHub.
    expect(scene.retell.requests).toEqual([]);
  });

  test("sha256sum -c SHA256SUMS passes", async () => {
    const scene = await open();
    await packageByHand(scene);
    const folder = mkdtempSync(join(tmpdir(), "retell-release-"));
    try {
      for (const { name, data } of onlyRelease(scene).assets) writeFileSync(join(folder, name), data);
      expect(execFileSync("sha256sum", ["-c", "--strict", "SHA256SUMS"], { cwd: folder, encoding: "utf8" }).trim().split("\n")).toHaveLength(3);
      expect(readFileSync(join(folder, "SHA256SUMS"), "utf8")).toMatch(/^[0-9a-f]{64} {2}RELEASE_MANIFEST\.json\n/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("L8: another machine's run gives the same bytes", async () => {
    const scene = await open();
    await packageByHand(scene, { env: { TZ: "Asia/Tokyo", LANG: "C" } });
    const first = picture(scene);
    scene.repository.releases.length = 0;
    await packageByHand(scene, { env: { TZ: "America/Los_Angeles", LANG: "de_DE.UTF-8" }, fetchDepth: 0 });
    expect(picture(scene)).toEqual(first);
  });

  test("L6: the same again writes nothing", async () => {
    const scene = await open();
    await packageByHand(scene);
    scene.github.clearRequests();
    expect((await packageByHand(scene)).outputs).toMatchObject({ outcome: "packaged", "reason-code": "nothing-to-do" });
    expect(writes(scene)).toEqual([]);
  });

  test("the versions that are deployed stand in the manifest and in the notes", async () => {
    const scene = await open();
    const { repository } = scene;
    const tagged = (await repository.git.text(["rev-parse", "v1^{commit}"])).trim();
    await repository.git.run(["branch", "-f", "staging", tagged]);
    expect((await scene.deploy()).outputs["outcome"]).toBe("deployed");
    const run = await packageByHand(scene);
    const manifest = JSON.parse(run.outputs["manifest"] ?? "") as { agents: { name: string; config_hash: Record<string, string> }[]; workspaces: Record<string, { state_commit: string; agents: Record<string, Record<string, unknown>> }> };
    expect(manifest.workspaces["staging"]).toMatchObject({ state_commit: await repository.tip("retell/state/staging"), agents: { sales: { version: 0, source_commit: tagged, config_hash: manifest.agents[0]?.config_hash["staging"] } } });
    expect(onlyRelease(scene).body).toContain("| `sales` | Retell LLM | 0 (draft) | – |");
  });
});

describe("a published release", () => {
  test("gets its files by its event; the words of the person stay", async () => {
    const scene = await open();
    await scene.repository.release("v1", { body: "By hand" });
    expect((await onRelease(scene)).outputs).toMatchObject({ outcome: "packaged" });
    expect(onlyRelease(scene).body).toMatch(/^By hand\n\n<!-- retell-actions:inventory -->/);
    expect(onlyRelease(scene).assets.map(({ name }) => name).sort()).toEqual(ASSETS);
  });

  test("a rerun replaces a file that somebody changed, and no other", async () => {
    const scene = await open();
    await packageByHand(scene);
    const undisturbed = picture(scene);
    const zip = onlyRelease(scene).assets.find(({ name }) => name.endsWith(".zip"));
    if (zip !== undefined) zip.data = Buffer.from("changed");
    scene.github.clearRequests();
    expect((await packageByHand(scene)).outputs).toMatchObject({ outcome: "packaged", "reason-code": "ok" });
    expect(writes(scene).map((line) => line.split(" ")[0])).toEqual(["DELETE", "POST"]);
    expect(picture(scene)).toEqual(undisturbed);
  });

  test("an immutable one without files is release-locked; by hand it works with immutable releases", async () => {
    const scene = await open();
    scene.repository.settings.immutableReleases = true;
    await scene.repository.release("v1");
    const locked = await onRelease(scene);
    expect(locked).toMatchObject({ conclusion: "failure", outputs: { outcome: "failed", "reason-code": "release-locked" } });
    expect(shownBy(locked)).toContain("run this workflow by hand");

    const other = await open();
    other.repository.settings.immutableReleases = true;
    expect((await packageByHand(other)).outputs).toMatchObject({ outcome: "packaged" });
    expect(onlyRelease(other)).toMatchObject({ immutable: true, draft: false });
    expect((await packageByHand(other)).outputs).toMatchObject({ outcome: "packaged", "reason-code": "nothing-to-do" });
  });
});

describe("L3: what cannot be packaged fails with its reason, and writes nothing", () => {
  test.each([
    ["a tag that does not exist", { tag: "v2" }, "unknown-tag"],
    ["a tag that begins with a hyphen", { tag: "-v1" }, "unknown-tag"],
    ["a tag with odd characters", { tag: "v1;echo" }, "unknown-tag"],
    ["a folder that is not there", { "working-directory": "voice" }, "invalid-files"],
    ["no tag", { tag: "" }, "invalid-input"],
  ])("%s", async (_, inputs, reason) => {
    const scene = await open();
    expect(await packageByHand(scene, { inputs })).toMatchObject({ conclusion: "failure", outputs: { "reason-code": reason } });
    expect(scene.repository.releases).toEqual([]);
    expect(writes(scene)).toEqual([]);
  });

  test("invalid files of the tag's commit are annotated", async () => {
    const scene = await open();
    await scene.repository.git.run(["tag", "broken", "refs/heads/develop"]);
    const run = await packageByHand(scene, { inputs: { tag: "broken" } });
    expect(run).toMatchObject({ conclusion: "failure", outputs: { outcome: "invalid", "reason-code": "invalid-files" } });
    expect(JSON.stringify(run.annotations)).toContain("agents/sales/agent.json");
    expect(writes(scene)).toEqual([]);
  });

  test("a token that may only read is told the line to add", async () => {
    const scene = await open();
    const run = await packageByHand(scene, { permissions: { contents: "read" } });
    expect(run).toMatchObject({ conclusion: "failure", outputs: { "reason-code": "github-forbidden" } });
    expect(shownBy(run)).toContain("contents: write");
    expect(scene.repository.releases).toEqual([]);
  });
});
