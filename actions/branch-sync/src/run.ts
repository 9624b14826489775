import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import { normalizedDirectory } from "@retell-actions/core/apply/read-files";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { SyncedTarget } from "@retell-actions/core/report/sync-report";
import { findSource } from "./find-source.ts";
import type { SyncInputs } from "./inputs.ts";
import { report } from "./report.ts";
import { syncTarget } from "./sync-target.ts";
import type { Sync } from "./sync.ts";

/** Brings the source's commit, as it is when the run begins, to each target in turn. */
export async function run(inputs: SyncInputs, ports: ActionPorts): Promise<ActionReport> {
  const directory = normalizedDirectory(inputs.workingDirectory);
  const source = await ports.log.group(`Find ${inputs.source}`, async () => {
    const found = await findSource(inputs.source, directory, ports);
    ports.log.info(`${found.branch} is at ${found.commit}.`);
    return found;
  });
  const sync: Sync = { inputs, ports, directory, source };
  const targets: SyncedTarget[] = [];
  for (const role of inputs.targets) {
    targets.push(await ports.log.group(`Sync ${source.branches[role]}`, () => syncTarget(sync, role)));
  }
  return report(sync, targets);
}
