import type { ReasonCode, SyncOutcome } from "@retell-actions/core/outcome";
import type { SyncedTarget } from "@retell-actions/core/report/sync-report";
import { enumerate } from "@retell-actions/core/report/words";

/** How a run ended, of all its targets. */
export interface Ending {
  readonly outcome: SyncOutcome;
  readonly reason: ReasonCode;
  readonly explanation: string;
}

/**
 * Several things at once: `failed` (nothing was done) or `partially-synced`, then `pull-request-opened`, then `synced`. A
 * deploy that was not started makes the sync partial, since the branch was moved. Pure.
 */
export function ending(targets: readonly SyncedTarget[], source: string): Ending {
  const faulty = targets.filter((target) => target.status === "failed" || target.deploy === "failed");
  const [fault] = faulty;
  if (fault !== undefined) {
    const explanation = faulty.map((target) => `${target.branch}: ${target.message ?? ""}`).join("\n");
    return { outcome: targets.some(didSomething) ? "partially-synced" : "failed", reason: fault.reason, explanation };
  }
  const waiting = targets.filter(({ status }) => status === "pull-request");
  const [first] = waiting;
  if (first !== undefined) return { outcome: "pull-request-opened", reason: first.reason, explanation: waiting.map(({ message }) => message ?? "").join("\n") };
  const synced = targets.filter(({ status }) => status === "synced");
  if (synced.length > 0) return { outcome: "synced", reason: "ok", explanation: `${enumerate(synced.map(({ branch }) => branch))} now ${synced.length === 1 ? "contains" : "contain"} ${source}.` };
  const squashed = targets.flatMap(({ message }) => message ?? []);
  return { outcome: "unchanged", reason: "nothing-to-do", explanation: [`There is nothing to bring over from ${source}.`, ...squashed].join("\n") };
}

function didSomething({ status, deploy, backup }: SyncedTarget): boolean {
  return status === "synced" || status === "pull-request" || deploy !== undefined || backup !== undefined;
}
