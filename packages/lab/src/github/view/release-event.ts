import { resolveCommit } from "../git/objects.ts";
import type { RepositoryEvent } from "../model/events.ts";
import type { Release } from "../model/releases.ts";
import type { Repository } from "../model/repository.ts";
import type { Actor } from "../model/users.ts";
import { releaseView } from "./release.ts";
import { repositoryView } from "./repository.ts";
import { userView } from "./user.ts";

/** A `release` event: it runs at the tag (docs "Events that trigger workflows"). */
export async function releaseEvent(repository: Repository, { release, action, actor }: { release: Release; action: string; actor: Actor }): Promise<RepositoryEvent> {
  const ref = `refs/tags/${release.tag}`;
  return {
    name: "release",
    payload: { action, release: releaseView(repository, release), repository: repositoryView(repository), sender: userView(repository.world, actor.user) },
    ref,
    sha: (await resolveCommit(repository.git, ref)) ?? (await repository.tip(repository.defaultBranch)),
    actor: actor.user.login,
  };
}
