import type { ReasonCode } from "../outcome.ts";
import type { AgentClass } from "../plan/plan.ts";
import { complete, type ActionResult } from "./result-json.ts";
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
  readonly engine_id: string | null;
  readonly llm_id: string | null;
  readonly version: number | null;
  readonly changed_fields: readonly string[];
}

/** The result of a publication: what became of each agent. Names of fields only, no values. */
export function publishResult(report: PublishReport): ActionResult<PublishResultAgent> {
  return complete({
    action: "publish-version",
    workspace: report.workspace,
    report,
    agents: report.results.map((result) => ({
      agent: result.name,
      workspace: report.workspace,
      class: result.class,
      operation: operationOf(result),
      status: result.status,
      reason_code: result.reason,
      agent_id: result.agentId,
      engine_id: result.engineId,
      llm_id: result.engineId,
      version: result.version,
      changed_fields: result.changedFields,
    })),
  });
}

function operationOf({ status, reason }: PublishResult): PublishResultAgent["operation"] {
  if (status === "recorded") return "record";
  return status === "published" || status === "cancelled" || reason === "publish-failed" || reason === "changed-while-publishing" ? "publish" : "none";
}
