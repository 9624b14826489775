import { isAncestor } from "../git/commits.ts";
import { nullSha, objectType } from "../git/objects.ts";
import { isRefName, listRefs, readRef } from "../git/refs.ts";
import { moveRefs } from "../model/move-refs.ts";
import type { Repository } from "../model/repository.ts";
import { enforces } from "../model/world.ts";
import { nodeId } from "../view/node-id.ts";
import { repositoryUrl } from "../view/repository.ts";
import { notFound, unprocessable } from "./api-error.ts";
import { actor, param, type RestContext, type Route, text } from "./context.ts";
import { paginate } from "./paginate.ts";

/** Docs "REST API endpoints for Git references". */
export const refRoutes: readonly Route[] = [
  { operation: "git/get-ref", needs: ["contents:read"], handle: getRef },
  { operation: "git/list-matching-refs", needs: ["contents:read"], handle: listMatching },
  { operation: "git/create-ref", needs: ["contents:write"], handle: createRef },
  { operation: "git/update-ref", needs: ["contents:write"], handle: updateRef },
  { operation: "git/delete-ref", needs: ["contents:write"], handle: deleteRef },
];

async function view(repository: Repository, ref: string, sha: string): Promise<Record<string, unknown>> {
  const type = (await objectType(repository.git, sha)) ?? "commit";
  const api = `${repositoryUrl(repository)}/git`;
  return {
    ref,
    node_id: nodeId("REF", repository.id, ref),
    url: `${api}/${ref.split("/").map(encodeURIComponent).join("/")}`,
    object: { sha, type, url: `${api}/${type}s/${sha}` },
  };
}

async function getRef(context: RestContext) {
  const ref = `refs/${param(context, "ref")}`;
  const sha = await readRef(context.repository.git, ref);
  if (sha === undefined) throw notFound();
  return { status: 200, body: await view(context.repository, ref, sha) };
}

async function listMatching(context: RestContext) {
  const refs = await listRefs(context.repository.git, `refs/${param(context, "ref")}`);
  const { items, headers } = paginate(context, refs);
  return { status: 200, body: await Promise.all(items.map(({ ref, sha }) => view(context.repository, ref, sha))), headers };
}

async function createRef(context: RestContext) {
  const { repository } = context;
  const [ref = "", sha = ""] = [text(context, "ref"), text(context, "sha")];
  if (!isRefName(ref)) throw unprocessable("Reference name is not valid. It must start with 'refs' and have at least two slashes.");
  if ((await readRef(repository.git, ref)) !== undefined) throw unprocessable("Reference already exists");
  const type = await objectType(repository.git, sha);
  if (type === undefined) throw unprocessable("Object does not exist");
  if (ref.startsWith("refs/heads/") && type !== "commit") throw unprocessable("Reference cannot be created: object is not a commit");
  await moveRefs(repository, [{ ref, old: nullSha, new: sha }], { actor: actor(context), token: context.token });
  const body = await view(repository, ref, sha);
  return { status: 201, body, headers: { location: String(body["url"]) } };
}

async function updateRef(context: RestContext) {
  const { repository } = context;
  const ref = `refs/${param(context, "ref")}`;
  const sha = text(context, "sha") ?? "";
  const old = await readRef(repository.git, ref);
  if (old === undefined) throw unprocessable("Reference does not exist");
  if ((await objectType(repository.git, sha)) === undefined) throw unprocessable("Object does not exist");
  const forced = context.body["force"] === true || !enforces(context.world, "fast-forward");
  if (!forced && !(await isAncestor(repository.git, old, sha))) throw unprocessable("Update is not a fast forward");
  await moveRefs(repository, [{ ref, old, new: sha }], { actor: actor(context), token: context.token });
  return { status: 200, body: await view(repository, ref, sha) };
}

async function deleteRef(context: RestContext) {
  const { repository } = context;
  const ref = `refs/${param(context, "ref")}`;
  const old = await readRef(repository.git, ref);
  if (old === undefined) throw unprocessable("Reference does not exist");
  if (ref === `refs/heads/${repository.defaultBranch}`) throw unprocessable("Cannot delete the default branch");
  await moveRefs(repository, [{ ref, old, new: nullSha }], { actor: actor(context), token: context.token });
  return { status: 204 };
}
