import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import type { SyncedTarget } from "@retell-actions/core/report/sync-report";
import { renderSyncSummary } from "@retell-actions/core/report/sync-summary";
import { runUrl } from "@retell-actions/core/report/run-url";
import { ending } from "./ending.ts";
import { repositoryUrl, type Sync } from "./sync.ts";

/** Turns what became of the targets into outputs, result and summary. */
export function report({ inputs, ports, source }: Sync, targets: readonly SyncedTarget[]): ActionReport {
  const { outcome, reason, explanation } = ending(targets, source.branch);
  const address = repositoryUrl(ports);
  const { role, branch, commit } = source;
  const byRole = <T>(valueOf: (target: SyncedTarget) => T | undefined): string =>
    JSON.stringify(Object.fromEntries(targets.flatMap((target) => {
      const value = valueOf(target);
      return value === undefined ? [] : [[target.role, value]];
    })));
  return {
    outcome,
    reason,
    message: explanation,
    outputs: {
      agents: "[]",
      synced: byRole((target) => (target.status === "synced" ? { branch: target.branch, kind: target.how, commit: target.after } : undefined)),
      "pull-requests": byRole((target) => target.pullRequest?.number),
      backups: byRole((target) => target.backup),
    },
    result: {
      action: "branch-sync",
      source: { role, branch, commit },
      strategy: inputs.strategy,
      agents: [],
      targets: targets.map(resultOf),
    },
    summary: renderSyncSummary({
      outcome,
      reason,
      explanation,
      source: { role, branch, commit },
      strategy: inputs.strategy,
      targets,
      repositoryUrl: address,
      runUrl: runUrl(ports.job),
    }),
    problems: [],
  };
}

/** Commits by their ids only: their messages may hold anything. */
function resultOf(target: SyncedTarget): JsonObject {
  return {
    target: target.role,
    branch: target.branch,
    status: target.status,
    kind: target.how ?? null,
    reason_code: target.reason,
    before: target.before ?? null,
    after: target.after ?? null,
    pull_request: target.pullRequest?.number ?? null,
    backup: target.backup ?? null,
    deploy: target.deploy ?? null,
    brought: target.brought.map(({ sha }) => sha),
    left: target.left.map(({ sha }) => sha),
  };
}
