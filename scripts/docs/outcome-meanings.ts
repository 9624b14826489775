import { DEPLOY_OUTCOMES, VALIDATE_OUTCOMES, type DeployOutcome, type Outcome, type ValidateOutcome } from "@retell-actions/core/outcome";

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

/** The outcomes of one action in the order of the documentation. */
export interface ActionOutcomes {
  readonly names: readonly Outcome[];
  readonly meanings: Readonly<Partial<Record<Outcome, string>>>;
}

/** By the action's folder. An action without an entry cannot be documented, and `check:docs` says so. */
export const OUTCOMES_BY_ACTION: ReadonlyMap<string, ActionOutcomes> = new Map([
  ["deploy", { names: DEPLOY_OUTCOMES, meanings: DEPLOY }],
  ["validate-and-conflict-check", { names: VALIDATE_OUTCOMES, meanings: VALIDATE }],
]);
