import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import { publishVersions, type Published } from "@retell-actions/core/apply/publish-versions";
import { normalizedDirectory, projectPaths } from "@retell-actions/core/apply/read-files";
import { openStateBranch } from "@retell-actions/core/apply/state-branch";
import { selectAgents } from "@retell-actions/core/plan/select-agents";
import type { ActionPorts, OpenedWorkspace } from "@retell-actions/core/ports/action-ports";
import type { RetellWriter } from "@retell-actions/core/ports/retell";
import { findWorkspace } from "@retell-actions/core/project/find-workspace";
import { hasErrors } from "@retell-actions/core/project/problem";
import { readWorkspaces } from "@retell-actions/core/project/validate-project";
import { publishVerdict } from "@retell-actions/core/report/publish-report";
import type { RecordedState } from "@retell-actions/core/state/recorded";
import { takingRun } from "@retell-actions/core/state/taking-run";
import { journalsOf, stateBranch, type PendingRun } from "@retell-actions/core/state/workspace-state";
import { createDescriptions } from "./description.ts";
import { agentFolders } from "./folders.ts";
import type { PublishInputs } from "./inputs.ts";
import { readScene, type Read, type Scene } from "./read.ts";
import { report, stopped, type Ending } from "./report.ts";

/** How often a run reads and decides anew because another one changed the state before it could take the workspace. */
const DECIDING_TRIES = 3;

/** Publishes what the state records as deployed: read all, decide all, take the workspace, publish, record. */
export async function run(inputs: PublishInputs, ports: ActionPorts): Promise<ActionReport> {
  const directory = normalizedDirectory(inputs.workingDirectory);
  const prefix = directory === "" ? "" : `${directory}/`;
  const commit = await ports.git.head();
  const files = await ports.git.readCommit(commit, projectPaths(directory).filter((path) => !path.endsWith("prompts")));
  const parsed = readWorkspaces(files, `${prefix}workspaces.json`);
  const done = (ending: Ending): ActionReport => report({ workspace: inputs.workspace, ending, problems: parsed.problems }, ports.job);
  if (hasErrors(parsed.problems) || parsed.file === undefined) return done(stopped("failed", "invalid-files"));
  const workspace = findWorkspace(parsed.file, inputs.workspace);
  const selected = selectAgents(inputs.agents, agentFolders(files, prefix));
  const retell = ports.openRetell(workspace, "write", true);
  const scene: Scene = { ports, workspaces: parsed.file, workspace, directory, commit, selected: [...selected].sort(), retell };
  const describe = createDescriptions(ports);
  for (let attempt = 0; attempt < DECIDING_TRIES; attempt += 1) {
    const read = await ports.log.group(`Read ${workspace.name}`, () => readScene(scene));
    if ("outcome" in read) return done(read);
    const published = await ports.log.group(`Publish in ${workspace.name}`, () => publish(scene, read, { describe, concurrency: inputs.concurrency }));
    if (published.kind === "done") return done(ending(published));
  }
  return done(stopped("failed", "busy", `Other runs kept changing the state of ${workspace.name}; nothing was published. Run again.`));
}

async function publish(scene: Scene, read: Read, options: { describe: ReturnType<typeof createDescriptions>; concurrency: number }): Promise<Published> {
  const { ports, workspace, directory, commit, retell } = scene;
  const { recorded, leftover } = read;
  const { job, clock } = ports;
  return publishVersions({
    workspace: workspace.name,
    isProduction: workspace.kind === "production",
    agents: read.agents,
    reader: retell.reader,
    writer: writerOf(retell),
    references: read.references,
    branch: openStateBranch({ branch: stateBranch(directory, workspace.name), head: recorded.head, former: recorded.former, known: read.known, writer: ports.gitWriter, git: ports.git }),
    state: recorded.workspace.kind === "state" ? recorded.workspace.state : undefined,
    leftover,
    remaining: leftover === undefined || !hasJournals(recorded, leftover) ? undefined : journalsOf(leftover),
    run: takingRun(job, { commit, now: clock.now() }),
    ...options,
    log: ports.log,
    signal: ports.signal,
  });
}

/** True while a deploy that broke off has left something that only the next deploy can explain; what cannot be read may be that. */
function hasJournals(recorded: RecordedState, leftover: PendingRun): boolean {
  const named = journalsOf(leftover)?.agents ?? [];
  return [...recorded.agents].some(([name, record]) => (record.kind === "state" ? record.state.pending !== undefined : named.includes(name)));
}

function ending(published: Published & { kind: "done" }): Ending {
  const { results, recordError, stateCommit } = published;
  const verdict = publishVerdict(results);
  if (recordError === undefined) return { ...verdict, results, stateCommit };
  return {
    results,
    outcome: verdict.outcome === "published" || verdict.outcome === "partially-published" ? "partially-published" : "failed",
    reason: "record-failed",
    stateCommit: undefined,
    message: `Versions were published, but the state could not be committed: ${recordError.message} Run again: what is published is only recorded then.`,
  };
}

function writerOf(retell: OpenedWorkspace): RetellWriter {
  if (retell.writer === undefined) throw new TypeError("the workspace was opened for reading only");
  return retell.writer;
}
