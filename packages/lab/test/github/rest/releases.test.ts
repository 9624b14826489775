import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { at, failure, jobClient, octokitFor, startLab } from "../support.ts";

type Client = ReturnType<typeof jobClient>;

async function draftOf(client: Client, tag: string, target?: string) {
  return (await client.rest.repos.createRelease({ ...at, tag_name: tag, draft: true, name: tag, body: "notes", ...(target === undefined ? {} : { target_commitish: target }) })).data;
}

const upload = (client: Client, release: { upload_url: string }, name: string, data: string | Buffer) =>
  client.request({ method: "POST", url: release.upload_url, name, data, headers: { "content-type": "application/octet-stream" } }) as Promise<{ data: { id: number; name: string; size: number; digest: string; browser_download_url: string } }>;

describe("drafts", () => {
  test("are seen by writers only, have no page under their tag, and make no tag", async () => {
    const { lab, repository } = await startLab();
    const writer = jobClient(lab, repository);
    const draft = await draftOf(writer, "v1");
    expect(draft).toMatchObject({ draft: true, immutable: false, tag_name: "v1", published_at: null });
    expect(draft.html_url).toContain("untagged-");
    expect((await writer.rest.repos.listReleases(at)).data.map(({ id }) => id)).toEqual([draft.id]);
    const reader = jobClient(lab, repository, { contents: "read" });
    expect((await reader.rest.repos.listReleases(at)).data).toEqual([]);
    expect((await failure(reader.rest.repos.getRelease({ ...at, release_id: draft.id }))).status).toBe(404);
    expect((await failure(writer.rest.repos.getReleaseByTag({ ...at, tag: "v1" }))).status).toBe(404);
    expect((await failure(writer.rest.git.getRef({ ...at, ref: "tags/v1" }))).status).toBe(404);
    expect(lab.violations).toEqual([]);
  });

  test("several may have one tag; only one can be published", async () => {
    const { lab, repository } = await startLab();
    const client = jobClient(lab, repository);
    const [one, other] = [await draftOf(client, "v1"), await draftOf(client, "v1")];
    await client.rest.repos.updateRelease({ ...at, release_id: one.id, draft: false });
    expect(await failure(client.rest.repos.updateRelease({ ...at, release_id: other.id, draft: false }))).toMatchObject({ status: 422, data: { errors: [{ code: "already_exists", field: "tag_name" }] } });
    expect(lab.violations).toEqual([]);
  });
});

describe("publishing", () => {
  test("makes a missing tag at the target and raises events, except for the job's token", async () => {
    const { lab, repository } = await startLab();
    const first = await repository.tip("main");
    await repository.commit({ branch: "main", files: { b: "1" }, message: "m" });
    const client = jobClient(lab, repository);
    const draft = await draftOf(client, "nested/v1+b", first);
    repository.events.length = 0;
    const { data } = await client.rest.repos.updateRelease({ ...at, release_id: draft.id, draft: false });
    expect(data).toMatchObject({ draft: false, html_url: `${lab.url}/octo/agents/releases/tag/nested/v1%2Bb` });
    expect((await client.rest.git.getRef({ ...at, ref: "tags/nested/v1+b" })).data.object.sha).toBe(first);
    expect((await client.rest.repos.getReleaseByTag({ ...at, tag: "nested/v1+b" })).data.id).toBe(draft.id);
    expect(repository.events).toEqual([]);
    expect(repository.heldEvents.filter(({ event }) => event.name === "release").map(({ event, reason }) => [event.payload["action"], reason])).toEqual([
      ["published", "suppressed"],
      ["released", "suppressed"],
    ]);
    expect(lab.violations).toEqual([]);
  });

  test("an existing tag stays where it is; a person's release starts workflows at the tag", async () => {
    const { lab, repository } = await startLab();
    const first = await repository.tip("main");
    await repository.git.run(["tag", "v1", first]);
    await repository.commit({ branch: "main", files: { b: "1" }, message: "m" });
    repository.events.length = 0;
    await repository.release("v1", { body: "by hand" });
    expect(repository.events.map(({ name, payload, ref, sha }) => [name, payload["action"], ref, sha])).toEqual([
      ["release", "published", "refs/tags/v1", first],
      ["release", "released", "refs/tags/v1", first],
      ["release", "created", "refs/tags/v1", first],
    ]);
    expect(lab.violations).toEqual([]);
  });

  test("unknown targets, tags that are none, and notes above 125,000 characters are refused", async () => {
    const { lab, repository } = await startLab();
    const { rest } = jobClient(lab, repository);
    expect(await failure(rest.repos.createRelease({ ...at, tag_name: "v1", target_commitish: "absent" }))).toMatchObject({ status: 422, data: { errors: [{ field: "target_commitish" }] } });
    expect(await failure(rest.repos.createRelease({ ...at, tag_name: "a b", draft: true }))).toMatchObject({ status: 422 });
    expect(await failure(rest.repos.createRelease({ ...at, tag_name: "v1", draft: true, body: "x".repeat(125_001) }))).toMatchObject({ status: 422 });
    expect(repository.releases).toEqual([]);
    expect(lab.violations).toEqual([]);
  });
});

