import { addAsset, changeRelease, makeRelease, removeAsset, removeRelease, type Asset, type Release } from "../model/releases.ts";
import { allows } from "../model/tokens.ts";
import { enforces } from "../model/world.ts";
import { assetView, releaseView } from "../view/release.ts";
import { ApiError, notFound } from "./api-error.ts";
import { actor, numberParam, param, type RestContext, type Route, text } from "./context.ts";
import { pageAnswer } from "./paginate.ts";

const read = ["contents:read"] as const;
const write = ["contents:write"] as const;

/** Docs "REST API endpoints for releases" and "release assets". */
export const releaseRoutes: readonly Route[] = [
  { operation: "repos/list-releases", needs: read, handle: list },
  { operation: "repos/get-release", needs: read, handle: get },
  { operation: "repos/get-release-by-tag", needs: read, handle: getByTag },
  { operation: "repos/create-release", needs: write, handle: create },
  { operation: "repos/update-release", needs: write, handle: update },
  { operation: "repos/delete-release", needs: write, handle: remove },
  { operation: "repos/list-release-assets", needs: read, handle: listAssets },
  { operation: "repos/get-release-asset", needs: read, handle: getAsset },
  { operation: "repos/upload-release-asset", needs: write, upload: true, handle: upload },
  { operation: "repos/delete-release-asset", needs: write, handle: deleteAsset },
];

/** Drafts are seen by those who may write (docs "List releases"). */
function visible(context: RestContext): Release[] {
  const { token, repository } = context;
  const seesDrafts = !enforces(context.world, "permissions") || (token !== undefined && token.repositoryId === repository.id && allows(token, "contents", "write"));
  return repository.releases.filter((release) => seesDrafts || !release.draft);
}

function find(context: RestContext): Release {
  const id = numberParam(context, "release_id");
  const found = visible(context).find((release) => release.id === id);
  if (found === undefined) throw notFound();
  return found;
}

function findAsset(context: RestContext): { release: Release; asset: Asset } {
  const id = numberParam(context, "asset_id");
  for (const release of visible(context)) {
    const asset = release.assets.find((candidate) => candidate.id === id);
    if (asset !== undefined) return { release, asset };
  }
  throw notFound();
}

async function list(context: RestContext) {
  // The newest first; GitHub promises no order.
  return pageAnswer(context, visible(context).reverse(), (release) => releaseView(context.repository, release));
}

async function get(context: RestContext) {
  return { status: 200, body: releaseView(context.repository, find(context)) };
}

async function getByTag(context: RestContext) {
  const release = context.repository.releases.find((candidate) => !candidate.draft && candidate.tag === param(context, "tag"));
  if (release === undefined) throw notFound();
  return { status: 200, body: releaseView(context.repository, release) };
}

async function create(context: RestContext) {
  const { repository } = context;
  const release = await makeRelease(repository, {
    tag: text(context, "tag_name") ?? "",
    target: text(context, "target_commitish") ?? repository.defaultBranch,
    name: text(context, "name") ?? null,
    body: text(context, "body") ?? null,
    draft: context.body["draft"] === true,
    prerelease: context.body["prerelease"] === true,
    cause: { actor: actor(context), token: context.token },
  });
  const body = releaseView(repository, release);
  return { status: 201, body, headers: { location: String(body["url"]) } };
}

async function update(context: RestContext) {
  const release = find(context);
  const given = { tag: text(context, "tag_name"), target: text(context, "target_commitish"), name: text(context, "name"), body: text(context, "body"), draft: flag(context, "draft"), prerelease: flag(context, "prerelease") };
  const change = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  await changeRelease(context.repository, { release, change, cause: { actor: actor(context), token: context.token } });
  return { status: 200, body: releaseView(context.repository, release) };
}

function flag(context: RestContext, name: string): boolean | undefined {
  const value = context.body[name];
  return typeof value === "boolean" ? value : undefined;
}

async function remove(context: RestContext) {
  await removeRelease(context.repository, { release: find(context), actor: actor(context) });
  return { status: 204 };
}

async function listAssets(context: RestContext) {
  const release = find(context);
  return pageAnswer(context, release.assets, (asset) => assetView(context.repository, release, asset));
}

/** The file itself for `Accept: application/octet-stream`; GitHub answers 200 or 302, a client has to take both. */
async function getAsset(context: RestContext) {
  const { release, asset } = findAsset(context);
  if (/octet-stream/.test(context.request.headers.accept ?? "")) return { status: 200, raw: asset.data, headers: { "content-type": "application/octet-stream" } };
  return { status: 200, body: assetView(context.repository, release, asset) };
}

async function upload(context: RestContext) {
  const release = find(context);
  const name = context.query.get("name") ?? "";
  if (name === "") throw new ApiError(400, "Bad Request");
  const contentType = context.request.headers["content-type"] ?? "application/octet-stream";
  const asset = addAsset(context.repository, { release, name, label: context.query.get("label"), contentType, data: context.request.body, actor: actor(context) });
  const body = assetView(context.repository, release, asset);
  return { status: 201, body, headers: { location: String(body["url"]) } };
}

async function deleteAsset(context: RestContext) {
  removeAsset(context.repository, findAsset(context));
  return { status: 204 };
}
