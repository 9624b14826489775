import type { Release } from "../model/releases.ts";
import type { Repository } from "../model/repository.ts";
import { allows } from "../model/tokens.ts";
import type { World } from "../model/world.ts";
import { pageName } from "../view/release.ts";
import type { Caller } from "./credentials.ts";
import type { Incoming, Reply } from "./message.ts";

/** A file of a published release by `browser_download_url`; undefined where there is none or the caller may not see it. */
export function downloadAsset(world: World, caller: Caller, request: Incoming): Reply | undefined {
  const match = /^\/([^/]+\/[^/]+)\/releases\/download\/(.+)\/([^/]+)$/.exec(request.path);
  const [, fullName = "", tag = "", name = ""] = match ?? [];
  const repository = world.repositories.get(fullName);
  if (request.method !== "GET" || repository === undefined || !mayRead(repository, caller)) return undefined;
  const release = repository.releases.find((candidate: Release) => !candidate.draft && pageName(candidate) === tag);
  const asset = release?.assets.find((candidate) => candidate.name === decodeURIComponent(name) && candidate.state === "uploaded");
  return asset === undefined ? undefined : { status: 200, headers: { "content-type": "application/octet-stream" }, body: asset.data };
}

function mayRead(repository: Repository, caller: Caller): boolean {
  if (!repository.private) return true;
  return caller.kind === "token" && caller.token.repositoryId === repository.id && allows(caller.token, "contents", "read");
}
