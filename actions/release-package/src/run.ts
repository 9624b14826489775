import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import { normalizedDirectory } from "@retell-actions/core/apply/read-files";
import { ActionError } from "@retell-actions/core/errors";
import type { Archiver } from "@retell-actions/core/ports/archive";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import { assetNames } from "@retell-actions/core/release/asset-names";
import { chooseTag } from "./choose-tag.ts";
import type { ReleaseInputs } from "./inputs.ts";
import { pack } from "./pack.ts";
import { publishRelease } from "./publish-release.ts";
import { report } from "./report.ts";

/** Packs the tag's own commit and brings its release to that; writes nothing before the files are known to be valid. */
export async function run(inputs: ReleaseInputs, ports: ActionPorts, archiver: Archiver): Promise<ActionReport> {
  const { log } = ports;
  const chosen = chooseTag(inputs.tag, ports.job.event);
  const { tag } = chosen;
  const directory = normalizedDirectory(inputs.workingDirectory);
  const names = assetNames({ tag, folder: directory });
  if ("fault" in names) throw new ActionError("unknown-tag", names.fault);
  const commit = await ports.git.tagCommit(tag);
  if (commit === undefined) {
    throw new ActionError("unknown-tag", `The repository has no tag ${tag}. Which commit is released is your decision: make the tag, then run again:\ngit tag ${tag} <commit>\ngit push origin refs/tags/${tag}`);
  }
  const packed = await log.group(`Pack ${tag}`, async () => {
    const result = await pack({ tag, commit, directory, names }, ports, archiver);
    log.info(`commit ${commit}: ${result.package === undefined ? "the files have errors" : `${result.package.manifest.agents.length} agents, ${result.package.manifest.files.length} files`}`);
    return result;
  });
  if (packed.package === undefined) return report({ tag, commit, problems: packed.problems });
  const made = packed.package;
  const published = await log.group(`Release ${tag}`, () => publishRelease({ chosen, commit, package: made }, ports));
  return report({ tag, commit, problems: packed.problems, package: made, published });
}
