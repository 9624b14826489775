import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import type { ImportOutcome, ReasonCode } from "@retell-actions/core/outcome";
import { link, prose } from "@retell-actions/core/report/escape";
import { fit } from "@retell-actions/core/report/fit";
import { hideCredentials } from "@retell-actions/core/report/hide-credentials";
import { SUMMARY_LIMIT_BYTES } from "@retell-actions/core/report/job-summary";
import { count } from "@retell-actions/core/report/words";
import type { Finished } from "./finished.ts";
import { importPieces } from "./pull-request-text.ts";

/** Turns a finished run into outputs, result and summary. */
export function report(finished: Finished): ActionReport {
  const { made, world, pullRequest } = finished;
  const end = ending(finished);
  const heading = `## ${HEADINGS[end.outcome]}`;
  const pointer = pullRequest === undefined ? "" : link(`Pull request ${pullRequest.number}`, pullRequest.url);
  const pieces = [heading, prose(end.message), pointer, ...importPieces(finished)];
  return {
    outcome: end.outcome,
    reason: end.reason,
    message: hideCredentials(end.message),
    outputs: {
      agents: JSON.stringify(made.made.agents.map(({ folder }) => folder)),
      "left-out": JSON.stringify(leftOutNames(finished).map(hideCredentials)),
      secrets: JSON.stringify(made.made.secrets.map(({ name }) => name)),
      branch: made.edits.size === 0 ? "" : world.branch,
      "pull-request": pullRequest === undefined ? "" : String(pullRequest.number),
    },
    result: result(finished),
    summary: fit(pieces, { limit: SUMMARY_LIMIT_BYTES, where: "All of it is in the file that the output `result-path` names.", fallback: heading }).text,
    problems: [],
  };
}

/** Another run holds a workspace; nothing was read or written. */
export function busyReport(message: string): ActionReport {
  return {
    outcome: "busy",
    reason: "busy",
    message,
    outputs: { agents: "[]", "left-out": "[]", secrets: "[]", branch: "", "pull-request": "" },
    result: { action: "import-agents", agents: [], secrets: [], pull_request: null, truncated: false },
    summary: `## ${HEADINGS.busy}\n\n${prose(message)}\n`,
    problems: [],
  };
}

const HEADINGS: Record<ImportOutcome, string> = {
  imported: "Agents imported",
  unchanged: "Nothing to import",
  "partially-imported": "⚠️ Some agents could not be imported",
  busy: "⚠️ A workspace is busy",
  failed: "❌ Import failed",
};

function ending(finished: Finished): { outcome: ImportOutcome; reason: ReasonCode; message: string } {
  const { made, retell, pullRequest, wrote, isLeft } = finished;
  const where = pullRequest === undefined ? "" : ` ${pullRequest.url}`;
  const folders = made.made.agents.length + made.carried.length;
  const done = isLeft
    ? `Somebody works on the branch of the import, so it was not touched.${where}`
    : made.edits.size === 0
      ? "There is no agent in Retell that Git does not have, of those chosen."
      : `${pullRequest === undefined ? "The branch" : `Pull request #${pullRequest.number}`} has ${count(folders, "agent")}${wrote ? "" : " already"}.${where}`;
  const [unread] = retell.unread;
  const [leftOut] = made.made.leftOut;
  const missing = retell.unread.length + made.made.leftOut.length;
  if (missing > 0) {
    const first = unread === undefined ? `${leftOut?.folder ?? ""}: ${leftOut?.message ?? ""}` : `${unread.displayName}: ${unread.reason}`;
    return { outcome: "partially-imported", reason: unread?.code ?? leftOut?.reason ?? "unmappable", message: `${count(missing, "agent")} could not be imported, such as ${first}. Change it in the console, or leave it out with agents: "*,!name". ${done}` };
  }
  return wrote ? { outcome: "imported", reason: "ok", message: done } : { outcome: "unchanged", reason: "nothing-to-do", message: done };
}

function leftOutNames({ made, retell }: Finished): string[] {
  return [...made.made.leftOut.map(({ displayName }) => displayName), ...retell.unread.map(({ displayName }) => displayName), ...retell.candidates.nameTaken.map(({ displayName }) => displayName), ...retell.grouped.notOurs.map(({ displayName }) => displayName)];
}

function result({ made, retell, pullRequest }: Finished): JsonObject {
  const { agents, leftOut, secrets } = made.made;
  const left = (status: string) => ({ workspace, agentId, reason }: { workspace: string; agentId: string; reason: string }) => ({ agent: null, workspace, status, agent_id: agentId, message: hideCredentials(reason) });
  const managed = [...retell.candidates.managed, ...retell.grouped.managed].map(({ workspace, folder, agentId }) => ({ agent: folder, workspace, status: "already-managed", agent_id: agentId }));
  const entries = [
    ...agents.flatMap(({ folder, members }) =>
      members.map(({ live, secrets: values }) => ({
        agent: folder,
        workspace: live.workspace.name,
        status: "imported",
        agent_id: live.agent.agentId,
        engine_id: live.agent.engine.id,
        version: live.agent.version,
        is_published: live.agent.isPublished,
        secrets: [...values.keys()].sort(),
      })),
    ),
    ...leftOut.flatMap(({ folder, members, message }) => members.map(({ workspace, agentId }) => ({ ...left("left-out")({ workspace, agentId, reason: message }), agent: folder }))),
    ...retell.unread.map(left("unreadable")),
    ...retell.candidates.nameTaken.map(left("name-taken")),
    ...retell.grouped.notOurs.map(left("not-ours")),
    ...retell.candidates.carried.map(({ workspace, folder, agentId }) => ({ agent: folder, workspace, status: "waiting", agent_id: agentId })),
    ...managed,
  ];
  const counts: Record<string, number> = {};
  for (const { status } of entries) counts[status] = (counts[status] ?? 0) + 1;
  return {
    action: "import-agents",
    agents: entries,
    bound: agents.flatMap(({ folder, bound }) => bound.map(({ workspace, field, what }) => ({ agent: folder, workspace, field: hideCredentials(field), what }))),
    secrets: secrets.map(({ name, workspaces, places, differs }) => ({ name, workspaces: [...workspaces], places: places.map(({ folder, field }) => ({ agent: folder, field: hideCredentials(field) })), differs })),
    not_chosen: [...retell.candidates.notChosen],
    counts,
    pull_request: pullRequest?.number ?? null,
    truncated: false,
  } as unknown as JsonObject;
}
