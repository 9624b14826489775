import type { FaultPlan } from "../../faults/faults.ts";
import type { SchemaCheck } from "../schema/check.ts";
import type { Repository } from "./repository.ts";
import type { TokenStore } from "./tokens.ts";

/**
 * Behaviour that GitHub does not promise, or that differs between installations: each is a switch with the default
 * that is hardest on a client.
 */
export interface GitHubLabOptions {
  /** Shared with other servers of the lab, so that writes are counted over all of them. */
  faults?: FaultPlan;
  /** Requests an hour for the job's token, per repository (docs "Rate limits for the REST API": 1,000). */
  actionsRateLimit?: number;
  /** Requests an hour for app and user tokens (docs: 5,000). */
  userRateLimit?: number;
  /** How many reads of a pull request answer `mergeable: null` after a change (docs "Get a pull request": poll). Default 1. */
  mergeableNullReads?: number;
  /**
   * What becomes of `.github/workflows` changes by a token without `workflows`: `refuse` always (default), or
   * `unless-known`: allowed if another branch has the same file at the same path, as docs "Scopes for OAuth apps" say of
   * OAuth tokens. For the job's token that exception is unproven.
   */
  workflowFiles?: "refuse" | "unless-known";
  /**
   * Whether `base.sha` of a pull request follows the base branch at once. Default false: it stays what it was at the last
   * `opened`, `synchronize` or change of base (field reports; GitHub promises neither).
   */
  baseShaFollowsBase?: boolean;
  /**
   * Which permission a reaction to a comment needs: `by-kind` (default) that of the conversation, so on a pull request
   * `pull-requests: write` (field reports of 2026: NOFireAI/ravel pull 347, eneo-ai/eneo pull 512), or `either`, as docs
   * "Permissions required for GitHub Apps" list them.
   */
  reactionPermission?: "by-kind" | "either";
  /** For tests of the lab itself: enforcements that are turned off, to show that a test notices. */
  disabled?: readonly Enforcement[];
}

/** Enforcements that can be turned off to show that a test notices. */
export type Enforcement =
  | "permissions"
  | "protection"
  | "suppressed-events"
  | "stale-data"
  | "limits"
  | "workflow-files"
  | "pull-request-setting"
  | "fast-forward"
  | "tree-removals"
  | "issues-setting"
  | "immutable-releases"
  | "schema";

/** What all parts of one lab share. */
export interface World {
  /** Root of the server, without a final slash; empty until it listens. */
  url: string;
  readonly folder: string;
  readonly options: GitHubLabOptions;
  readonly tokens: TokenStore;
  readonly repositories: Map<string, Repository>;
  readonly schema: SchemaCheck;
  /** Questions of update hooks that are waiting for pushes under way, by a random id. */
  readonly pushes: Map<string, PushInProgress>;
  /** A number that was not used before in this lab. */
  nextId(): number;
}

/** A push between its start and its report. */
export interface PushInProgress {
  judge(change: { ref: string; old: string; new: string }, quarantine: Record<string, string>): Promise<{ lines: string[]; reason: string } | undefined>;
}

/** Whether an enforcement is on. */
export function enforces(world: World, enforcement: Enforcement): boolean {
  return world.options.disabled?.includes(enforcement) !== true;
}

/** REST root as `GITHUB_API_URL` has it. */
export function apiUrl(world: World): string {
  return `${world.url}/api/v3`;
}
