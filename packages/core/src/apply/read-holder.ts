import type { RepositoryReader } from "../ports/github.ts";
import { journalsOf, type PendingRun } from "../state/workspace-state.ts";
import { pendingState } from "./apply-plan.ts";

/** What is known of the run that the workspace's record names. */
export interface Holder {
  readonly isOver: boolean;
  /** Epoch milliseconds: when the deploy ended that left the journals in the agents' files; undefined where nobody knows. */
  readonly journalsEndedAt: number | undefined;
}

/** Asks GitHub whether the run that holds the workspace is over, and when the deploy behind its journals ended. */
export async function readHolder(pending: PendingRun, self: Parameters<typeof pendingState>[1], repository: Pick<RepositoryReader, "runState">): Promise<Holder> {
  const writer = journalsOf(pending);
  const [holder, author] = await Promise.all([
    pendingState(pending, self, repository),
    writer === undefined || writer === pending ? undefined : pendingState(writer, self, repository),
  ]);
  const told = writer === pending ? holder : author;
  return { isOver: holder.kind === "over", journalsEndedAt: told?.kind === "over" ? told.endedAt : undefined };
}
