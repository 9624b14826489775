import type { SyncOutcome } from "../outcome.ts";
import { commitList } from "./commit-list.ts";
import { fence, link, name } from "./escape.ts";
import { table } from "./row-list.ts";
import { shellWord } from "./shell-word.ts";
import type { SyncedTarget, SyncReport } from "./sync-report.ts";
import { count } from "./words.ts";

const HEADINGS: Record<SyncOutcome, string> = {
  synced: "🔄 Branches Synced",
  unchanged: "✅ Branches Already in Sync",
  "pull-request-opened": "🔀 Branch Sync Needs a Person",
  "partially-synced": "⚠️ Branches Partially Synced",
  failed: "❌ Branch Sync Failed",
};

/** Commits shown of those that came, and of those that left: what left is shown more fully. */
const MOST_BROUGHT = 30;
const MOST_LEFT = 200;

/** The job summary of branch-sync, in Markdown: what happened to each target, which commits came, which ones left. */
export function renderSyncSummary(report: SyncReport): string {
  const { source, repositoryUrl } = report;
  const context = `From ${name(source.branch)} at ${commitLink(source.commit, repositoryUrl)}, strategy ${name(report.strategy)}, ${link("this run", report.runUrl)}`;
  const rows = report.targets.map((target) => [name(target.branch), resultCell(target), tipCell(target.before, repositoryUrl), tipCell(target.after, repositoryUrl), detailCell(target, repositoryUrl)]);
  return `${[
    `## ${HEADINGS[report.outcome]}`,
    context,
    ...(rows.length === 0 ? [fence(report.explanation, "text")] : [table(["Branch", "Result", "From", "To", ""], rows)]),
    ...report.targets.flatMap(details),
  ].join("\n\n")}\n`;
}

function resultCell({ status, how, role }: SyncedTarget): string {
  switch (status) {
    case "synced":
      return how === "force" ? "⚠️ replaced by the source" : how === "merge" ? "✅ merged" : "✅ fast-forwarded";
    case "unchanged":
      return "nothing to bring over";
    case "pull-request":
      return "🔀 a pull request is open";
    case "failed":
      return `❌ ${role} was not synced`;
  }
}

function detailCell(target: SyncedTarget, repositoryUrl: string): string {
  const { pullRequest, backup, deploy } = target;
  return [
    ...(pullRequest === undefined ? [] : [link(`pull request ${pullRequest.number}`, pullRequest.url)]),
    ...(backup === undefined ? [] : [`old tip kept as ${branchLink(backup, repositoryUrl)}`]),
    ...(deploy === undefined ? [] : [deploy === "started" ? "deploy started" : "**deploy not started**"]),
  ].join("; ");
}

function details(target: SyncedTarget): string[] {
  const { branch, brought, left, backup, message } = target;
  const pieces: string[] = [];
  if (message !== undefined) pieces.push(`### ${name(branch)}: what to know\n\n${fence(message, "text")}`);
  if (left.length > 0) {
    const restore = backup === undefined ? "" : `They are on ${name(backup)}; to look at them:\n\n${fence(`git fetch origin\ngit log ${shellWord(`origin/${backup}`)}`, "text")}\n\n`;
    pieces.push(`### ${count(left.length, "commit")} left ${name(branch)}\n\n${restore}${commitList(left, MOST_LEFT)}`);
  }
  if (brought.length > 0) {
    const verb = target.status === "synced" ? "brought over to" : "waiting for";
    pieces.push(`### ${count(brought.length, "commit")} ${verb} ${name(branch)}\n\n${commitList(brought, MOST_BROUGHT)}`);
  }
  return pieces;
}

function tipCell(commit: string | undefined, repositoryUrl: string): string {
  return commit === undefined ? "–" : commitLink(commit, repositoryUrl);
}

function commitLink(commit: string, repositoryUrl: string): string {
  return /^[0-9a-f]{40,64}$/.test(commit) ? link(commit.slice(0, 7), `${repositoryUrl}/commit/${commit}`) : name(commit);
}

function branchLink(branch: string, repositoryUrl: string): string {
  return link(branch, `${repositoryUrl}/tree/${branch.split("/").map(encodeURIComponent).join("/")}`);
}
