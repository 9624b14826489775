import { keepDriftIssue, type KeptIssue } from "@retell-actions/core/apply/keep-drift-issue";
import { keepDriftPullRequest, type KeptPullRequest } from "@retell-actions/core/apply/keep-drift-pull-request";
import { driftBranch } from "@retell-actions/core/drift/drift-branch";
import { ActionError } from "@retell-actions/core/errors";
import { replan } from "@retell-actions/core/plan/replan";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { Issue } from "@retell-actions/core/ports/issues";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { hasErrors } from "@retell-actions/core/project/problem";
import { sharedSections } from "@retell-actions/core/project/shared-sections";
import { validateProject } from "@retell-actions/core/project/validate-project";
import type { WorkspacesFile } from "@retell-actions/core/project/workspace";
import { driftComment, driftCommentAsTold, driftText, driftTitle, type DriftReport } from "@retell-actions/core/report/drift-report";
import { runUrl } from "@retell-actions/core/report/run-url";
import { decidableAgents } from "@retell-actions/core/resolve/console-changes";
import type { AdoptedWorkspace } from "./adopt-edits.ts";
import type { DriftInputs } from "./inputs.ts";

/** Where the drift of a workspace was told. */
export interface Told {
  readonly workspace: string;
  readonly pullRequest: KeptPullRequest;
  readonly issue: KeptIssue;
  /** Why this workspace's pull request or issue could not be kept; the drift itself is reported all the same. */
  readonly error: ActionError | undefined;
}

export interface ProposeContext {
  readonly inputs: DriftInputs;
  readonly directory: string;
  readonly declared: WorkspacesFile;
  /** The bots' issues of the repository, asked for once. */
  readonly issues: () => Promise<readonly Issue[]>;
}

/** Keeps one pull request or issue per workspace. A workspace that fails does not keep the others from being told. */
export async function proposalsOf(adopted: readonly AdoptedWorkspace[], context: ProposeContext, ports: ActionPorts): Promise<Told[]> {
  const told: Told[] = [];
  for (const one of adopted) {
    const { workspace } = one.seen;
    try {
      told.push(await ports.log.group(`Tell about ${workspace.name}`, () => propose(one, context, ports)));
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      ports.log.warning(`The drift of ${workspace.name} could not be told: ${error.message}`);
      told.push({ workspace: workspace.name, pullRequest: { kind: "none" }, issue: { kind: "none" }, error });
    }
  }
  return told;
}

async function propose(one: AdoptedWorkspace, context: ProposeContext, ports: ActionPorts): Promise<Told> {
  const { inputs, directory, declared } = context;
  const { workspace, drift, tip, target } = one.seen;
  const nothing: Told = { workspace: workspace.name, pullRequest: { kind: "none" }, issue: { kind: "none" }, error: undefined };
  // What a run is changing right now, or what could not be read, must not close or rewrite anything.
  const incomplete = drift.deploying.length > 0 || drift.unreadable.length > 0;
  if (incomplete) {
    ports.log.info(`Nothing is closed for ${workspace.name}: ${drift.deploying.length > 0 ? "a run is deploying to it" : "not all of its agents could be read"}.`);
    if (drift.digest === undefined) return nothing;
  }
  const repository = ports.job.repositoryId ?? (await ports.repository.repositoryId());
  const header = { kind: "drift", format: 1, repository, folder: directory, workspace: workspace.name, drift: drift.digest } as const;
  const reportOf = (place: DriftReport["place"]): DriftReport => ({
    drift,
    adopted: one.adoption.agents,
    outdated: one.outdated,
    decidable: decidableAgents(target.plan),
    sharedSections: sharedSections(target.snapshot.desired),
    severalProductions: declared.mode === "multi-production",
    place,
  });
  const title = driftTitle(workspace);
  const edits = inputs.mode === "pull-request" ? one.edits : undefined;

  const pullRequest: KeptPullRequest =
    incomplete && edits === undefined
      ? { kind: "none" }
      : await keepDriftPullRequest(
          {
            branch: driftBranch(directory, workspace.name),
            base: inputs.base ?? workspace.branch,
            baseTip: tip,
            workingDirectory: directory,
            edits,
            title,
            text: driftText(reportOf({ kind: "pull-request" })),
            comment: driftComment(reportOf({ kind: "pull-request" }), { repositoryId: repository, folder: directory }),
            commentAsTold: driftCommentAsTold({ drift }, { repositoryId: repository, folder: directory }),
            header,
            labels: inputs.labels,
            status: edits === undefined || inputs.statusContext === undefined ? undefined : statusOf(one, { ...context, context: inputs.statusContext }, ports),
          },
          ports,
        );
  const why = pullRequest.kind === "not-allowed" || pullRequest.kind === "left" ? pullRequest.message : undefined;
  if (why !== undefined) ports.log.warning(why);
  const needsIssue = drift.digest !== undefined && (edits === undefined || why !== undefined);
  const issue: KeptIssue =
    incomplete && !needsIssue
      ? { kind: "none" }
      : await keepDriftIssue(
          { title, text: needsIssue ? driftText(reportOf({ kind: "issue", why })) : undefined, header, labels: inputs.labels },
          { issues: ports.issues, listed: await context.issues() },
        );
  return { ...nothing, pullRequest, issue };
}

/** Checks the new head as the check of a pull request would: a commit with the job's token starts no workflow. */
function statusOf(one: AdoptedWorkspace, { directory, context }: ProposeContext & { context: string }, ports: ActionPorts) {
  const { files, workspace, target } = one.seen;
  const changed: ProjectFiles = new Map([...files, ...[...one.adoption.files].map(([path, text]) => [path, { kind: "file", text }] as const)]);
  const project = validateProject({ files: changed, workingDirectory: directory });
  const url = runUrl(ports.job);
  const result = (state: "success" | "failure", description: string) => ({ context, state, description, url });
  if (hasErrors(project.problems)) return result("failure", "The files of this branch have errors.");
  const plan = replan(target, project);
  const touched = new Set([...one.adoption.agents].filter(([, { adopted }]) => adopted.length > 0).map(([name]) => name));
  const blocked = plan.agents.filter((agent) => touched.has(agent.name) && agent.blocks.length > 0);
  return blocked.length === 0
    ? result("success", `Adopts what ${workspace.name} holds; a merge leaves ${touched.size === 1 ? "that agent" : `those ${touched.size} agents`} in sync.`)
    : result("failure", `Deploy would leave ${blocked.map((agent) => agent.name).join(", ")} alone: a conflict needs a person.`);
}
