import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import { normalizedDirectory } from "@retell-actions/core/apply/read-files";
import { upsertComment } from "@retell-actions/core/apply/upsert-comment";
import { ActionError } from "@retell-actions/core/errors";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { WorkingTree } from "@retell-actions/core/ports/files";
import { findRequest } from "./find-request.ts";
import type { Finished } from "./finished.ts";
import type { ScaffoldInputs } from "./inputs.ts";
import { issueAnswer } from "./issue-answer.ts";
import { ignoredReport, report } from "./report.ts";
import { scaffold } from "./scaffold.ts";

/** Makes the agents that an issue or a run by hand asks for. `shipped` is the folder that has templates of ours. */
export async function run(inputs: ScaffoldInputs, ports: ActionPorts, shipped: WorkingTree): Promise<ActionReport> {
  const directory = normalizedDirectory(inputs.workingDirectory);
  const asked = await findRequest(inputs, ports);
  if (asked.kind === "ignored") return ignoredReport(asked);
  let finished: Finished;
  try {
    finished = await scaffold({ asked, inputs, directory, shipped }, ports);
  } catch (error) {
    // Whoever filled the form looks at the issue, not at the log.
    if (error instanceof ActionError && asked.issue !== undefined) await tellFailure({ issue: asked.issue, directory, error }, ports);
    throw error;
  }
  if (asked.issue !== undefined) await tell({ issue: asked.issue, directory, finished }, ports);
  return report(finished);
}

async function tell({ issue, directory, finished }: { readonly issue: number; readonly directory: string; readonly finished: Parameters<typeof issueAnswer>[0] }, ports: ActionPorts): Promise<void> {
  const identity = { kind: "scaffold", repositoryId: ports.job.repositoryId ?? (await ports.repository.repositoryId()), folder: directory } as const;
  // GitHub keeps the comments of issues and of pull requests in one place.
  await upsertComment({ pullRequest: issue, body: issueAnswer(finished, identity), identity }, ports);
}

async function tellFailure({ issue, directory, error }: { readonly issue: number; readonly directory: string; readonly error: ActionError }, ports: ActionPorts): Promise<void> {
  try {
    await tell({ issue, directory, finished: { kind: "failed", message: error.message } }, ports);
  } catch (failure) {
    // The first failure is the one to be reported.
    if (!(failure instanceof ActionError)) throw failure;
    ports.log.warning(`The answer could not be written: ${failure.message}`);
  }
}
