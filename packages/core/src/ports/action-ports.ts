import type { Workspace } from "../project/workspace.ts";
import type { ComponentReader, ComponentWriter } from "./components.ts";
import type { WorkingTree } from "./files.ts";
import type { GitReader } from "./git.ts";
import type { GitWriter, PullRequestComments, RepositoryReader } from "./github.ts";
import type { Issues } from "./issues.ts";
import type { KnowledgeReader, KnowledgeWriter } from "./knowledge-bases.ts";
import type { PullRequests } from "./pull-requests.ts";
import type { Releases } from "./releases.ts";
import type { RetellReader, RetellWriter } from "./retell.ts";
import type { Clock, JobContext, Log, Sleep } from "./runner.ts";
import type { Workflows } from "./workflows.ts";

/** An opened workspace. `writer` is there only for a job that asked to write. */
export interface OpenedWorkspace {
  readonly reader: RetellReader;
  readonly writer: RetellWriter | undefined;
  /** What agents share; absent only where a caller has no use for it. */
  readonly knowledge?: { readonly reader: KnowledgeReader; readonly writer: KnowledgeWriter | undefined };
  readonly components?: { readonly reader: ComponentReader; readonly writer: ComponentWriter | undefined };
}

/** What an action's `run` may use of the outside world. */
export interface ActionPorts {
  readonly git: GitReader;
  readonly tree: WorkingTree;
  readonly gitWriter: GitWriter;
  readonly repository: RepositoryReader;
  readonly comments: PullRequestComments;
  readonly pullRequests: PullRequests;
  readonly issues: Issues;
  readonly workflows: Workflows;
  readonly releases: Releases;
  readonly log: Log;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly job: JobContext;
  /** Aborted at the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /**
   * Opens a workspace with its read key, or for writing with its API key. `ActionError("missing-key")` names the variable
   * to set. `only` says that no other workspace is at hand, so that RETELL_API_KEY serves too.
   */
  openRetell(workspace: Workspace, access: "read" | "write", only: boolean): OpenedWorkspace;
  /** True if this job has a key for reading the workspace. */
  hasKey(workspace: Workspace, only: boolean): boolean;
  /** Values of the RETELL_SECRET_ variables of this job, by name without the prefix; masked already. */
  readonly secrets: ReadonlyMap<string, string>;
}
