import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import { ActionError } from "@retell-actions/core/errors";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import { count } from "@retell-actions/core/report/words";
import type { Finished } from "./finished.ts";
import { isPersons } from "./import-branch.ts";
import type { ImportInputs } from "./inputs.ts";
import { keepBranch, keepPullRequest } from "./keep-pull-request.ts";
import { makeImport } from "./make-import.ts";
import { pullRequestText, pullRequestTitle } from "./pull-request-text.ts";
import { readRetell } from "./read-retell.ts";
import { readGitWorld } from "./read-world.ts";
import { recordStates } from "./record-states.ts";
import { busyReport, report } from "./report.ts";

/** How often everything is read anew because a branch moved meanwhile. */
const TRIES = 3;

/** A shorter value, such as a header that says `true`, would black out the log and the outputs of the job; none is shown anyway. */
const SHORTEST_MASKED = 8;

/** Brings agents of Retell into the repository: files by pull request, records on the state branches. Writes nothing to Retell. */
export async function run(inputs: ImportInputs, ports: ActionPorts): Promise<ActionReport> {
  try {
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const finished = await runOnce(inputs, ports);
      if (finished !== "stale") return report(finished);
      ports.log.info("A branch moved meanwhile; reading again.");
    }
  } catch (error) {
    if (error instanceof ActionError && error.reason === "busy") return busyReport(error.message);
    throw error;
  }
  throw new ActionError("branch-moved", "The import's branch or a state branch kept moving; nothing was overwritten. Run again.");
}

async function runOnce(inputs: ImportInputs, ports: ActionPorts): Promise<Finished | "stale"> {
  const world = await readGitWorld(inputs, ports);
  const retell = await readRetell(world, inputs.agents, ports);
  const made = await makeImport(world, retell, ports);
  for (const { members } of made.made.agents) for (const { secrets } of members) for (const value of secrets.values()) if (value.length >= SHORTEST_MASKED) ports.log.mask(value);
  ports.log.info(`${count(made.made.agents.length, "agent")} to import, ${made.made.leftOut.length} left out, ${retell.candidates.managed.length} already managed`);

  const open = world.pullRequests.find(({ state }) => state === "open");
  const finished = { world, retell, made, pullRequest: open, wrote: false, isLeft: false };
  if (made.edits.size === 0) return finished;
  if (isPersons(world.found, world.pullRequests)) {
    const isNew = made.made.agents.some(({ folder, members }) => members.some(({ live }) => world.records.get(live.workspace.name)?.recorded.agents.has(folder) !== true));
    if (!isNew) return { ...finished, isLeft: true };
    throw new ActionError("branch-moved", `Somebody committed to the branch ${world.branch}, so it is not touched, and nothing was recorded. ${open === undefined ? "Open a pull request from it, or delete it" : `Merge or close pull request #${open.number}, or delete the branch`}; then run again.`);
  }
  // First what is proposed, then what is recorded: a record must never be newer than the files that are merged for it.
  const title = pullRequestTitle(finished);
  const branch = await keepBranch({ world, edits: made.edits, title }, ports);
  if (branch === "stale") return "stale";
  const recorded = await recordStates({ world, retell, made: made.made }, ports);
  if (recorded === "stale") return "stale";
  const kept = await keepPullRequest({ world, head: branch.head, texts: { title, text: pullRequestText(finished) }, made, statusContext: inputs.statusContext }, ports);
  if (kept === "stale") return "stale";
  return { ...finished, pullRequest: kept.pullRequest, wrote: branch.wrote || recorded === "recorded" || kept.wrote };
}
