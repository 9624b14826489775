import { readFilesAt } from "@retell-actions/core/apply/read-files";
import type { Archiver } from "@retell-actions/core/ports/archive";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import { hasErrors, type Problem } from "@retell-actions/core/project/problem";
import { projectPrefix } from "@retell-actions/core/project/project-paths";
import { validateProject } from "@retell-actions/core/project/validate-project";
import { MANIFEST_PATH, type AssetNames } from "@retell-actions/core/release/asset-names";
import { checksumFile } from "@retell-actions/core/release/checksums";
import { buildManifest, renderManifest, unreadableRecords, type ManifestSource, type ReleaseManifest } from "@retell-actions/core/release/manifest";
import { packedFiles } from "@retell-actions/core/release/packed-files";
import { readRecorded } from "./read-recorded.ts";

/** A file that the release shall have. */
export interface WantedAsset {
  readonly name: string;
  readonly contentType: string;
  readonly data: Uint8Array;
}

/** Everything that a release shall hold. */
export interface Package {
  readonly names: AssetNames;
  readonly manifest: ReleaseManifest;
  readonly manifestText: string;
  readonly checksums: string;
  /** The checksums come last: where they are, the others are. */
  readonly assets: readonly WantedAsset[];
}

/** What is to be packed, and from where. */
export interface PackRequest {
  readonly tag: string;
  readonly commit: string;
  readonly directory: string;
  readonly names: AssetNames;
}

/** Reads the commit, checks it like a deploy and packs it. Without a package the problems have errors. */
export async function pack(request: PackRequest, ports: ActionPorts, archiver: Archiver): Promise<{ problems: readonly Problem[]; package?: Package }> {
  const { tag, commit, directory, names } = request;
  const files = await readFilesAt(ports.git, commit, directory);
  const project = validateProject({ files, workingDirectory: directory });
  const packed = packedFiles({ files, prefix: projectPrefix(directory) ?? "", known: project.problems });
  const problems = [...project.problems, ...packed.problems];
  if (hasErrors(problems)) return { problems };
  const source: ManifestSource = {
    ...{ tag, commit, folder: directory, repository: ports.job.repository },
    commitTime: await ports.git.commitTime(commit),
    desired: project.desired,
    recorded: await readRecorded(ports.git, { directory, moved: project.workspaces?.moved ?? [], desired: project.desired }),
    files: packed.files,
  };
  for (const { workspace, agent, problem } of unreadableRecords(source)) {
    ports.log.warning(`The recorded state of ${agent} in ${workspace} cannot be read (${problem}), so the release does not say which version is deployed there.`);
  }
  const manifest = buildManifest(source);
  const manifestText = renderManifest(manifest);
  const data = new TextEncoder().encode(manifestText);
  const entries = [...packed.files, { path: MANIFEST_PATH, data }];
  const assets: WantedAsset[] = [
    { name: names.tarGz, contentType: "application/gzip", data: await archiver.tarGz(entries, source.commitTime) },
    { name: names.zip, contentType: "application/zip", data: archiver.zip(entries, source.commitTime) },
    { name: names.manifest, contentType: "application/json", data },
  ];
  const checksums = checksumFile(assets);
  assets.push({ name: names.checksums, contentType: "text/plain; charset=utf-8", data: new TextEncoder().encode(checksums) });
  return { problems, package: { names, manifest, manifestText, checksums, assets } };
}
