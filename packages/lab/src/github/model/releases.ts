import { createHash } from "node:crypto";
import { nullSha, resolveCommit } from "../git/objects.ts";
import { isRefName, readRef } from "../git/refs.ts";
import { ApiError } from "../rest/api-error.ts";
import { releaseEvent } from "../view/release-event.ts";
import { emit } from "./events.ts";
import { moveRefs } from "./move-refs.ts";
import type { Repository } from "./repository.ts";
import { timestamp } from "./timestamp.ts";
import type { Token } from "./tokens.ts";
import type { Actor, User } from "./users.ts";
import { enforces } from "./world.ts";

/** A release; a draft is one that nobody but writers sees. Dates are ISO 8601. */
export interface Release {
  id: number;
  tag: string;
  /** Branch or commit that the tag is made at, if it is missing when the release is published. */
  target: string;
  name: string | null;
  body: string | null;
  draft: boolean;
  prerelease: boolean;
  immutable: boolean;
  author: User;
  createdAt: string;
  publishedAt: string | null;
  assets: Asset[];
  /** How often somebody changed it, for assertions. */
  edits: number;
}

/** A file of a release. */
export interface Asset {
  id: number;
  name: string;
  label: string | null;
  contentType: string;
  data: Buffer;
  /** `open`: an upload was begun and not finished. The schema says `open`, the docs of the upload say `starter`. */
  state: "uploaded" | "open";
  uploader: User;
  createdAt: string;
}

interface Cause {
  actor: Actor;
  token: Token | undefined;
}

/** Longest notes ("body is too long (maximum is 125000 characters)"; field reports). */
const notesLimit = 125_000;

/** Makes a release, published unless it is a draft. The lock must be held. */
export async function makeRelease(
  repository: Repository,
  request: { tag: string; target: string; name: string | null; body: string | null; draft: boolean; prerelease: boolean; cause: Cause },
): Promise<Release> {
  const { tag, target, name, body, draft, prerelease, cause } = request;
  checkTag(tag);
  checkNotes(repository, body);
  const release: Release = {
    ...{ id: repository.world.nextId(), tag, target, name, body, prerelease, draft: true, immutable: false, author: cause.actor.user },
    ...{ createdAt: timestamp(), publishedAt: null, assets: [], edits: 0 },
  };
  if (!draft) await assertPublishable(repository, release);
  repository.releases.push(release);
  if (!draft) {
    await publish(repository, release, cause);
    await emitRelease(repository, { release, action: "created", actor: cause.actor });
  }
  return release;
}

/** Changes a release; `draft: false` publishes it. An immutable one takes new texts only. */
export async function changeRelease(
  repository: Repository,
  request: { release: Release; change: Partial<Pick<Release, "tag" | "target" | "name" | "body" | "draft" | "prerelease">>; cause: Cause },
): Promise<void> {
  const { release, change, cause } = request;
  const locked = enforces(repository.world, "immutable-releases") && release.immutable;
  const moves = (change.tag ?? release.tag) !== release.tag || (change.target ?? release.target) !== release.target || change.draft === true;
  if (locked && moves) throw invalid({ field: "tag_name", code: "custom", message: "Cannot change the tag of an immutable release." });
  if (change.tag !== undefined) checkTag(change.tag);
  if (change.body !== undefined) checkNotes(repository, change.body);
  const { draft, ...fields } = change;
  const publishes = draft === false && release.draft;
  if (publishes) await assertPublishable(repository, { ...release, ...fields });
  Object.assign(release, fields);
  release.edits += 1;
  if (draft === true && !release.draft) Object.assign(release, { draft: true, publishedAt: null });
  if (publishes) await publish(repository, release, cause);
  else if (!release.draft) await emitRelease(repository, { release, action: "edited", actor: cause.actor });
}

/** Removes a release; its tag stays. The tag of an immutable one can never bear a release again. */
export async function removeRelease(repository: Repository, request: { release: Release; actor: Actor }): Promise<void> {
  const { release, actor } = request;
  repository.releases.splice(repository.releases.indexOf(release), 1);
  if (release.immutable) repository.burnedTags.add(release.tag);
  if (!release.draft) await emitRelease(repository, { release, action: "deleted", actor });
}

