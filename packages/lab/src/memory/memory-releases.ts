import { createHash } from "node:crypto";
import { PlatformError } from "@retell-actions/core/errors";
import type { Release, ReleaseAsset, Releases } from "@retell-actions/core/ports/releases";
import type { MemoryGit } from "./memory-git.ts";

/** What a write was about, for faults: `before` may throw instead of it, `after` may throw although it was applied. */
export interface MemoryReleaseWrite {
  readonly method: "createDraft" | "update" | "upload" | "deleteAsset";
  readonly subject: string;
}

/** A release as the server keeps it. */
export type StoredRelease = Omit<{ -readonly [Key in keyof Release]: Release[Key] }, "assets"> & { assets: ReleaseAsset[] };

export interface MemoryReleases {
  readonly port: Releases;
  /** In the order of their making. */
  readonly all: StoredRelease[];
  /** Bytes by asset id. */
  readonly contents: Map<number, Uint8Array>;
  readonly writes: MemoryReleaseWrite[];
  /** The repository's setting: what is published from now on is locked. */
  immutable: boolean;
  /** A person makes a release by hand; published unless it is a draft. */
  add(release: { tag: string; body?: string; draft?: boolean }): StoredRelease;
  before: ((write: MemoryReleaseWrite) => void | Promise<void>) | undefined;
  after: ((write: MemoryReleaseWrite) => void | Promise<void>) | undefined;
}

const SITE = "https://github.com/octo/agents/releases";

/** Releases of the in-memory repository: drafts, publishing, locked releases, assets with digests. Answers are copies. */
export function createMemoryReleases({ git }: { git: MemoryGit }): MemoryReleases {
  let ids = 0;

  async function write<T>(about: MemoryReleaseWrite, body: () => T): Promise<T> {
    memory.writes.push(about);
    await memory.before?.(about);
    const result = structuredClone(body());
    await memory.after?.(about);
    return result;
  }

  function make(release: { tag: string; title: string; body: string; draft: boolean }): StoredRelease {
    const id = (ids += 1);
    const made: StoredRelease = { ...release, id, draft: true, prerelease: false, immutable: false, url: `${SITE}/tag/untagged-${id}`, uploadUrl: `https://uploads.example/${id}{?name,label}`, assets: [] };
    memory.all.push(made);
    if (!release.draft) publish(made);
    return made;
  }

  function publish(release: StoredRelease): void {
    if (!release.draft) return;
    // GitHub makes a tag that is missing, at the release's target.
    if (!git.tags.has(release.tag)) throw new Error(`Publishing would make the tag ${release.tag}: no action may do that.`);
    Object.assign(release, { draft: false, immutable: memory.immutable, url: `${SITE}/tag/${release.tag}` });
  }

  const stored = (id: number): StoredRelease =>
    memory.all.find((release) => release.id === id) ?? refuse(`There is no release ${id}.`);

  const memory: MemoryReleases = {
    all: [],
    contents: new Map(),
    writes: [],
    immutable: false,
    before: undefined,
    after: undefined,
    add: ({ tag, body = "", draft = false }) => make({ tag, title: tag, body, draft }),
    port: {
      find: async (tag) => {
        const ofTag = memory.all.filter((release) => release.tag === tag);
        return structuredClone(ofTag.find((release) => !release.draft) ?? ofTag[0]);
      },
      createDraft: ({ tag, title, body }) => write({ method: "createDraft", subject: tag }, () => make({ tag, title, body, draft: true })),
      update: (id, { publish: publishes, ...texts }) =>
        write({ method: "update", subject: String(id) }, () => {
          const release = stored(id);
          Object.assign(release, texts);
          if (publishes === true) publish(release);
          return release;
        }),
      upload: ({ id }, { name, data }) =>
        write({ method: "upload", subject: name }, () => {
          const release = stored(id);
          if (release.immutable) return { kind: "locked" } as const;
          const same = release.assets.find((asset) => asset.name === name);
          if (same?.uploaded === true) refuse(`The release has an asset ${name} already.`);
          if (same !== undefined) release.assets.splice(release.assets.indexOf(same), 1);
          const asset: ReleaseAsset = { id: (ids += 1), name, size: data.length, digest: `sha256:${createHash("sha256").update(data).digest("hex")}`, uploaded: true };
          release.assets.push(asset);
          memory.contents.set(asset.id, Uint8Array.from(data));
          return { kind: "uploaded", asset } as const;
        }),
      deleteAsset: (id) =>
        write({ method: "deleteAsset", subject: String(id) }, () => {
          const release = memory.all.find(({ assets }) => assets.some((asset) => asset.id === id));
          if (release?.immutable === true) return { kind: "locked" } as const;
          if (release !== undefined) release.assets = release.assets.filter((asset) => asset.id !== id);
          memory.contents.delete(id);
          return { kind: "deleted" } as const;
        }),
    },
  };
  return memory;
}

function refuse(message: string): never {
  throw new PlatformError({ platform: "github", reason: "github-unavailable", status: 422 }, message);
}
