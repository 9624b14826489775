import { ActionError } from "@retell-actions/core/errors";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { IssueComment } from "@retell-actions/core/ports/github";
import type { PullRequest } from "@retell-actions/core/ports/pull-requests";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { sharedSections } from "@retell-actions/core/project/shared-sections";
import { validateProject } from "@retell-actions/core/project/validate-project";
import type { Answer, CommandAnswer } from "@retell-actions/core/report/answer-input";
import { resolveMessage } from "@retell-actions/core/report/resolve-pull-request";
import type { ValidationReport } from "@retell-actions/core/report/report-input";
import { runUrl } from "@retell-actions/core/report/run-url";
import { readCommand, type Command, type DecisionCommand, type Refusal } from "@retell-actions/core/resolve/read-command";
import { checkHead, statusOf } from "./check-head.ts";
import { changedFiles, commitDecisions } from "./commit-decisions.ts";
import { decideLine, showLine } from "./decide-lines.ts";
import type { Request } from "./find-request.ts";
import type { ResolveInputs } from "./inputs.ts";
import { keepPullRequest } from "./keep-pull-request.ts";
import { openBench, vocabularyOf, type OpenedBench } from "./open-bench.ts";
import { readStatus } from "./read-status.ts";
import type { Scene } from "./scene.ts";
import { chooseBranch, type NoBranch, type WorkingBranch } from "./working-branch.ts";

/** How often the commands are carried out anew because the branch moved meanwhile. */
const TRIES = 3;

/** What was done, ready to be told. */
export interface Carried {
  readonly answer: Answer;
  /** The check of the new head of the comment's own pull request; undefined where nothing was committed there. */
  readonly newHead: ValidationReport | undefined;
  /** The pull request of a branch of decisions. */
  readonly pullRequest: PullRequest | undefined;
}

/** What one try starts from. */
export interface Work {
  readonly request: Exclude<Request, { kind: "ignored" }>;
  readonly scene: Scene;
  readonly inputs: ResolveInputs;
  readonly comments: readonly IssueComment[];
}

/** Carries commands out until the branch stands still; a branch that refuses commits gives way to one of decisions. */
export async function carryUntilDone(open: () => Promise<Work>, ports: ActionPorts): Promise<Carried> {
  let refusesCommits = false;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const carried = await carryCommands(await open(), refusesCommits, ports);
    if (typeof carried !== "string") return carried;
    if (carried === "refuses") refusesCommits = true;
    ports.log.info(carried === "stale" ? "The branch moved meanwhile; carrying out anew." : "The branch refuses commits, so the decision goes to a branch of its own.");
  }
  throw new ActionError("branch-moved", "The branch kept moving while the commands were carried out; nothing was committed. Write the command again.");
}

/** One try: all decisions of a comment are one commit. */
async function carryCommands(work: Work, refusesCommits: boolean, ports: ActionPorts): Promise<Carried | "stale" | "refuses"> {
  const { scene, request } = work;
  const commands = request.lines.map((line) => readCommand(line, vocabularyOf(scene)));
  const first = commands.find((command) => command.kind === "decide");
  const branch = first === undefined ? undefined : await chooseBranch(scene, { workspace: first.workspace, refusesCommits }, ports);
  const working = branch?.kind === "ready" ? branch : undefined;
  const bench = await openBench({ ...work, commands, working }, ports);

  const before = working?.files ?? scene.head?.files ?? scene.base?.files ?? new Map<string, never>();
  const { files, answers } = await answerAll(commands, { files: before, scene, bench, branch, first }, ports);
  const author = request.kind === "comment" ? request.event.comment.author : ports.job.actor;
  const told = { commands: answers, sharedSections: sharedSections(agentsOf(bench)), folder: scene.directory, author };
  const changes = working === undefined ? undefined : changedFiles(before, files);
  if (working === undefined || bench === undefined || (changes === undefined && !isUnfinished(working))) {
    return { answer: { ...told, commit: undefined, check: undefined }, newHead: undefined, pullRequest: undefined };
  }
  const message = resolveMessage({ commands: answers, author, command: request.kind === "comment" ? request.event.comment.id : undefined });
  const committed = changes === undefined ? ({ kind: "committed", commit: working.commit } as const) : await commitDecisions(working, { message, files: changes }, ports);
  if (committed.kind !== "committed") return committed.kind;
  return finish({ work, working, bench, files, commit: committed.commit, told }, ports);
}

