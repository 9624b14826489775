import { expect, test } from "@jest/globals";
import type { SyncedTarget } from "@retell-actions/core/report/sync-report";
import { ending } from "../src/ending.ts";
import { untouched } from "../src/sync.ts";

const target = (role: "staging" | "develop", changes: Partial<SyncedTarget> = {}): SyncedTarget => ({ ...untouched({ role, branch: role }), ...changes });
const unchanged = target("develop");
const synced = target("staging", { status: "synced", how: "merge", reason: "ok" });
const waiting = target("develop", { status: "pull-request", reason: "merge-conflicts", message: "Pull request 7." });
const failed = target("develop", { status: "failed", reason: "branch-missing", message: "No develop." });
const unstarted = { ...synced, deploy: "failed", reason: "dispatch-failed", message: "No deploy." } as const;

test.each<[string, string, string, SyncedTarget[]]>([
  ["nothing to do", "unchanged", "nothing-to-do", [unchanged, target("staging")]],
  ["one moved", "synced", "ok", [synced, unchanged]],
  ["one waits", "pull-request-opened", "merge-conflicts", [unchanged, waiting]],
  ["one moved, one waits", "pull-request-opened", "merge-conflicts", [synced, waiting]],
  ["one failed, nothing done", "failed", "branch-missing", [target("staging"), failed]],
  ["one failed, one moved", "partially-synced", "branch-missing", [synced, failed]],
  ["one failed, one waits", "partially-synced", "branch-missing", [{ ...waiting, role: "staging" }, failed]],
  ["moved, but not deployed", "partially-synced", "dispatch-failed", [unstarted, unchanged]],
  ["failed with a backup made", "partially-synced", "branch-protected", [{ ...failed, reason: "branch-protected", backup: "retell/backup/develop/abc" }]],
])("%s: %s", (_name, outcome, reason, targets) => {
  expect(ending(targets, "production")).toMatchObject({ outcome, reason });
  expect(ending(targets, "production").explanation).not.toBe("");
});
