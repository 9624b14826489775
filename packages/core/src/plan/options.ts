import type { Fingerprint } from "../canonical/fingerprint.ts";

/** The inputs that decide what a run may do; validate and deploy take the same. */
export interface PlanOptions {
  readonly onConsoleEdit: "fail" | "keep" | "overwrite";
  readonly requireStaging: boolean;
  readonly prune: "report" | "delete";
  readonly maxDeletes: number;
  readonly allowReplace: boolean;
  readonly recreate: boolean;
  readonly adopt: boolean;
}

/** What the planning of one workspace needs to know beside the files and the two states. */
export interface PlanContext {
  readonly options: PlanOptions;
  readonly repositoryId: number;
  readonly workingDirectory: string;
  /** The commit that is being deployed. */
  readonly commit: string;
  readonly secrets: ReadonlyMap<string, string>;
  readonly fingerprint: Fingerprint;
  /** When the run that left a `pending` behind ended; undefined where nobody knows. */
  readonly pendingEndedAt: number | undefined;
}
