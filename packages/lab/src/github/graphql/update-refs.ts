import { isAncestor } from "../git/commits.ts";
import { nullSha, objectType } from "../git/objects.ts";
import { isRefName, readRef, type RefChange } from "../git/refs.ts";
import { moveRefs } from "../model/move-refs.ts";
import type { Repository } from "../model/repository.ts";
import { enforces } from "../model/world.ts";
import { parseNodeId } from "../view/node-id.ts";
import { type GraphQLContext, mutate } from "./context.ts";
import { typedError } from "./errors.ts";
import type { Fields } from "./objects.ts";

/** One `RefUpdate`. */
export interface RefUpdate {
  name: string;
  afterOid: string;
  beforeOid?: string | null;
  force?: boolean | null;
}

/** `UpdateRefsInput`. */
export interface UpdateRefsInput {
  repositoryId: string;
  refUpdates: RefUpdate[];
  clientMutationId?: string;
}

/** The mutation `updateRefs`: creates, moves and deletes refs with leases, all of them or none. */
export function updateRefs(context: GraphQLContext, input: UpdateRefsInput): Promise<Fields> {
  const [id] = parseNodeId("R", input.repositoryId) ?? [];
  const repository = [...context.world.repositories.values()].find((candidate) => String(candidate.id) === id);
  if (repository === undefined || !context.canSee(repository)) {
    throw typedError("NOT_FOUND", `Could not resolve to a node with the global id of '${input.repositoryId}'`);
  }
  return mutate(context, repository, async ({ actor, token }) => {
    const changes: RefChange[] = [];
    for (const update of input.refUpdates) changes.push(await change(context, repository, update));
    await moveRefs(repository, changes, { actor, token });
    return { clientMutationId: input.clientMutationId ?? null };
  });
}

async function change(context: GraphQLContext, repository: Repository, update: RefUpdate): Promise<RefChange> {
  const { git } = repository;
  if (!isRefName(update.name)) throw typedError("UNPROCESSABLE", `"${update.name}" is not a valid ref name.`);
  const old = (await readRef(git, update.name)) ?? nullSha;
  if (update.beforeOid !== undefined && update.beforeOid !== null && update.beforeOid !== old && enforces(context.world, "stale-data")) {
    throw typedError("STALE_DATA", `Expected ref "${update.name}" to point to "${update.beforeOid}" but it points to "${old}".`);
  }
  if (update.afterOid === nullSha) {
    if (old === nullSha) throw typedError("UNPROCESSABLE", `Reference "${update.name}" does not exist.`);
    if (update.name === `refs/heads/${repository.defaultBranch}`) throw typedError("UNPROCESSABLE", "Cannot delete the default branch.");
    return { ref: update.name, old, new: nullSha };
  }
  const type = await objectType(git, update.afterOid);
  if (type === undefined || (update.name.startsWith("refs/heads/") && type !== "commit")) {
    throw typedError("UNPROCESSABLE", `"${update.afterOid}" is not a commit of this repository.`);
  }
  const fast = old === nullSha || update.force === true || (await isAncestor(git, old, update.afterOid));
  if (!fast && enforces(context.world, "fast-forward")) throw typedError("UNPROCESSABLE", `Update of "${update.name}" is not a fast forward.`);
  return { ref: update.name, old, new: update.afterOid };
}
