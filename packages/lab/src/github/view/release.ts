import { assetDigest, type Asset, type Release } from "../model/releases.ts";
import type { Repository } from "../model/repository.ts";
import { nodeId } from "./node-id.ts";
import { htmlUrl, repositoryUrl } from "./repository.ts";
import { userView } from "./user.ts";

/** A release (schema `release`). Drafts have no page under their tag. */
export function releaseView(repository: Repository, release: Release): Record<string, unknown> {
  const url = `${repositoryUrl(repository)}/releases/${release.id}`;
  const archive = (kind: string): string | null => (release.draft ? null : `${repositoryUrl(repository)}/${kind}/refs/tags/${release.tag}`);
  return {
    url,
    html_url: `${htmlUrl(repository)}/releases/tag/${pageName(release)}`,
    assets_url: `${url}/assets`,
    upload_url: `${repository.world.url}/api/uploads/repos/${repository.fullName}/releases/${release.id}/assets{?name,label}`,
    tarball_url: archive("tarball"),
    zipball_url: archive("zipball"),
    id: release.id,
    node_id: nodeId("RE", release.id),
    tag_name: release.tag,
    target_commitish: release.target,
    name: release.name,
    body: release.body,
    draft: release.draft,
    prerelease: release.prerelease,
    immutable: release.immutable,
    created_at: release.createdAt,
    published_at: release.publishedAt,
    updated_at: release.publishedAt ?? release.createdAt,
    author: userView(repository.world, release.author),
    assets: release.assets.map((asset) => assetView(repository, release, asset)),
  };
}

/** A file of a release (schema `release-asset`). */
export function assetView(repository: Repository, release: Release, asset: Asset): Record<string, unknown> {
  return {
    url: `${repositoryUrl(repository)}/releases/assets/${asset.id}`,
    browser_download_url: `${htmlUrl(repository)}/releases/download/${pageName(release)}/${encodeURIComponent(asset.name)}`,
    id: asset.id,
    node_id: nodeId("RA", asset.id),
    name: asset.name,
    label: asset.label,
    state: asset.state,
    content_type: asset.contentType,
    size: asset.data.length,
    digest: assetDigest(asset),
    download_count: 0,
    created_at: asset.createdAt,
    updated_at: asset.createdAt,
    uploader: userView(repository.world, asset.uploader),
  };
}

/** How addresses name a release. */
export function pageName(release: Release): string {
  return release.draft ? `untagged-${release.id}` : release.tag.split("/").map(encodeURIComponent).join("/");
}
