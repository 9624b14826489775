import { ActionError } from "@retell-actions/core/errors";
import { contains, type Sync, type Target } from "./sync.ts";

/**
 * Deletes the branch of an earlier pull request once the target contains all of it and no pull request is open for it.
 * Without such a branch nothing is asked. It is tidiness only: whatever stands in the way, the next run tries again.
 */
export async function removeRequestBranch({ ports }: Sync, target: Target, targetTip: string): Promise<void> {
  const { branch, tip } = target.request;
  if (tip === undefined || ports.signal.aborted) return;
  try {
    if (!(await contains(ports, targetTip, tip))) return;
    const requests = await ports.pullRequests.ofBranch(branch);
    if (requests.some(({ state }) => state === "open")) return;
    const removed = await ports.gitWriter.moveRef({ branch, expected: tip, to: null });
    ports.log.info(removed.kind === "moved" ? `Deleted ${branch}, which ${target.branch} contains.` : `${branch} was not deleted (${removed.kind}).`);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    ports.log.notice(`${branch} could not be deleted: ${error.message}`);
  }
}
