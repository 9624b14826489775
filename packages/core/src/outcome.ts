/**
 * The closed lists that every action's `outcome` and `reason-code` outputs are taken from. Adding a name is a minor
 * release, changing or removing one a major release.
 */

export const VALIDATE_OUTCOMES = ["passed", "passed-offline", "invalid", "conflicts", "staging-required", "failed"] as const;
export type ValidateOutcome = (typeof VALIDATE_OUTCOMES)[number];

export const DEPLOY_OUTCOMES = [
  "deployed",
  "unchanged",
  "planned",
  "superseded",
  "conflicts",
  "staging-required",
  "not-confirmed",
  "wrong-branch",
  "busy",
  "partially-deployed",
  "failed",
] as const;
export type DeployOutcome = (typeof DEPLOY_OUTCOMES)[number];

export const PUBLISH_OUTCOMES = ["published", "unchanged", "conflicts", "partially-published", "failed"] as const;
export type PublishOutcome = (typeof PUBLISH_OUTCOMES)[number];

export const SYNC_OUTCOMES = ["synced", "unchanged", "pull-request-opened", "partially-synced", "failed"] as const;
export type SyncOutcome = (typeof SYNC_OUTCOMES)[number];

export const DRIFT_OUTCOMES = ["in-sync", "drift-detected", "failed"] as const;
export type DriftOutcome = (typeof DRIFT_OUTCOMES)[number];

export const RELEASE_OUTCOMES = ["packaged", "invalid", "failed"] as const;
export type ReleaseOutcome = (typeof RELEASE_OUTCOMES)[number];

export const RESOLVE_OUTCOMES = ["resolved", "answered", "ignored", "refused", "partially-resolved", "failed"] as const;
export type ResolveOutcome = (typeof RESOLVE_OUTCOMES)[number];

export const LIST_OUTCOMES = ["listed", "failed"] as const;
export type ListOutcome = (typeof LIST_OUTCOMES)[number];

export const SCAFFOLD_OUTCOMES = ["scaffolded", "unchanged", "ignored", "invalid", "failed"] as const;
export type ScaffoldOutcome = (typeof SCAFFOLD_OUTCOMES)[number];

export const IMPORT_OUTCOMES = ["imported", "unchanged", "partially-imported", "busy", "failed"] as const;
export type ImportOutcome = (typeof IMPORT_OUTCOMES)[number];

export type Outcome = ValidateOutcome | DeployOutcome | PublishOutcome | SyncOutcome | DriftOutcome | ReleaseOutcome | ResolveOutcome | ListOutcome | ScaffoldOutcome | ImportOutcome;

/** Whether an outcome fails the step. A complete record, so that a new outcome cannot be forgotten. */
export const FAILS_STEP: Record<Outcome, boolean> = {
  passed: false,
  "passed-offline": false,
  invalid: true,
  conflicts: true,
  "staging-required": true,
  failed: true,
  deployed: false,
  unchanged: false,
  planned: false,
  superseded: false,
  "not-confirmed": true,
  "wrong-branch": true,
  busy: true,
  "partially-deployed": true,
  published: false,
  "partially-published": true,
  synced: false,
  "pull-request-opened": false,
  "partially-synced": true,
  "in-sync": false,
  "drift-detected": false,
  packaged: false,
  resolved: false,
  answered: false,
  ignored: false,
  refused: true,
  "partially-resolved": true,
  listed: false,
  scaffolded: false,
  imported: false,
  "partially-imported": true,
};

