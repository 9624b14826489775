import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { FaultRequest } from "@retell-actions/lab/faults/faults";
import type { Asset } from "@retell-actions/lab/github/model/releases";
import type { Repository } from "@retell-actions/lab/github/model/repository";
import { startGitHubLab, type GitHubLab } from "@retell-actions/lab/github/server";
import { createGitHub } from "../../../src/adapters/github/create-github.ts";
import type { Release, Releases } from "../../../src/ports/releases.ts";
import { recordingLog } from "../recording-log.ts";

let lab: GitHubLab;
let repository: Repository;
let commit: string;
beforeEach(async () => {
  lab = await startGitHubLab();
  repository = await lab.createRepository({ owner: "octo", name: "agents", defaultBranch: "main", private: true, files: { "README.md": "hello" } });
  commit = await repository.tip("main");
  await repository.git.run(["tag", "v1", commit]);
});
afterEach(async () => {
  const { violations } = lab;
  await lab.stop();
  expect(violations).toEqual([]);
});

function releasesWith(permissions: Record<string, "none" | "read" | "write"> = { contents: "write" }): Releases {
  const { releases } = createGitHub({
    token: repository.issueToken({ kind: "actions", permissions }),
    apiUrl: lab.apiUrl,
    graphqlUrl: lab.graphqlUrl,
    repository: "octo/agents",
    log: recordingLog(),
    sleep: async () => {},
  });
  return releases;
}

const FILE = { name: "a.tar.gz", contentType: "application/gzip", data: Buffer.from([0x1f, 0x8b, 0, 255, 10]) };
const DIGEST = `sha256:${createHash("sha256").update(FILE.data).digest("hex")}`;
const draft = (releases: Releases): Promise<Release> => releases.createDraft({ tag: "v1", commit, title: "v1", body: "notes" });
const isUpload = ({ method, path }: FaultRequest): boolean => method === "POST" && path.endsWith("/assets");
const isCreate = ({ method, path }: FaultRequest): boolean => method === "POST" && path.endsWith("/releases");
const writes = (): string[] => lab.requests.filter(({ write }) => write).map(({ method, path }) => `${method} ${path.replace(/\d{5,}/g, "N")}`);

/** What an upload leaves behind when GitHub breaks off in the middle. */
function begun(): Asset {
  const [release] = repository.releases;
  if (release === undefined) throw new Error("there is no release");
  return { id: 4711, name: FILE.name, label: null, contentType: FILE.contentType, data: Buffer.alloc(0), state: "open", uploader: release.author, createdAt: release.createdAt };
}

describe("a release's way", () => {
  test("draft, files, publishing: found at every step, with what the files are", async () => {
    const releases = releasesWith();
    expect(await releases.find("v1")).toBeUndefined();
    const made = await draft(releases);
    expect(made).toMatchObject({ tag: "v1", title: "v1", body: "notes", draft: true, immutable: false, assets: [] });
    expect(await releases.upload(made, FILE)).toMatchObject({ kind: "uploaded", asset: { name: FILE.name, size: 5, digest: DIGEST, uploaded: true } });
    expect(repository.releases[0]?.assets[0]).toMatchObject({ data: FILE.data, contentType: "application/gzip" });
    expect(await releases.find("v1")).toMatchObject({ id: made.id, draft: true, assets: [{ digest: DIGEST }] });
    const published = await releases.update(made.id, { body: "more", publish: true });
    expect(published).toMatchObject({ draft: false, body: "more", url: `${lab.url}/octo/agents/releases/tag/v1` });
    expect(lab.requests.find(({ method }) => method === "PATCH")?.body).toEqual({ body: "more", draft: false, make_latest: "legacy" });
    expect(await releases.find("v1")).toMatchObject({ draft: false });
    const [asset] = published.assets;
    expect(await releases.deleteAsset(asset?.id ?? 0)).toEqual({ kind: "deleted" });
    expect(await releases.deleteAsset(asset?.id ?? 0)).toEqual({ kind: "deleted" });
    expect((await releases.find("v1"))?.assets).toEqual([]);
  });

  test("of several drafts the oldest, of a draft and a published one the published, whatever the page", async () => {
    const releases = releasesWith();
    const first = await repository.release("v1", { draft: true });
    for (let number = 0; number < 120; number += 1) await repository.release(`other-${number}`, { draft: true });
    await repository.release("v1", { draft: true });
    expect((await releases.find("v1"))?.id).toBe(first.id);
    const published = await repository.release("v1");
    expect((await releases.find("v1"))?.id).toBe(published.id);
  });

  test("more files than a page shows are all seen", async () => {
    const release = await repository.release("v1", { draft: true });
    for (let number = 0; number < 130; number += 1) release.assets.push({ ...begun(), id: number, name: `f${number}`, state: "uploaded" });
    expect((await releasesWith().find("v1"))?.assets).toHaveLength(130);
  });

  test("without contents: write the message names the line to add", async () => {
    const releases = releasesWith({ contents: "read" });
    await expect(draft(releases)).rejects.toMatchObject({ reason: "github-forbidden", message: expect.stringContaining("contents: write") as unknown });
  });
});

