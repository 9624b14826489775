import type { ReasonCode } from "../outcome.ts";
import type { AgentClass } from "../plan/plan.ts";
import type { PublishReport, PublishResult } from "./publish-report.ts";

/** One agent in the `result` output, with the keys that it has there after a deploy. */
export interface PublishResultAgent {
  readonly agent: string;
  readonly workspace: string;
  readonly class: AgentClass | null;
  readonly operation: "publish" | "record" | "none";
  readonly status: PublishResult["status"];
  readonly reason_code: ReasonCode;
  readonly agent_id: string | null;
  readonly llm_id: string | null;
  readonly version: number | null;
  readonly changed_fields: readonly string[];
}

/** The `result` output of a publication. Keys are only ever added within a `schema_version`. */
export interface PublishResultOutput {
  readonly schema_version: 1;
  readonly action: "publish-version";
  readonly workspace: string;
  readonly outcome: string;
  readonly reason_code: ReasonCode;
  readonly errors: number;
  readonly warnings: number;
  readonly agents: readonly PublishResultAgent[];
  /** Agents by status. */
  readonly counts: Readonly<Record<string, number>>;
  /** True if `agents` was left out for the sake of size; the file at `result-path` has it. */
  readonly truncated: boolean;
}

/** The result of a publication: what became of each agent. Names of fields only, no values. */
export function publishResult(report: PublishReport): PublishResultOutput {
  const errors = report.problems.filter(({ severity }) => severity === "error").length;
  const counts: Record<string, number> = {};
  for (const { status } of report.results) counts[status] = (counts[status] ?? 0) + 1;
  return {
    schema_version: 1,
    action: "publish-version",
    workspace: report.workspace,
    outcome: report.outcome,
    reason_code: report.reason,
    errors,
    warnings: report.problems.length - errors,
    agents: report.results.map((result) => ({
      agent: result.name,
      workspace: report.workspace,
      class: result.class,
      operation: operationOf(result),
      status: result.status,
      reason_code: result.reason,
      agent_id: result.agentId,
      llm_id: result.llmId,
      version: result.version,
      changed_fields: result.changedFields,
    })),
    counts,
    truncated: false,
  };
}

function operationOf({ status, reason }: PublishResult): PublishResultAgent["operation"] {
  if (status === "recorded") return "record";
  return status === "published" || status === "cancelled" || reason === "publish-failed" || reason === "changed-while-publishing" ? "publish" : "none";
}