/** Looks at the new head as its check would, and opens the pull request of a branch of decisions. */
async function finish(
  done: { readonly work: Work; readonly working: WorkingBranch; readonly bench: OpenedBench; readonly files: ProjectFiles; readonly commit: string; readonly told: Omit<Answer, "commit" | "check"> },
  ports: ActionPorts,
): Promise<Carried> {
  const { work, working, bench, files, commit, told } = done;
  const { scene, inputs } = work;
  const { job, log } = ports;
  log.info(`Decided on ${working.name} by the commit ${commit.slice(0, 7)}`);
  const validate = (of: ProjectFiles) => validateProject({ files: of, workingDirectory: scene.directory });
  const { decision, report } = checkHead({
    commit,
    merged: working.target === scene.base ? bench.merge(files) : { kind: "project", project: validate(files) },
    before: validate(working.target.files),
    targetBranch: working.target.branch,
    trusted: scene.trusted,
    targets: bench.targets,
    failure: bench.failure,
    job,
  });
  if (inputs.statusContext !== undefined) {
    const status = await ports.workflows.setStatus({ commit, context: inputs.statusContext, ...statusOf(decision), url: runUrl(job) });
    if (status.kind === "forbidden") log.notice(status.message);
  }
  const pullRequest = working.isHead ? undefined : await keepPullRequest(working, { commands: told.commands, author: told.author, origin: scene.pullRequest?.number }, ports);
  return {
    answer: {
      ...told,
      commit: {
        sha: commit,
        url: `${job.serverUrl}/${job.repository}/commit/${commit}`,
        branch: working.name,
        pullRequest: pullRequest === undefined ? undefined : { number: pullRequest.number, url: pullRequest.url },
      },
      check: { outcome: decision.outcome, sentence: decision.sentence },
    },
    newHead: working.isHead ? report : undefined,
    pullRequest,
  };
}

interface Answering {
  readonly files: ProjectFiles;
  readonly scene: Scene;
  readonly bench: OpenedBench | undefined;
  readonly branch: WorkingBranch | NoBranch | undefined;
  /** The first decision, whose workspace a branch of decisions is named after. */
  readonly first: DecisionCommand | undefined;
}

/** The commands in order, each on the files that the one before has left. */
async function answerAll(commands: readonly (Command | Refusal)[], answering: Answering, ports: ActionPorts): Promise<{ readonly files: ProjectFiles; readonly answers: readonly CommandAnswer[] }> {
  const { scene, bench } = answering;
  const answers: CommandAnswer[] = [];
  let { files } = answering;
  for (const command of commands) {
    const obstacle = obstacleOf(command, answering);
    if (obstacle !== undefined) answers.push({ kind: "refused", line: command.line, ...obstacle, fresh: [] });
    else if (command.kind === "decide" && bench !== undefined) {
      const decided = decideLine(command, files, bench);
      files = decided.files;
      answers.push(decided.answer);
    } else if (command.kind === "diff" && bench !== undefined) answers.push(showLine(command, files, bench));
    else if (command.kind === "status") answers.push({ kind: "status", line: command.line, workspaces: await readStatus(command, scene, ports) });
    else answers.push({ kind: "help", line: command.line, message: undefined });
  }
  return { files, answers };
}

/** Why a command cannot be carried out here, whatever Retell holds. */
function obstacleOf(command: Command | Refusal, { branch, first, bench }: Answering): Pick<Refusal, "reason" | "message"> | undefined {
  if (command.kind === "refused") return { reason: command.reason, message: command.message };
  if (command.kind === "diff" && (bench === undefined || command.workspaces.length === 0)) return { reason: "unknown-workspace", message: "Name the workspace to compare with: this branch deploys to none." };
  if (command.kind !== "decide") return undefined;
  if (branch?.kind === "refused") return { reason: branch.reason, message: branch.message };
  if (branch === undefined || branch.isHead || command.workspace === first?.workspace) return undefined;
  return { reason: "unknown-command", message: `Decisions for ${first?.workspace ?? ""} go to the branch ${branch.name}; write one comment per workspace.` };
}

/** A branch of decisions on the server that has no pull request yet: an earlier run did not get to it. */
function isUnfinished(branch: WorkingBranch): boolean {
  return !branch.isHead && branch.onServer === branch.commit && branch.commit !== branch.target.commit && branch.pullRequest === undefined;
}

function agentsOf(bench: OpenedBench | undefined) {
  return new Map([...(bench?.base.desired.values() ?? [])].flatMap((byName) => [...byName]));
}
