import type { PublishOutcome, ReasonCode } from "../outcome.ts";
import type { PublishPlan } from "../plan/plan-publish.ts";
import type { Problem } from "../project/problem.ts";
import type { LastChange } from "../state/last-change.ts";

/** What became of one agent. */
export interface PublishResult extends Pick<PublishPlan, "name" | "reason" | "message" | "class" | "changedFields" | "notes" | "agentId" | "engineId" | "version"> {
  /** `recorded`: it was published already and the state says so now. `left-alone`: refused. `cancelled`: not published by this run. */
  readonly status: "published" | "recorded" | "unchanged" | "left-alone" | "failed" | "cancelled";
  /** Of the version as it was read after its publication; for the record. */
  readonly lastChange?: LastChange | undefined;
}

/** The report of a publication. */
export interface PublishReport {
  readonly outcome: PublishOutcome;
  readonly reason: ReasonCode;
  readonly explanation: string | undefined;
  readonly workspace: string;
  /** Sorted by name. */
  readonly results: readonly PublishResult[];
  readonly problems: readonly Problem[];
  readonly runUrl: string;
  /** Tip of the state branch after this run's own commit; undefined where it made none. */
  readonly stateCommit: string | undefined;
}

/** How a publication of these agents ended: failed (nothing published) > partially-published > conflicts. */
export function publishVerdict(results: readonly PublishResult[]): { outcome: PublishOutcome; reason: ReasonCode; message: string | undefined } {
  const some = results.some(isPublished);
  const failed = results.filter(({ status }) => status === "failed" || status === "cancelled");
  const left = results.filter(({ status }) => status === "left-alone");
  const worst = failed[0] ?? left[0];
  if (worst === undefined) return { outcome: some ? "published" : "unchanged", reason: some ? "ok" : "nothing-to-do", message: undefined };
  return {
    outcome: some ? "partially-published" : failed.length > 0 ? "failed" : "conflicts",
    reason: worst.reason,
    message: [...failed, ...left].map((result) => `${result.name} ${result.status === "left-alone" ? "was not published" : result.status === "cancelled" ? "was cancelled" : "failed"}: ${result.message ?? ""}`).join("\n"),
  };
}

/** True if the version is published, as far as this run has seen: also if it is not what it should be. */
export function isPublished({ status, reason }: PublishResult): boolean {
  return status === "published" || status === "recorded" || reason === "changed-while-publishing";
}
