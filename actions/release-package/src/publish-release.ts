import { ActionError } from "@retell-actions/core/errors";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { Release, ReleaseAsset } from "@retell-actions/core/ports/releases";
import { sha256 } from "@retell-actions/core/release/checksums";
import { sameNotes, withInventory } from "@retell-actions/core/release/release-notes";
import type { ChosenTag } from "./choose-tag.ts";
import type { Package, WantedAsset } from "./pack.ts";

/** How far the release came. `uploaded` are the files that this run wrote; `wrote` says whether it wrote anything at all. */
export interface Published {
  readonly kind: "done" | "locked" | "cancelled";
  readonly release: Release | undefined;
  readonly uploaded: readonly string[];
  readonly wrote: boolean;
  /** Files that the release lacks or has with other content, where it is locked. */
  readonly missing: readonly string[];
}

/**
 * Brings the release of a tag to what the package says: makes a draft where there is none, replaces only files that differ,
 * publishes at the very end. Broken off anywhere, the next run goes on. A draft is published only while the tag is where it was.
 */
export async function publishRelease(request: { chosen: ChosenTag; commit: string; package: Package }, ports: ActionPorts): Promise<Published> {
  const { chosen, commit, package: made } = request;
  const { releases, signal, log } = ports;
  const found = await releases.find(chosen.tag);
  if (found === undefined && chosen.hasRelease) {
    throw new ActionError("github-unavailable", `GitHub does not show the release ${JSON.stringify(chosen.tag)}, although it started this run. If it was deleted there is nothing to do; else run again.`);
  }
  let wrote = false;
  const uploaded: string[] = [];
  const stopped = (kind: Published["kind"], release: Release | undefined, missing: readonly string[] = []): Published => ({ kind, release, uploaded, wrote, missing });

  const stale = made.assets.filter((asset) => !isThere(asset, found?.assets ?? []));
  if (found?.immutable === true && stale.length > 0) return stopped("locked", found, stale.map(({ name }) => name));
  const notes = notesFor(found?.body ?? "", made, ports);
  if (signal.aborted) return stopped("cancelled", found);
  if (found === undefined) {
    log.info(`There is no release of ${chosen.tag}; making a draft`);
    wrote = true;
  }
  const release = found ?? (await releases.createDraft({ tag: chosen.tag, commit, title: chosen.tag, body: notes }));

  for (const asset of stale) {
    if (signal.aborted) return stopped("cancelled", release);
    wrote = true;
    if ((await replace(asset, release, ports)) === "locked") return stopped("locked", release, stale.map(({ name }) => name).filter((name) => !uploaded.includes(name)));
    uploaded.push(asset.name);
    log.info(`uploaded ${asset.name}`);
  }

  const change = { ...(sameNotes(notes, release.body) ? {} : { body: notes }), ...(release.draft ? { publish: true as const } : {}) };
  if (Object.keys(change).length === 0) return stopped("done", release);
  if (release.draft) await assertUnmoved(chosen.tag, commit, ports);
  if (signal.aborted) return stopped("cancelled", release);
  wrote = true;
  return stopped("done", await releases.update(release.id, change));
}

/** Equal by digest; where GitHub tells none, nobody knows. */
function isThere(wanted: WantedAsset, assets: readonly ReleaseAsset[]): boolean {
  const digest = `sha256:${sha256(wanted.data)}`;
  return assets.some((asset) => asset.name === wanted.name && asset.uploaded && asset.digest === digest);
}

async function replace(asset: WantedAsset, release: Release, { releases }: ActionPorts): Promise<"uploaded" | "locked"> {
  const former = release.assets.find(({ name }) => name === asset.name);
  if (former !== undefined && (await releases.deleteAsset(former.id)).kind === "locked") return "locked";
  return (await releases.upload(release, asset)).kind;
}

function notesFor(body: string, made: Package, { log }: ActionPorts): string {
  const notes = withInventory(body, made);
  if (notes === undefined) log.warning("The notes of the release are so long that the list of agents has no room; they stay as they are. The job summary and the manifest have the list.");
  return notes ?? body;
}

/** Publishing a draft whose tag is gone would make GitHub put the tag somewhere. */
async function assertUnmoved(tag: string, commit: string, { git }: ActionPorts): Promise<void> {
  const now = await git.tagCommit(tag);
  if (now === commit) return;
  throw new ActionError("unknown-tag", `The tag ${tag} ${now === undefined ? "was deleted" : `was moved to ${now.slice(0, 7)}`} while ${commit.slice(0, 7)} was being packaged. The release stays a draft; run again.`);
}
