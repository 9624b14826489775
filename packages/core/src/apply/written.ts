import type { Recorded } from "../state/next-state.ts";
import type { ReasonCode } from "../outcome.ts";
import type { ObservedChange } from "../report/report-input.ts";

/**
 * What became of one agent's write. `recorded` is what the state must say now; it is undefined where nothing was written,
 * and `uncertain` where a write got no answer: then the journal stays and the next run finds out.
 */
export interface Written {
  readonly status: "created" | "updated" | "replaced" | "deleted" | "left-alone" | "failed" | "cancelled";
  readonly reason: ReasonCode;
  readonly message?: string;
  readonly recorded?: Recorded;
  readonly uncertain?: boolean;
  readonly observed: readonly ObservedChange[];
}
