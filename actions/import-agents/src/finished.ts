import type { PullRequest } from "@retell-actions/core/ports/pull-requests";
import type { MadeImport } from "./make-import.ts";
import type { RetellWorld } from "./read-retell.ts";
import type { GitWorld } from "./read-world.ts";

/** What a run found and did. */
export interface Finished {
  readonly world: GitWorld;
  readonly retell: RetellWorld;
  readonly made: MadeImport;
  /** Undefined where there is nothing to propose. */
  readonly pullRequest: PullRequest | undefined;
  /** True if a branch, a record or the pull request was written. */
  readonly wrote: boolean;
  /** True if a person works on the import's branch, so that nothing was touched. */
  readonly isLeft: boolean;
}