/** Why a run ended as it did, or why one agent was left alone; each with the sentence that the documentation shows. */
export const REASON_CODES = {
  ok: "Nothing stood in the way.",
  "nothing-to-do": "Git, the recorded state and Retell agree.",
  "invalid-files": "Files in the repository have errors; each is listed with its line.",
  "invalid-input": "An input of the action is missing, misspelt or contradicts another.",
  "unknown-workspace": "The workspace is not declared in workspaces.json.",
  "no-agents-selected": "The agents input matches no agent of the repository.",
  "missing-key": "The environment variable with the workspace's API key is empty.",
  "missing-secret": "A secret:// reference has no RETELL_SECRET_ variable in this job.",
  "no-keys-in-this-job": "Pull requests from forks and Dependabot get no keys, so only files were checked.",
  "no-target-yet": "The target branch has no workspaces.json yet, so only files were checked.",
  "develop-branch": "The develop branch deploys nowhere, so only files were checked.",
  unauthorized: "Retell refused the API key.",
  forbidden: "The API key may not do this.",
  "wrong-organization": "The API key belongs to another Retell organisation than the one recorded.",
  "retell-unavailable": "Retell did not answer, or not with what its API promises.",
  "retell-rejected": "Retell refused a request as invalid.",
  "github-unavailable": "GitHub did not answer, or not with what its API promises.",
  "github-forbidden": "The token lacks a permission; the message names the line to add.",
  "git-failed": "A git command failed.",
  "dirty-tree": "The checkout has uncommitted changes, so it is not the commit that was reviewed.",
  "wrong-branch": "The commit is not on the branch that deploys to this workspace.",
  superseded: "The branch has moved on to other content; a newer run deploys it.",
  busy: "Another run holds the workspace.",
  "not-confirmed": "A manual production deploy needs confirm: PRODUCTION.",
  "plan-changed": "The plan is not the one that was approved.",
  "unreadable-state": "The recorded state cannot be read.",
  "unclear-identity": "It is not certain which agent in Retell belongs to which folder; the message says what to do.",
  "workspace-moved": "The workspace was renamed, and its record goes on under the new name.",
  "state-without-folder": "State exists for an agent without a folder, beside a folder without state: a rename must be declared.",
  "too-many-deletes": "More agents would be deleted than max-deletes allows.",
  "console-edit": "Somebody changed the agent in the Retell console; Git wants to change it too.",
  conflict: "Git and the Retell console changed the same field differently.",
  "blocked-reference": "An agent that this one refers to was left alone.",
  "staging-required": "This content has not been deployed to staging.",
  "staging-unreadable": "The state of staging cannot be read, so it is not known whether this content was deployed there.",
  "missing-remote": "The agent was deleted in Retell; recreate: true makes a new one.",
  "version-deleted": "The recorded version was deleted in Retell.",
  "not-ours": "The version in Retell bears another owner's mark; adopt: true takes it over.",
  "name-taken": "An unmanaged agent of the same name exists in Retell; adopt: true takes it over.",
  "still-in-use": "Something in Retell still points at the agent, so it is not deleted.",
  "needs-replace": "The engine's type changed, which needs a new agent: allow-replace.",
  "cannot-reset": "A field was removed from Git that Retell can neither clear nor has a documented default for.",
  unreadable: "The agent could not be read from Retell.",
  "changed-while-deploying": "The agent changed in Retell between planning and writing; nothing was written over it.",
  "write-failed": "Retell did not accept, or did not confirm, a write.",
  "not-deployed": "No deployment of the agent is recorded, so there is nothing to publish.",
  incomplete: "Only a part of the agent could be written, so it is not published; deploy goes on first.",
  "draft-changed": "The draft in Retell is no longer what was deployed, so it is not published.",
  "published-elsewhere": "A version was published outside Git since the last publication, so ours is not put over it.",
  "changed-while-publishing": "The draft changed in the moment in which it was published; the published version is not what was deployed.",
  "branch-missing": "A branch that the action was told to use does not exist.",
  "branch-moved": "The branch moved while the action worked on it; nothing was overwritten.",
  "branch-protected": "A rule of the branch forbids the change; the message names the remedy.",
  "workflow-files": "The change brings over workflow files, which the job's token may not; the message names the remedy.",
  "merge-conflicts": "The branches cannot be merged without a person; a pull request is open for it.",
  "pull-requests-not-allowed": "The repository's settings do not let Actions open pull requests; the message names the setting.",
  "dispatch-failed": "The workflow that deploys a moved branch could not be started.",
  drift: "Retell holds something that Git does not say.",
  "unknown-tag": "The tag does not exist, was moved meanwhile, or cannot be used in file names.",
  "release-locked": "The release is immutable and takes no more assets.",
  "not-a-command": "The comment holds no command, so there was nothing to do.",
  "not-a-request": "The issue was not made with the form for new agents, so there was nothing to do.",
  "comment-changed": "The comment or issue was edited or deleted meanwhile, so what it said before was not carried out.",
  "no-permission": "Only people with write permission to the repository may command.",
  "unknown-command": "A command cannot be understood; the answer says which word.",
  "digest-missing": "A decision needs the digest of the report that it was read from; the answer has the command with it.",
  "live-changed": "Retell holds something else than in the report that the decision was read from; the answer has a fresh one.",
  "fork-branch": "The pull request's branch is in another repository, where nothing can be committed.",
  unmappable: "The console's value cannot be said in the files as they are; the answer names the field and why.",
  "needs-a-choice": "Both sides changed the same words, so one of them has to be chosen.",
  "publish-failed": "Retell did not confirm that the version is published.",
  cancelled: "The run was cancelled; what had been written is recorded.",
  "record-failed": "Retell was changed but the state could not be committed; the next run recovers it.",
  defect: "An error in retell-actions itself; please report it with the stack shown.",
} as const;
export type ReasonCode = keyof typeof REASON_CODES;