/** Adds a file; its name becomes what GitHub makes of it. */
export function addAsset(repository: Repository, request: { release: Release; name: string; label: string | null; contentType: string; data: Buffer; actor: Actor }): Asset {
  const { release, data, label, contentType } = request;
  const name = assetName(request.name);
  if (isLocked(repository, release)) throw new ApiError(422, "Cannot upload assets to an immutable release.");
  if (release.assets.some((asset) => asset.name === name)) throw new ApiError(422, "Validation Failed", [{ resource: "ReleaseAsset", code: "already_exists", field: "name" }]);
  const asset: Asset = { id: repository.world.nextId(), name, label, contentType, data, state: "uploaded", uploader: request.actor.user, createdAt: timestamp() };
  release.assets.push(asset);
  return asset;
}

/** Removes a file. */
export function removeAsset(repository: Repository, { release, asset }: { release: Release; asset: Asset }): void {
  if (isLocked(repository, release)) throw new ApiError(422, "Cannot delete assets from an immutable release.");
  release.assets.splice(release.assets.indexOf(asset), 1);
}

/** `sha256:…`, as GitHub tells it of finished uploads. */
export function assetDigest(asset: Asset): string | null {
  return asset.state === "uploaded" ? `sha256:${createHash("sha256").update(asset.data).digest("hex")}` : null;
}

function isLocked(repository: Repository, release: Release): boolean {
  return release.immutable && enforces(repository.world, "immutable-releases");
}

/** Docs "Upload a release asset": special characters and leading or trailing periods are replaced. Which are special: field reports. */
function assetName(name: string): string {
  return name.replace(/[^\w.@+-]+/g, ".").replace(/\.{2,}/g, ".").replace(/^\.|\.$/g, "");
}

async function assertPublishable(repository: Repository, release: Pick<Release, "id" | "tag" | "target">): Promise<void> {
  if (repository.burnedTags.has(release.tag) && enforces(repository.world, "immutable-releases")) throw invalid({ field: "tag_name", code: "custom", message: "tag_name was used by an immutable release" });
  if (repository.releases.some((other) => !other.draft && other.tag === release.tag && other.id !== release.id)) throw invalid({ field: "tag_name", code: "already_exists" });
  if ((await readRef(repository.git, `refs/tags/${release.tag}`)) !== undefined) return;
  if ((await resolveCommit(repository.git, release.target)) === undefined) throw invalid({ field: "target_commitish", code: "invalid" });
}

async function publish(repository: Repository, release: Release, cause: Cause): Promise<void> {
  const ref = `refs/tags/${release.tag}`;
  if ((await readRef(repository.git, ref)) === undefined) {
    const commit = await resolveCommit(repository.git, release.target);
    await moveRefs(repository, [{ ref, old: nullSha, new: commit ?? nullSha }], cause);
  }
  Object.assign(release, { draft: false, publishedAt: timestamp(), immutable: repository.settings.immutableReleases });
  await emitRelease(repository, { release, action: "published", actor: cause.actor });
  await emitRelease(repository, { release, action: release.prerelease ? "prereleased" : "released", actor: cause.actor });
}

async function emitRelease(repository: Repository, change: { release: Release; action: string; actor: Actor }): Promise<void> {
  emit(repository, await releaseEvent(repository, change), { actor: change.actor });
}

function checkTag(tag: string): void {
  if (!isRefName(`refs/tags/${tag}`)) throw invalid({ field: "tag_name", code: "custom", message: "tag_name is not a valid tag" });
}

function checkNotes(repository: Repository, body: string | null): void {
  if (body === null || !enforces(repository.world, "limits") || Array.from(body).length <= notesLimit) return;
  throw invalid({ field: "body", code: "custom", message: `body is too long (maximum is ${notesLimit} characters)` });
}

function invalid(error: Record<string, string>): ApiError {
  return new ApiError(422, "Validation Failed", [{ resource: "Release", ...error }]);
}
