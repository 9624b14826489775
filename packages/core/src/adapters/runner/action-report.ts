import type { JsonObject } from "../../canonical/json.ts";
import type { Outcome, ReasonCode } from "../../outcome.ts";
import type { Problem } from "../../project/problem.ts";

/** How a run of an action ended, ready to be written. */
export interface ActionReport {
  readonly outcome: Outcome;
  readonly reason: ReasonCode;
  /** True where an input makes an outcome fail the step that otherwise would not, such as `fail-on-drift`. */
  readonly fails?: true;
  /** The sentence for the log and the failed step; the reason's own where absent. */
  readonly message?: string;
  /** The action's own outputs; `outcome`, `reason-code`, `result` and `result-path` are added. */
  readonly outputs: Readonly<Record<string, string>>;
  /** All of it; `schema_version`, `outcome` and `reason_code` are added. */
  readonly result: JsonObject;
  /** Markdown. */
  readonly summary: string;
  readonly problems: readonly Problem[];
}
