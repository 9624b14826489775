import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import type { ReasonCode, ReleaseOutcome } from "@retell-actions/core/outcome";
import type { Problem } from "@retell-actions/core/project/problem";
import { sha256 } from "@retell-actions/core/release/checksums";
import { renderReleaseSummary, type AssetResult } from "@retell-actions/core/release/summary";
import type { Package } from "./pack.ts";
import type { Published } from "./publish-release.ts";

/** Outputs of all steps of a job together are limited to 1 MB. */
const LARGEST_MANIFEST = 200 * 1024;

/** Turns the end of a run into outputs and summary. Without a package the files had errors. Pure. */
export function report(finished: { tag: string; commit: string; problems: readonly Problem[]; package?: Package; published?: Published }): ActionReport {
  const { tag, commit, problems, package: made, published } = finished;
  const { outcome, reason, message } = verdict(published);
  const assets = made === undefined ? [] : made.assets.map(({ name, data }): AssetResult => ({ name, bytes: data.length, sha256: sha256(data), status: statusOf(name, published) }));
  const agents = made?.manifest.agents ?? [];
  const releaseUrl = published?.release?.url;
  return {
    outcome,
    reason,
    message,
    outputs: {
      agents: JSON.stringify(agents.map(({ name }) => name)),
      manifest: made === undefined || Buffer.byteLength(made.manifestText) > LARGEST_MANIFEST ? "" : made.manifestText,
      archives: JSON.stringify(made === undefined ? [] : [made.names.tarGz, made.names.zip]),
      checksums: made?.checksums ?? "",
      "release-url": releaseUrl ?? "",
    },
    result: {
      action: "release-package",
      tag,
      commit,
      release_url: releaseUrl ?? null,
      assets: assets.map(({ name, bytes, sha256: digest, status }) => ({ name, bytes, sha256: digest, status })),
      agents: agents.map(({ name, engine, channel }) => ({ agent: name, engine, channel })),
    } satisfies JsonObject,
    summary: renderReleaseSummary({ outcome, reason, explanation: message, tag, commit, releaseUrl, manifest: made?.manifest, assets, problems }),
    problems,
  };
}

function verdict(published: Published | undefined): { outcome: ReleaseOutcome; reason: ReasonCode; message: string } {
  if (published === undefined) return { outcome: "invalid", reason: "invalid-files", message: "The files of the tag's commit have errors, so nothing was uploaded. Correct them, and make a new tag for the corrected commit." };
  if (published.kind === "cancelled") {
    return { outcome: "failed", reason: "cancelled", message: "The run was cancelled before the release was complete. Run it again: it goes on where this one ended." };
  }
  if (published.kind === "locked") {
    return {
      outcome: "failed",
      reason: "release-locked",
      message:
        `The release is immutable and takes no more files; missing or different: ${published.missing.join(", ")}. With immutable releases, files go to a draft: ` +
        "leave the next release a draft (or make only the tag) and run this workflow by hand with that tag; it uploads the files and publishes.",
    };
  }
  return published.wrote
    ? { outcome: "packaged", reason: "ok", message: published.uploaded.length === 0 ? "The release has all files; its notes or state were brought up to date." : `Uploaded ${published.uploaded.length} files to the release.` }
    : { outcome: "packaged", reason: "nothing-to-do", message: "The release has exactly these files already." };
}

function statusOf(name: string, published: Published | undefined): AssetResult["status"] {
  if (published?.uploaded.includes(name) === true) return "uploaded";
  return published?.kind === "done" ? "unchanged" : "not-uploaded";
}
