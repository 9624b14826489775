/** A GitHub release. */
export interface Release {
  readonly id: number;
  readonly tag: string;
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
  readonly prerelease: boolean;
  /** True if tag and assets can no longer change ("immutable releases"); only known of published ones. */
  readonly immutable: boolean;
  readonly url: string;
  /** Where assets go, as GitHub names it. */
  readonly uploadUrl: string;
  readonly assets: readonly ReleaseAsset[];
}

export interface ReleaseAsset {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  /** `sha256:…` where GitHub tells it. */
  readonly digest: string | undefined;
  /** False while an upload was begun and not finished. */
  readonly uploaded: boolean;
}

/** Releases of the repository. Throws `PlatformError` with the permission or setting to change. */
export interface Releases {
  /** The release of a tag, published or draft; of several drafts the oldest. Drafts need `contents: write` to be seen. */
  find(tag: string): Promise<Release | undefined>;
  createDraft(release: { tag: string; commit: string; title: string; body: string }): Promise<Release>;
  update(id: number, change: { body?: string; title?: string; publish?: true }): Promise<Release>;
  /** `locked`: the release is immutable and takes no assets. An asset that was only begun is replaced. */
  upload(release: Release, asset: { name: string; contentType: string; data: Uint8Array }): Promise<{ kind: "uploaded"; asset: ReleaseAsset } | { kind: "locked" }>;
  deleteAsset(id: number): Promise<{ kind: "deleted" } | { kind: "locked" }>;
}
