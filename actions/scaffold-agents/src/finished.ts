import type { PullRequest } from "@retell-actions/core/ports/pull-requests";
import type { Problem } from "@retell-actions/core/project/problem";
import type { CopiedAgent } from "./copy-template.ts";
import type { Fault } from "./fault.ts";

/** What became of a request. */
export type Finished =
  /** Nothing was written. */
  | {
      readonly kind: "invalid";
      readonly faults: readonly Fault[];
      readonly problems: readonly Problem[];
      /** The pull request for what it asked before, if that is open. */
      readonly open?: PullRequest;
    }
  /** `answered`: by a pull request that is over. The files are known only where they were made. */
  | {
      readonly kind: "written" | "unchanged" | "left" | "answered";
      readonly names: readonly string[];
      readonly template: string;
      readonly agents: readonly CopiedAgent[];
      readonly branch: string;
      readonly pullRequest: PullRequest;
      /** Warnings about the new files. */
      readonly problems: readonly Problem[];
    };
