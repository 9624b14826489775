import { createHash } from "node:crypto";
import { z } from "zod";
import { PlatformError } from "../../errors.ts";
import type { Release, ReleaseAsset, Releases } from "../../ports/releases.ts";
import type { GitHubClient } from "./client.ts";
import { hasStatus, isAmbiguous, textOf, type Failure } from "./failure.ts";
import { githubError, type Purpose } from "./platform-error.ts";
import { readPages } from "./read-pages.ts";

/** How long an upload or a new draft whose answer was lost may need to appear. */
const SETTLING_MILLISECONDS = 2000;
const UPLOAD_TRIES = 3;

/** `state` is `uploaded`, or `open` (schema) or `starter` (docs "Upload a release asset") for an upload that broke off. */
const assetSchema = z
  .object({ id: z.number().int(), name: z.string(), size: z.number().int(), digest: z.string().nullish(), state: z.string() })
  .transform(({ state, digest, ...asset }): ReleaseAsset => ({ ...asset, digest: digest ?? undefined, uploaded: state === "uploaded" }));

/** `immutable` is absent where a server does not know it. */
const releaseSchema = z
  .object({
    id: z.number().int(),
    tag_name: z.string(),
    name: z.string().nullish(),
    body: z.string().nullish(),
    draft: z.boolean(),
    prerelease: z.boolean(),
    immutable: z.boolean().nullish(),
    html_url: z.string(),
    upload_url: z.string(),
    assets: z.array(assetSchema),
  })
  .transform(
    ({ id, tag_name, name, body, draft, prerelease, immutable, html_url, upload_url, assets }): Release => ({
      ...{ id, draft, prerelease, assets, tag: tag_name, title: name ?? "", body: body ?? "" },
      ...{ immutable: immutable === true, url: html_url, uploadUrl: upload_url },
    }),
  );

