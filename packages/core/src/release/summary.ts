import type { Problem } from "../project/problem.ts";
import { REASON_CODES, type ReasonCode, type ReleaseOutcome } from "../outcome.ts";
import { link, name, prose } from "../report/escape.ts";
import { fit, type Piece } from "../report/fit.ts";
import { SUMMARY_LIMIT_BYTES } from "../report/job-summary.ts";
import { problemPiece } from "../report/problem-list.ts";
import { table } from "../report/row-list.ts";
import { inventoryTable } from "./inventory.ts";
import type { ReleaseManifest } from "./manifest.ts";

/** A file of the release and what became of it. */
export interface AssetResult {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly status: "uploaded" | "unchanged" | "not-uploaded";
}

/** What the job summary says. */
export interface ReleaseReport {
  readonly outcome: ReleaseOutcome;
  readonly reason: ReasonCode;
  readonly explanation: string | undefined;
  readonly tag: string;
  readonly commit: string;
  readonly releaseUrl: string | undefined;
  readonly manifest: ReleaseManifest | undefined;
  readonly assets: readonly AssetResult[];
  readonly problems: readonly Problem[];
}

const STATUS_WORDS: Record<AssetResult["status"], string> = { uploaded: "uploaded", unchanged: "was there already", "not-uploaded": "not uploaded" };

/** The job summary: files of the release, agents with their versions, findings in files. */
export function renderReleaseSummary(report: ReleaseReport): string {
  const status = `${heading(report)}\n\n${prose(report.explanation ?? REASON_CODES[report.reason])}`;
  return fit([status, origin(report), assetsPiece(report.assets), inventoryPiece(report.manifest), problemPiece(report.problems)], {
    limit: SUMMARY_LIMIT_BYTES,
    where: "All of it is in the file that the output `result-path` names.",
    fallback: `${status}\n`,
  }).text;
}

function heading({ outcome, tag }: ReleaseReport): string {
  if (outcome === "packaged") return `## 📦 ${name(tag)} is packaged`;
  return outcome === "invalid" ? `## ❌ The files of ${name(tag)} have errors` : `## ❌ ${name(tag)} could not be packaged`;
}

function origin({ tag, commit, releaseUrl }: ReleaseReport): string {
  const from = `Commit ${name(commit.slice(0, 7))} of the tag ${name(tag)}`;
  return releaseUrl === undefined ? from : `${from}  \n${link("The release", releaseUrl)}`;
}

function assetsPiece(assets: readonly AssetResult[]): string {
  if (assets.length === 0) return "";
  const rows = assets.map(({ name: file, bytes, sha256, status }) => [name(file), bytes.toLocaleString("en-US"), name(sha256), STATUS_WORDS[status]]);
  return `### Files\n\n${table(["File", "Bytes", "SHA-256", ""], rows)}`;
}

function inventoryPiece(manifest: ReleaseManifest | undefined): Piece {
  if (manifest === undefined) return { text: "" };
  const withHeading = ({ text, shorter }: Piece): Piece => ({ text: `### Agents\n\n${text}`, ...(shorter === undefined ? {} : { shorter: { step: shorter.step, piece: withHeading(shorter.piece) } }) });
  return withHeading(inventoryTable(manifest));
}
