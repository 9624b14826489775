import { ActionError } from "@retell-actions/core/errors";
import type { ReasonCode } from "@retell-actions/core/outcome";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { JobEvent } from "@retell-actions/core/ports/runner";
import type { ScaffoldInputs } from "./inputs.ts";
import { FIELDS, parseIssueForm } from "./parse-issue-form.ts";

type Ports = Pick<ActionPorts, "job" | "repository" | "issues">;
type IssueEvent = Extract<JobEvent, { name: "issues" }>;

/** What is asked for, as text of whoever asks. */
export interface Asked {
  readonly kind: "asked";
  readonly names: string;
  readonly template: string;
  /** The issue that asks; undefined for a run by hand. */
  readonly issue: number | undefined;
  /** Login of who asks. */
  readonly author: string;
  /** Why the form cannot be read. */
  readonly fault: string | undefined;
}

export type Request =
  | Asked
  /** Nothing is done, and nothing is answered: not everybody who writes is to be answered. */
  | { readonly kind: "ignored"; readonly reason: ReasonCode; readonly message: string };

/**
 * What the issue or the inputs ask for. An issue counts only if its author, and whoever edited it, may write to the repository:
 * what GitHub answers counts, not what the event says. Nor does an event count whose issue says something else by now.
 */
export async function findRequest(inputs: ScaffoldInputs, ports: Ports): Promise<Request> {
  const { event, actor } = ports.job;
  const given = inputs.names !== "" || inputs.template !== "";
  if (event.name === "issues") {
    if (given) throw new ActionError("invalid-input", "Inputs names and template are for runs by hand; this run was started by an issue, whose form counts. Remove them, or pass them as ${{ inputs.names }} and ${{ inputs.template }}, which are empty here.");
    return readIssue(event, ports);
  }
  if (inputs.names === "") throw new ActionError("invalid-input", "Input names is missing: without an issue there is nothing that names the new agents. Add it under with:, for example names: sales-eu, or start this workflow by an issue (on: issues: types: [opened, edited]).");
  return { kind: "asked", names: inputs.names, template: inputs.template, issue: undefined, author: actor, fault: undefined };
}

async function readIssue({ action, issue }: IssueEvent, { job, repository, issues }: Ports): Promise<Request> {
  if (action !== "opened" && action !== "edited") return ignored("not-a-request", `Only an issue that is opened or edited asks for agents; this one is ${action}.`);
  if (issue.authorIsBot) return ignored("not-a-request", "The issue is a bot's.");
  const form = parseIssueForm(issue.body);
  if (form === undefined) return ignored("not-a-request", `The issue has no heading "### ${FIELDS.names}", so it was not made with the form for new agents.`);
  for (const login of new Set([issue.author, job.actor])) {
    const permission = await repository.permissionOf(login);
    if (permission !== "admin" && permission !== "write") {
      return ignored("no-permission", `${login === "" ? "A deleted account" : login} may not ask for agents: write permission to the repository is needed, GitHub says ${JSON.stringify(permission)}.`);
    }
  }
  // A run that waited or is repeated has the text of its day; the run of the newest edit goes before it.
  const now = await issues.get(issue.number);
  if (now === undefined || textOf(now.body) !== textOf(issue.body)) {
    return ignored("comment-changed", now === undefined ? "The issue was deleted before its request was carried out." : "The issue was edited after this run was started for it. The run of its last edit carries it out; to try again, edit the text of the issue.");
  }
  const asked = { kind: "asked", issue: issue.number, author: issue.author } as const;
  return "fault" in form ? { ...asked, names: "", template: "", fault: form.fault } : { ...asked, ...form, fault: undefined };
}

/** GitHub keeps the line ends of a form as they were sent. */
function textOf(body: string): string {
  return body.replaceAll("\r\n", "\n").trimEnd();
}

function ignored(reason: ReasonCode, message: string): Request {
  return { kind: "ignored", reason, message };
}