describe("assets", () => {
  test("go to the address that the release names, and to no other", async () => {
    const { lab, repository } = await startLab();
    const client = jobClient(lab, repository);
    const draft = await draftOf(client, "v1");
    expect(draft.upload_url).toBe(`${lab.url}/api/uploads/repos/octo/agents/releases/${draft.id}/assets{?name,label}`);
    expect((await failure(client.rest.repos.uploadReleaseAsset({ ...at, release_id: draft.id, name: "a", data: "x", baseUrl: lab.apiUrl }))).status).toBe(404);
    const { data } = await upload(client, draft, "odd näme (1).tar.gz", Buffer.from([1, 2, 255]));
    expect(data).toMatchObject({ name: "odd.n.me.1.tar.gz", size: 3, digest: `sha256:${createHash("sha256").update(Buffer.from([1, 2, 255])).digest("hex")}` });
    expect(repository.releases[0]?.assets[0]?.data).toEqual(Buffer.from([1, 2, 255]));
    expect(lab.violations).toEqual([]);
  });

  test("have unique names, are listed, downloaded and deleted", async () => {
    const { lab, repository } = await startLab({ private: true });
    const client = jobClient(lab, repository);
    const draft = await draftOf(client, "v/1");
    const { data } = await upload(client, draft, "a+b.txt", "hello");
    expect(await failure(upload(client, draft, "a+b.txt", "other"))).toMatchObject({ status: 422, data: { errors: [{ code: "already_exists", field: "name" }] } });
    expect((await client.rest.repos.listReleaseAssets({ ...at, release_id: draft.id })).data).toMatchObject([{ id: data.id, state: "uploaded", size: 5 }]);
    const raw = await client.rest.repos.getReleaseAsset({ ...at, asset_id: data.id, headers: { accept: "application/octet-stream" } });
    expect(Buffer.from(raw.data as unknown as ArrayBuffer).toString()).toBe("hello");
    const published = await client.rest.repos.updateRelease({ ...at, release_id: draft.id, draft: false });
    const address = published.data.assets[0]?.browser_download_url ?? "";
    expect((await fetch(address)).status).toBe(404);
    const token = repository.issueToken({ kind: "actions", permissions: { contents: "read" } });
    expect(await (await fetch(address, { headers: { authorization: `Bearer ${token}` } })).text()).toBe("hello");
    await client.rest.repos.deleteReleaseAsset({ ...at, asset_id: data.id });
    expect((await failure(client.rest.repos.getReleaseAsset({ ...at, asset_id: data.id }))).status).toBe(404);
    expect(lab.violations).toEqual([]);
  });

  test("need contents: write", async () => {
    const { lab, repository } = await startLab();
    const release = await repository.release("v1");
    const reader = jobClient(lab, repository, { contents: "read" });
    const upload_url = `${lab.url}/api/uploads/repos/octo/agents/releases/${release.id}/assets{?name,label}`;
    expect((await failure(upload(reader, { upload_url }, "a", "x"))).status).toBe(403);
    expect((await failure(reader.rest.repos.createRelease({ ...at, tag_name: "v2" }))).status).toBe(403);
    const stranger = octokitFor(lab);
    expect((await stranger.rest.repos.getReleaseByTag({ ...at, tag: "v1" })).data.id).toBe(release.id);
    expect(lab.violations).toEqual([]);
  });
});

describe("immutable releases", () => {
  async function locked(options = {}) {
    const { lab, repository } = await startLab(options);
    repository.settings.immutableReleases = true;
    const client = jobClient(lab, repository);
    const draft = await draftOf(client, "v1");
    const { data: asset } = await upload(client, draft, "a", "x");
    const { data: release } = await client.rest.repos.updateRelease({ ...at, release_id: draft.id, draft: false });
    return { lab, repository, client, release, asset };
  }

  test("take assets as drafts, then no more; notes may change, the tag may not", async () => {
    const { lab, client, release, asset } = await locked();
    expect(release.immutable).toBe(true);
    expect(await failure(upload(client, release, "b", "x"))).toMatchObject({ status: 422, message: "Cannot upload assets to an immutable release." });
    expect((await failure(client.rest.repos.deleteReleaseAsset({ ...at, asset_id: asset.id }))).status).toBe(422);
    expect((await failure(client.rest.repos.updateRelease({ ...at, release_id: release.id, tag_name: "v2" }))).status).toBe(422);
    expect((await failure(client.rest.repos.updateRelease({ ...at, release_id: release.id, draft: true }))).status).toBe(422);
    expect((await client.rest.repos.updateRelease({ ...at, release_id: release.id, body: "more" })).data.body).toBe("more");
    expect(lab.violations).toEqual([]);
  });

  test("a deleted one burns its tag", async () => {
    const { lab, client, release } = await locked();
    await client.rest.repos.deleteRelease({ ...at, release_id: release.id });
    expect(await failure(client.rest.repos.createRelease({ ...at, tag_name: "v1" }))).toMatchObject({ status: 422, data: { errors: [{ message: "tag_name was used by an immutable release" }] } });
    expect(lab.violations).toEqual([]);
  });

  test("the setting counts when a release is published, and the check can be turned off", async () => {
    const { repository, client } = await locked();
    repository.settings.immutableReleases = false;
    const later = await repository.release("v2");
    expect(later.immutable).toBe(false);
    expect(repository.releases[0]?.immutable).toBe(true);
    await upload(client, { upload_url: `${repository.world.url}/api/uploads/repos/octo/agents/releases/${later.id}/assets{?name,label}` }, "a", "x");
    const free = await locked({ disabled: ["immutable-releases"] });
    await upload(free.client, free.release, "b", "x");
    expect(free.repository.releases[0]?.assets).toHaveLength(2);
  });
});