describe("lost answers", () => {
  test.each(["drop-after", "drop-before"] as const)("of a new draft (%s): exactly one draft", async (kind) => {
    lab.faults.add({ matches: isCreate, action: { kind }, times: 1 });
    const made = await draft(releasesWith());
    expect(repository.releases.map(({ id }) => id)).toEqual([made.id]);
  });

  test.each(["drop-after", "drop-before", "truncate"] as const)("of an upload (%s): exactly one file, whole", async (kind) => {
    const releases = releasesWith();
    const made = await draft(releases);
    lab.faults.add({ matches: isUpload, action: { kind }, times: 1 });
    expect(await releases.upload(made, FILE)).toMatchObject({ kind: "uploaded", asset: { digest: DIGEST } });
    expect(repository.releases[0]?.assets.map(({ data }) => data)).toEqual([FILE.data]);
  });

  test("an upload that broke off in the middle is deleted and made again", async () => {
    const releases = releasesWith();
    const made = await draft(releases);
    lab.faults.add({ matches: isUpload, action: { kind: "call", when: "before", run: () => void repository.releases[0]?.assets.push(begun()) }, times: 1 });
    lab.faults.add({ matches: isUpload, action: { kind: "status", status: 502 }, times: 1 });
    lab.clearRequests();
    expect(await releases.upload(made, FILE)).toMatchObject({ kind: "uploaded", asset: { digest: DIGEST } });
    expect(writes().map((line) => line.split(" ")[0])).toEqual(["POST", "DELETE", "POST"]);
    expect(repository.releases[0]?.assets.map(({ state }) => state)).toEqual(["uploaded"]);
  });

  test("one that was begun by an earlier run is replaced", async () => {
    const releases = releasesWith();
    const made = await draft(releases);
    repository.releases[0]?.assets.push(begun());
    expect(await releases.upload(made, FILE)).toMatchObject({ kind: "uploaded", asset: { digest: DIGEST } });
    expect(repository.releases[0]?.assets).toHaveLength(1);
  });

  test("a file of that name with other content is nobody's leftover: it stays", async () => {
    const releases = releasesWith();
    const made = await draft(releases);
    await releases.upload(made, { ...FILE, data: Buffer.from("theirs") });
    await expect(releases.upload(made, FILE)).rejects.toMatchObject({ reason: "github-unavailable", message: expect.stringContaining("Somebody else uploaded") as unknown });
    expect(repository.releases[0]?.assets[0]?.data.toString()).toBe("theirs");
    expect(await releases.upload(made, { ...FILE, data: Buffer.from("theirs") })).toMatchObject({ kind: "uploaded" });
  });

  test("of publishing: it is published once", async () => {
    const releases = releasesWith();
    const made = await draft(releases);
    lab.faults.add({ matches: ({ method }) => method === "PATCH", action: { kind: "drop-after" }, times: 1 });
    expect(await releases.update(made.id, { publish: true })).toMatchObject({ draft: false });
    expect(repository.heldEvents.filter(({ event }) => event.payload["action"] === "published")).toHaveLength(1);
  });

  test("an upload that never succeeds is an error that says so, and may have happened", async () => {
    const releases = releasesWith();
    const made = await draft(releases);
    lab.faults.add({ matches: isUpload, action: { kind: "status", status: 500 } });
    await expect(releases.upload(made, FILE)).rejects.toMatchObject({ reason: "github-unavailable", ambiguous: true });
  });
});

describe("immutable releases", () => {
  test("are locked against files, and say so; their notes may change", async () => {
    repository.settings.immutableReleases = true;
    const releases = releasesWith();
    const made = await draft(releases);
    await releases.upload(made, FILE);
    const published = await releases.update(made.id, { publish: true });
    expect(published.immutable).toBe(true);
    expect(await releases.upload(published, { ...FILE, name: "b" })).toEqual({ kind: "locked" });
    expect(await releases.deleteAsset(published.assets[0]?.id ?? 0)).toEqual({ kind: "locked" });
    expect(await releases.update(made.id, { body: "more" })).toMatchObject({ body: "more" });
  });

  test("a lock with other words is found all the same", async () => {
    repository.settings.immutableReleases = true;
    const releases = releasesWith();
    const published = await repository.release("v1");
    lab.faults.add({ matches: isUpload, action: { kind: "status", status: 422, body: { message: "No." } } });
    const release = await releases.find("v1");
    expect(release?.id).toBe(published.id);
    expect(await releases.upload(release as Release, FILE)).toEqual({ kind: "locked" });
  });

  test("a tag that was used up is release-locked, with what to do", async () => {
    repository.burnedTags.add("v1");
    const releases = releasesWith();
    const made = await draft(releases);
    await expect(releases.update(made.id, { publish: true })).rejects.toMatchObject({ reason: "release-locked", message: expect.stringContaining("new tag") as unknown });
  });
});
