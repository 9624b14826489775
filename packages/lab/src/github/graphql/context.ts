import { RefRefused } from "../model/move-refs.ts";
import type { Repository } from "../model/repository.ts";
import { actorOf, allows, type Token } from "../model/tokens.ts";
import type { Actor } from "../model/users.ts";
import { enforces, type World } from "../model/world.ts";
import { inaccessible } from "../rest/permission.ts";
import { refusalMessage } from "../rest/refusal.ts";
import { typedError } from "./errors.ts";

/** What resolvers share. GraphQL always needs a token. */
export interface GraphQLContext {
  world: World;
  token: Token;
  canSee(repository: Repository): boolean;
}

/** Makes the context of one request. */
export function graphqlContext(world: World, token: Token): GraphQLContext {
  return { world, token, canSee: (repository) => !repository.private || token.repositoryId === repository.id };
}

/** Whether the token may read the content of a repository it can see. */
export function canRead(context: GraphQLContext, repository: Repository): boolean {
  if (!enforces(context.world, "permissions") || !repository.private) return true;
  return allows(context.token, "contents", "read");
}

/** Runs a mutation of repository content under its lock, with `contents: write`, and words refusals as GitHub does. */
export async function mutate<T>(context: GraphQLContext, repository: Repository, task: (by: { actor: Actor; token: Token }) => Promise<T>): Promise<T> {
  const { token, world } = context;
  const permitted = token.repositoryId === repository.id && allows(token, "contents", "write");
  if (!permitted && enforces(world, "permissions")) throw typedError("FORBIDDEN", inaccessible(token));
  try {
    return await repository.lock.run(() => task({ actor: actorOf(token), token }));
  } catch (error) {
    if (error instanceof RefRefused) throw typedError(error.refusal.kind === "workflow-file" ? "FORBIDDEN" : "UNPROCESSABLE", refusalMessage(error.refusal));
    throw error;
  }
}
