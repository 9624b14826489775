import { ActionError } from "@retell-actions/core/errors";
import type { SyncedTarget } from "@retell-actions/core/report/sync-report";
import { backupBranch } from "./branch-names.ts";
import { assertGoing, untouched, type Sync, type Target } from "./sync.ts";

/** A short name first; the whole one where another commit took it. */
const DIGITS = [7, 64];

/**
 * Makes a target equal to the source, although it has commits of its own. They are listed and kept on a backup branch
 * first: without both nothing is moved. Undefined if the target moved meanwhile.
 */
export async function replaceTarget({ ports, directory, source }: Sync, target: Target): Promise<SyncedTarget | undefined> {
  const { branch, tip } = target;
  const left = await ports.repository.commitsBetween(source.commit, tip);
  const brought = await ports.repository.commitsBetween(tip, source.commit);
  const backup = await keepTip({ ports, directory }, target);
  assertGoing(ports);
  const moved = await ports.gitWriter.moveRef({ branch, expected: tip, to: source.commit, force: true });
  if (moved.kind === "stale") return undefined;
  if (moved.kind === "refused") {
    return {
      ...untouched(target),
      status: "failed",
      backup,
      reason: moved.reason,
      message: `${branch} was not replaced: ${moved.message}\nIts tip is kept on ${backup} all the same. To lose nothing, use strategy: safe; to replace it, let the rule of ${branch} allow force pushes of the token's owner.`,
    };
  }
  return { ...untouched(target), status: "synced", how: "force", reason: "ok", after: source.commit, backup, brought, left };
}

async function keepTip({ ports, directory }: Pick<Sync, "ports" | "directory">, { branch, tip }: Target): Promise<string> {
  for (const digits of DIGITS) {
    const backup = backupBranch({ directory, target: branch, tip, digits });
    assertGoing(ports);
    const made = await ports.gitWriter.moveRef({ branch: backup, expected: null, to: tip });
    if (made.kind === "moved") return backup;
    if (made.kind === "refused") throw new ActionError(made.reason, `${branch} was not replaced, since its tip could not be kept on ${backup}: ${made.message}`);
    // An earlier run made it.
    if ((await ports.git.remoteTips([backup])).get(backup) === tip) return backup;
  }
  throw new ActionError("branch-moved", `${branch} was not replaced, since its tip could not be kept: the branches ${DIGITS.map((digits) => backupBranch({ directory, target: branch, tip, digits })).join(" and ")} hold other commits. Rename or delete them.`);
}
