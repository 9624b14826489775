import { ActionError } from "@retell-actions/core/errors";
import { contentHash } from "@retell-actions/core/canonical/content-hash";
import { isJsonObject } from "@retell-actions/core/canonical/json";
import { editsDigest, type FileEdits } from "@retell-actions/core/drift/drift-branch";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { PullRequest } from "@retell-actions/core/ports/pull-requests";
import { hasErrors } from "@retell-actions/core/project/problem";
import { hiddenLine, readHiddenLine } from "@retell-actions/core/report/comment-header";
import { runUrl } from "@retell-actions/core/report/run-url";
import { assertGoing } from "./assert-going.ts";
import { importMessage } from "./import-branch.ts";
import type { MadeImport } from "./make-import.ts";
import type { GitWorld } from "./read-world.ts";

/** Brings the branch to the import's files: one commit on the base's tip. The tip, or `stale` if somebody moved the branch meanwhile. */
export async function keepBranch(work: { readonly world: GitWorld; readonly edits: FileEdits; readonly title: string }, ports: ActionPorts): Promise<{ head: string; wrote: boolean } | "stale"> {
  const { world, edits, title } = work;
  const { found, branch, baseTip } = world;
  if (found.kind === "ours" && found.content === editsDigest(edits)) return { head: found.tip, wrote: false };
  assertGoing(ports);
  const files = new Map([...edits].map(([path, { after }]) => [path, after ?? null] as const));
  const commit = await ports.gitWriter.createCommit({ parent: baseTip, message: importMessage(title, edits), files });
  const moved = await ports.gitWriter.moveRef({ branch, expected: found.tip ?? null, to: commit, force: true });
  if (moved.kind === "refused") throw new ActionError(moved.reason, moved.message);
  return moved.kind === "stale" ? "stale" : { head: commit, wrote: true };
}

/** What the pull request says: title, body without its header. */
export interface PullRequestTexts {
  readonly title: string;
  readonly text: string;
}

/** Opens the pull request or brings it up to date; one that says the same for the same head is left alone, with what people wrote into it. */
export async function keepPullRequest(
  work: { readonly world: GitWorld; readonly head: string; readonly texts: PullRequestTexts; readonly made: MadeImport; readonly statusContext: string | undefined },
  ports: ActionPorts,
): Promise<{ pullRequest: PullRequest; wrote: boolean } | "stale"> {
  const { world, head, texts } = work;
  const digest = contentHash([texts.title, texts.text]);
  const open = world.pullRequests.find(({ state }) => state === "open");
  const told = open === undefined ? undefined : toldBy(open.body);
  if (open !== undefined && told?.head === head && told.text === digest && open.base === world.base) return { pullRequest: open, wrote: false };
  assertGoing(ports);
  // The status first: a pull request that names a head is one whose head has it.
  if (told?.head !== head) await setStatus(work, ports);
  const body = `${hiddenLine({ kind: "import", format: 1, head, text: digest })}\n${texts.text}`;
  if (open !== undefined) {
    await ports.pullRequests.update(open.number, { title: texts.title, body, ...(open.base === world.base ? {} : { base: world.base }) });
    return { pullRequest: { ...open, title: texts.title, body }, wrote: true };
  }
  const opened = await ports.pullRequests.open({ head: world.branch, base: world.base, title: texts.title, body });
  // The base has got all of it in this very moment.
  if (opened.kind === "nothing") return "stale";
  if (opened.kind === "not-allowed") {
    const ends = [world.base, world.branch].map((end) => end.split("/").map(encodeURIComponent).join("/"));
    throw new ActionError("pull-requests-not-allowed", `${opened.message}\nThe agents are on the branch ${world.branch}; to open the pull request by hand: ${ports.job.serverUrl}/${ports.job.repository}/compare/${ends.join("...")}?expand=1`);
  }
  return { pullRequest: opened.pullRequest, wrote: true };
}

function toldBy(body: string): { head: string; text: string } | undefined {
  const data = readHiddenLine(body);
  if (!isJsonObject(data) || data["kind"] !== "import" || data["format"] !== 1) return undefined;
  const { head, text } = data;
  return typeof head === "string" && typeof text === "string" ? { head, text } : undefined;
}

/** On a branch that deploys, the check compares with Retell too, which nobody has done here. */
async function setStatus({ world, head, made, statusContext }: Parameters<typeof keepPullRequest>[0], { workflows, job, log }: ActionPorts): Promise<void> {
  if (statusContext === undefined || world.workspaces.workspaces.some(({ branch }) => branch === world.base)) return;
  const failed = hasErrors(made.made.project.problems);
  const answer = await workflows.setStatus({ commit: head, context: statusContext, state: failed ? "failure" : "success", description: failed ? "Files of the project have errors." : "The imported files have no errors.", url: runUrl(job) });
  if (answer.kind === "forbidden") log.notice(answer.message);
}