/** Releases through octokit. Writes whose answer was lost are looked at before they are repeated. */
export function createReleases(client: GitHubClient): Releases {
  const { owner, repo } = client;

  function assetsOf(id: number): Promise<ReleaseAsset[]> {
    return readPages(client, {
      what: "list the files of the release",
      permission: "contents: read",
      send: (octokit, page) => octokit.rest.repos.listReleaseAssets({ owner, repo, release_id: id, ...page }),
      schema: z.array(assetSchema),
    });
  }

  async function findPublished(tag: string): Promise<Release | undefined> {
    const purpose: Purpose = { what: `find the release of the tag ${tag}`, permission: "contents: read", write: false };
    const result = await client.try({ ...purpose, send: (octokit) => octokit.rest.repos.getReleaseByTag({ owner, repo, tag }), schema: releaseSchema });
    if (result.ok) return result.value;
    if (hasStatus(result.failure, 404)) return undefined;
    throw githubError(purpose, result.failure);
  }

  /** Drafts have no address under their tag, so all releases are gone through. */
  async function findDraft(tag: string): Promise<Release | undefined> {
    const releases = await readPages(client, {
      what: "list the releases",
      permission: "contents: write",
      send: (octokit, page) => octokit.rest.repos.listReleases({ owner, repo, ...page }),
      schema: z.array(releaseSchema),
    });
    return releases.filter((release) => release.draft && release.tag === tag).sort((a, b) => a.id - b.id)[0];
  }

  /** 404 is a release that is gone, which is no lock. */
  async function isImmutable(id: number): Promise<boolean> {
    const purpose: Purpose = { what: "read the release", permission: "contents: write", write: false };
    const result = await client.try({ ...purpose, send: (octokit) => octokit.rest.repos.getRelease({ owner, repo, release_id: id }), schema: releaseSchema });
    return result.ok && result.value.immutable;
  }

  async function deleteAsset(id: number): Promise<{ kind: "deleted" } | { kind: "locked" }> {
    const purpose: Purpose = { what: "delete a file of the release", permission: "contents: write", write: true };
    // Deleting is idempotent, so it may be repeated like a read.
    const result = await client.try({ ...purpose, write: false, send: (octokit) => octokit.rest.repos.deleteReleaseAsset({ owner, repo, asset_id: id }), schema: z.unknown() });
    if (result.ok || hasStatus(result.failure, 404)) return { kind: "deleted" };
    if (isLock(result.failure)) return { kind: "locked" };
    throw githubError(purpose, result.failure);
  }

  return {
    async find(tag) {
      const found = (await findPublished(tag)) ?? (await findDraft(tag));
      return found === undefined ? undefined : { ...found, assets: await assetsOf(found.id) };
    },

    async createDraft({ tag, commit, title, body }) {
      const purpose: Purpose = { what: `make a draft of the release ${tag}`, permission: "contents: write", write: true };
      for (let uncertain = false; ; uncertain = true) {
        const result = await client.try({
          ...purpose,
          send: (octokit) => octokit.rest.repos.createRelease({ owner, repo, tag_name: tag, target_commitish: commit, name: title, body, draft: true }),
          schema: releaseSchema,
        });
        if (result.ok) return result.value;
        if (!isAmbiguous(result.failure)) throw githubError(purpose, result.failure);
        await client.pause(SETTLING_MILLISECONDS);
        const made = await findDraft(tag);
        if (made !== undefined) return made;
        if (uncertain) throw githubError(purpose, result.failure);
      }
    },

    async update(id, { body, title, publish }) {
      const purpose: Purpose = { what: publish === true ? "publish the release" : "change the release", permission: "contents: write", write: true };
      const result = await client.try({
        ...purpose,
        // Setting texts, and publishing what is published, is idempotent, so it may be repeated like a read.
        write: false,
        send: (octokit) =>
          octokit.rest.repos.updateRelease({
            owner,
            repo,
            release_id: id,
            ...(body === undefined ? {} : { body }),
            ...(title === undefined ? {} : { name: title }),
            // `legacy`: by date and version number. The default would make a release of an old tag the latest one.
            ...(publish === true ? { draft: false, make_latest: "legacy" as const } : {}),
          }),
        schema: releaseSchema,
      });
      if (result.ok) return result.value;
      if (isLock(result.failure)) {
        throw new PlatformError({ platform: "github", reason: "release-locked" }, `GitHub refuses to ${purpose.what} (${textOf(result.failure)}). A tag that an immutable release bore is used up, also when that release was deleted. Make a new tag.`);
      }
      throw githubError(purpose, result.failure);
    },

    async upload(release, { name, contentType, data }) {
      const purpose: Purpose = { what: `upload ${name} to the release`, permission: "contents: write", write: true };
      const digest = `sha256:${createHash("sha256").update(data).digest("hex")}`;
      const isOurs = (asset: ReleaseAsset): boolean => asset.uploaded && asset.size === data.length && asset.digest === digest;
      for (let tries = 1; ; tries += 1) {
        const result = await client.try({
          ...purpose,
          // Uploads have a host of their own, which only the release knows.
          send: (octokit) => octokit.request({ method: "POST", url: release.uploadUrl, name, data, headers: { "content-type": contentType } }) as Promise<{ data: unknown }>,
          schema: assetSchema,
        });
        if (result.ok && result.value.uploaded) return { kind: "uploaded", asset: result.value };
        const failure: Failure = result.ok ? { kind: "broken-answer", text: "the upload broke off" } : result.failure;
        if (!isAmbiguous(failure) && !hasStatus(failure, 422)) throw githubError(purpose, failure);
        if (hasStatus(failure, 422) && (isLock(failure) || (await isImmutable(release.id)))) return { kind: "locked" };
        if (isAmbiguous(failure)) await client.pause(SETTLING_MILLISECONDS);
        const there = (await assetsOf(release.id)).find((asset) => asset.name === name);
        if (there !== undefined && isOurs(there)) return { kind: "uploaded", asset: there };
        if (there?.uploaded === true && there.digest !== undefined) {
          throw new PlatformError({ platform: "github", reason: "github-unavailable", status: 422 }, `Somebody else uploaded another ${name} to the release meanwhile. Run again when no other run is at work on it.`);
        }
        if (tries === UPLOAD_TRIES || (there === undefined && !isAmbiguous(failure))) throw githubError(purpose, failure);
        // Begun and not finished, or of unknown content: it would be in the way of the next try.
        if (there !== undefined && (await deleteAsset(there.id)).kind === "locked") return { kind: "locked" };
      }
    },

    deleteAsset,
  };
}

/** The refusal of changes to an immutable release (docs "Immutable releases"; the texts are from field reports). */
function isLock(failure: Failure): boolean {
  return hasStatus(failure, 422) && /immutable/i.test(textOf(failure));
}
