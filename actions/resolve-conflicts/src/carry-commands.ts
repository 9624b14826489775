import { readFilesAt } from "@retell-actions/core/apply/read-files";
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
import { readTrailers } from "@retell-actions/core/resolve/commit-trailers";
import { readCommand, type Command, type DecisionCommand, type Refusal } from "@retell-actions/core/resolve/read-command";
import { answerAll } from "./answer-commands.ts";
import { checkHead, statusOf } from "./check-head.ts";
import { changedFiles, commitDecisions } from "./commit-decisions.ts";
import { findEarlierRun, originOf, type EarlierRun } from "./earlier-run.ts";
import { assertStillMeant, type Request } from "./find-request.ts";
import type { ResolveInputs } from "./inputs.ts";
import { keepPullRequest, noteDecision } from "./keep-pull-request.ts";
import { openBench, vocabularyOf, type OpenedBench } from "./open-bench.ts";
import type { Scene } from "./scene.ts";
import { unlessItFails } from "./unless-it-fails.ts";
import { chooseBranch, type WorkingBranch } from "./working-branch.ts";

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
  const origin = originOf(request, ports.job);
  const earlier = working === undefined ? undefined : await findEarlierRun(origin, working, ports);
  if (working !== undefined && earlier !== undefined) {
    const replayed = await replay({ work, commands, first, working, earlier }, ports);
    if (replayed !== undefined) return replayed;
  }
  const bench = await openBench({ ...work, commands, working, readBefore: undefined }, ports);

  const before = working?.files ?? scene.head?.files ?? scene.base?.files ?? new Map<string, never>();
  const { files, answers, read } = await answerAll(commands, { files: before, scene, bench, branch, first }, ports);
  const told = toldOf(work, { answers, bench }, ports);
  const changes = working === undefined ? undefined : changedFiles(before, files);
  if (working === undefined || bench === undefined || (changes === undefined && !isUnfinished(working))) {
    return { answer: { ...told, commit: undefined, check: undefined }, newHead: undefined, pullRequest: undefined };
  }
  if (changes !== undefined && request.kind === "comment") await assertStillMeant(request.event, ports);
  const message = resolveMessage({ commands: answers, author: told.author, trailers: [...readTrailers(read), origin] });
  const committed = changes === undefined ? ({ kind: "committed", commit: working.commit } as const) : await commitDecisions(working, { message, files: changes }, ports);
  if (committed.kind !== "committed") return committed.kind;
  return finish({ work, working, bench, files, commit: committed.commit, told }, ports);
}

/**
 * Finishes what an earlier run of the same commands has committed: carried out once more on what that run started from, they
 * have to give the very files of its commit. Undefined where they do not, since Retell holds something else by now, say.
 */
async function replay(
  run: { readonly work: Work; readonly commands: readonly (Command | Refusal)[]; readonly first: DecisionCommand | undefined; readonly working: WorkingBranch; readonly earlier: EarlierRun },
  ports: ActionPorts,
): Promise<Carried | undefined> {
  const { work, commands, first, working, earlier } = run;
  const { scene } = work;
  const [before, committed] = await Promise.all([readFilesAt(ports.git, earlier.parent, scene.directory), readFilesAt(ports.git, earlier.commit, scene.directory)]);
  const start: WorkingBranch = { ...working, commit: earlier.parent, files: before };
  const bench = await openBench({ ...work, commands, working: start, readBefore: earlier.read }, ports);
  const { files, answers } = await answerAll(commands, { files: before, scene, bench, branch: start, first }, ports);
  const changes = changedFiles(before, files);
  if (bench === undefined || changes === undefined || changedFiles(committed, files) !== undefined) return undefined;
  // Somebody went on from there. What was taken back is decided anew.
  if (![...changes].every(([path, text]) => (working.files.get(path)?.text ?? null) === text)) return undefined;
  ports.log.info(`An earlier run has committed this as ${earlier.commit.slice(0, 7)}; the rest is done now.`);
  const told = toldOf(work, { answers, bench }, ports);
  // The check of a commit that is not the newest is nobody's business any more.
  if (earlier.commit !== working.commit) return tellDecision({ scene, working, commit: earlier.commit, told }, ports);
  return finish({ work, working, bench, files, commit: earlier.commit, told }, ports);
}

function toldOf({ request, scene }: Work, { answers, bench }: { readonly answers: readonly CommandAnswer[]; readonly bench: OpenedBench | undefined }, { job }: ActionPorts): Omit<Answer, "commit" | "check"> {
  const author = request.kind === "comment" ? request.event.comment.author : job.actor;
  return { commands: answers, sharedSections: sharedSections(agentsOf(bench)), folder: scene.directory, author };
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
    deploy: inputs,
    failure: bench.failure,
    job,
  });
  if (inputs.statusContext !== undefined) {
    const context = inputs.statusContext;
    await unlessItFails("The status of the new head", log, async () => {
      const status = await ports.workflows.setStatus({ commit, context, ...statusOf(decision), url: runUrl(job) });
      if (status.kind === "forbidden") log.notice(status.message);
    });
  }
  const { pullRequest } = scene;
  if (working.isHead && pullRequest !== undefined) await unlessItFails("The note in the pull request's text", log, () => noteDecision(pullRequest, ports));
  const carried = await tellDecision({ scene, working, commit, told }, ports);
  return { ...carried, answer: { ...carried.answer, check: { outcome: decision.outcome, sentence: decision.sentence } }, newHead: working.isHead ? report : undefined };
}

/** What is said of a commit, with the pull request of a branch of decisions, which is opened for it. */
async function tellDecision(done: { readonly scene: Scene; readonly working: WorkingBranch; readonly commit: string; readonly told: Omit<Answer, "commit" | "check"> }, ports: ActionPorts): Promise<Carried> {
  const { scene, working, commit, told } = done;
  const { job } = ports;
  const pullRequest = working.isHead
    ? undefined
    : await keepPullRequest(working, { commands: told.commands, author: told.author, origin: scene.pullRequest?.number }, ports).catch((error: unknown) => {
        if (!(error instanceof ActionError)) throw error;
        throw new ActionError(error.reason, `${error.message}\nThe decision itself is made: ${commit.slice(0, 7)} on ${working.name}. A re-run of the job, or the same command again, goes on from there.`);
      });
  return {
    answer: {
      ...told,
      commit: {
        sha: commit,
        url: `${job.serverUrl}/${job.repository}/commit/${commit}`,
        branch: working.name,
        pullRequest: pullRequest === undefined ? undefined : { number: pullRequest.number, url: pullRequest.url },
      },
      check: undefined,
    },
    newHead: undefined,
    pullRequest,
  };
}

/** A branch of decisions on the server that has no pull request yet: an earlier run did not get to it. */
function isUnfinished(branch: WorkingBranch): boolean {
  return !branch.isHead && branch.onServer === branch.commit && branch.commit !== branch.target.commit && branch.pullRequest === undefined;
}

function agentsOf(bench: OpenedBench | undefined) {
  return new Map([...(bench?.base.desired.values() ?? [])].flatMap((byName) => [...byName]));
}
