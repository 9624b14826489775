import {
  DEPLOY_OUTCOMES,
  DRIFT_OUTCOMES,
  IMPORT_OUTCOMES,
  LIST_OUTCOMES,
  PUBLISH_OUTCOMES,
  RELEASE_OUTCOMES,
  RESOLVE_OUTCOMES,
  SCAFFOLD_OUTCOMES,
  SYNC_OUTCOMES,
  VALIDATE_OUTCOMES,
  type DeployOutcome,
  type DriftOutcome,
  type ImportOutcome,
  type ListOutcome,
  type Outcome,
  type PublishOutcome,
  type ReleaseOutcome,
  type ResolveOutcome,
  type ScaffoldOutcome,
  type SyncOutcome,
  type ValidateOutcome,
} from "@retell-actions/core/outcome";

/** One sentence for each way in which the check ends. */
const VALIDATE: Record<ValidateOutcome, string> = {
  passed: "The files are valid, and a deploy would leave no agent alone that this change touches.",
  "passed-offline": "The files are valid; nothing was compared with Retell. The log and the summary say why.",
  invalid: "The files have errors. Nothing was compared with Retell.",
  conflicts: "A deploy would leave at least one agent alone, because of the Retell console or of another owner.",
  "staging-required": "A production is the target, and this content was not deployed to staging.",
  failed: "The check could not be made. Nothing is known about conflicts.",
};

/** One sentence for each way in which a deploy ends. */
const DEPLOY: Record<DeployOutcome, string> = {
  deployed: "Everything that Git wanted to change was written and recorded.",
  unchanged: "There was nothing to write.",
  planned: "A dry run: the plan was made, nothing was written.",
  superseded: "A newer commit of the branch has other content, which its own run deploys. Nothing was written.",
  conflicts: "At least one agent was left alone, because of the Retell console or of another owner. Other agents were deployed.",
  "staging-required": "At least one agent was left alone, because its content was not deployed to staging. Other agents were deployed.",
  "not-confirmed": "A manual production deploy lacks its confirmation. Nothing was done.",
  "wrong-branch": "The commit is not on the branch of this workspace. Nothing was written.",
  busy: "Another run is deploying to this workspace. Nothing was written.",
  "partially-deployed": "Some agents were written, at least one was not, or not completely. The next run goes on.",
  failed: "Nothing was written, or it is not known that anything was.",
};

/** One sentence for each way in which a sync of branches ends. */
const SYNC: Record<SyncOutcome, string> = {
  synced: "At least one target was moved, and all targets contain the source.",
  unchanged: "There was nothing to bring over. Nothing was written.",
  "pull-request-opened": "At least one target waits for a person, in a pull request that is open. The others contain the source.",
  "partially-synced": "Something was done, and something was not: a target was not synced, or the deploy of a moved branch was not started.",
  failed: "Nothing was moved, and at least one target does not contain the source.",
};

/** One sentence for each way in which a drift detection ends. */
const DRIFT: Record<DriftOutcome, string> = {
  "in-sync": "Every agent that was deployed and looked at is as it was deployed, or nothing was deployed yet.",
  "drift-detected": "At least one agent in Retell is not as it was deployed. Fails the step with `fail-on-drift` only.",
  failed: "A workspace or an agent could not be read, or a drift could not be told. What was found elsewhere is told all the same.",
};

/** One sentence for each way in which a publication ends. */
const PUBLISH: Record<PublishOutcome, string> = {
  published: "Every version that waited is published and recorded.",
  unchanged: "There was nothing to publish.",
  conflicts: "Nothing was published; at least one version waits for a person.",
  "partially-published": "Some versions were published; others were refused, failed, or are not recorded. The next run goes on.",
  failed: "Nothing was published, or it is not known that anything was.",
};

/** One sentence for each way in which packaging a release ends. */
const RELEASE: Record<ReleaseOutcome, string> = {
  packaged: "The tag's release is published and has all files; where it had them already, nothing was written.",
  invalid: "The files of the tag's commit have errors. Nothing was uploaded.",
  failed: "The release is not complete. What was uploaded stays, and the next run goes on.",
};

/** One sentence for each way in which the commands of a comment or of a manual run end. */
const RESOLVE: Record<ResolveOutcome, string> = {
  resolved: "Every decision is in the files of a branch now, or was there before.",
  answered: "Nothing was to be decided. The answer shows what was asked for.",
  ignored: "There is no command to carry out, or not by this comment. Nothing was done; the log and the summary say why.",
  refused: "A command was refused, and nothing was decided. The answer says why, and shows what can be decided.",
  "partially-resolved": "Something was decided, and something was not: a command was refused, or a field is still open.",
  failed: "The commands could not be carried out, or not to the end. The message says what was committed by then, if anything was.",
};

/** One sentence for each way in which listing workspaces ends. */
const LIST: Record<ListOutcome, string> = {
  listed: "The outputs name the workspaces.",
  failed: "workspaces.json is missing or has errors, so nothing is listed.",
};

/** One sentence for each way in which making new agents ends. */
const SCAFFOLD: Record<ScaffoldOutcome, string> = {
  scaffolded: "A pull request has the new agents.",
  unchanged: "The pull request for this request was there already: open, merged, or closed by somebody. Nothing was written.",
  ignored: "The issue does not ask for new agents, or its author may not. Nothing was done; the log and the summary say why.",
  invalid: "A name or the template cannot be used, or the files would have errors. Nothing was written.",
  failed: "The agents could not be made, or not to the end. A re-run goes on.",
};

/** One sentence for each way in which an import ends. */
const IMPORT: Record<ImportOutcome, string> = {
  imported: "The pull request has the chosen agents, and they are recorded.",
  unchanged: "There is nothing to import, or the pull request and the records have all of it already. Nothing was written.",
  "partially-imported": "At least one chosen agent could not be read, or cannot be said exactly in files. The others are in the pull request.",
  busy: "Another run holds one of the workspaces. Nothing was written.",
  failed: "Nothing was imported, or not to the end. Nothing in Retell was changed, and another run goes on.",
};

/** The outcomes of one action in the order of the documentation. */
export interface ActionOutcomes {
  readonly names: readonly Outcome[];
  readonly meanings: Readonly<Partial<Record<Outcome, string>>>;
}

/** By the action's folder. An action without an entry cannot be documented, and `check:docs` says so. */
export const OUTCOMES_BY_ACTION: ReadonlyMap<string, ActionOutcomes> = new Map([
  ["branch-sync", { names: SYNC_OUTCOMES, meanings: SYNC }],
  ["deploy", { names: DEPLOY_OUTCOMES, meanings: DEPLOY }],
  ["drift-detect", { names: DRIFT_OUTCOMES, meanings: DRIFT }],
  ["import-agents", { names: IMPORT_OUTCOMES, meanings: IMPORT }],
  ["list-workspaces", { names: LIST_OUTCOMES, meanings: LIST }],
  ["publish-version", { names: PUBLISH_OUTCOMES, meanings: PUBLISH }],
  ["release-package", { names: RELEASE_OUTCOMES, meanings: RELEASE }],
  ["resolve-conflicts", { names: RESOLVE_OUTCOMES, meanings: RESOLVE }],
  ["scaffold-agents", { names: SCAFFOLD_OUTCOMES, meanings: SCAFFOLD }],
  ["validate-and-conflict-check", { names: VALIDATE_OUTCOMES, meanings: VALIDATE }],
]);
