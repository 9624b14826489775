import { readFilesAt } from "@retell-actions/core/apply/read-files";
import { ActionError } from "@retell-actions/core/errors";
import { validateProject } from "@retell-actions/core/project/validate-project";
import { count } from "@retell-actions/core/report/words";
import { runUrl } from "@retell-actions/core/report/run-url";
import type { Sync } from "./sync.ts";

/**
 * Validates the files of a commit that no workflow will look at, since the job's token made it, and says so in a status.
 * A status that cannot be set is worth a notice and no more: the commit is where it shall be.
 */
export async function setStatus({ inputs, ports, directory }: Sync, commit: string): Promise<void> {
  const { git, workflows, log, job } = ports;
  const context = inputs.statusContext;
  if (context === "" || ports.signal.aborted) return;
  try {
    const { problems } = validateProject({ files: await readFilesAt(git, commit, directory), workingDirectory: directory });
    const errors = problems.filter(({ severity }) => severity === "error").length;
    if (errors > 0) log.warning(`The files of ${commit.slice(0, 7)} have ${count(errors, "error")}; the deploy will stop at them.`);
    const result = await workflows.setStatus({
      commit,
      context,
      state: errors === 0 ? "success" : "failure",
      description: errors === 0 ? "Files are valid; deploy checks again against Retell" : `${count(errors, "error")} in files`,
      url: runUrl(job),
    });
    if (result.kind === "forbidden") log.notice(`The status ${JSON.stringify(context)} of ${commit.slice(0, 7)} was not set: ${result.message}`);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    log.notice(`The status ${JSON.stringify(context)} of ${commit.slice(0, 7)} was not set: ${error.message}`);
  }
}
