import { name, prose } from "@retell-actions/core/report/escape";
import { fit } from "@retell-actions/core/report/fit";
import { rowList, table } from "@retell-actions/core/report/row-list";
import { count, enumerate } from "@retell-actions/core/report/words";
import type { CopiedAgent } from "./copy-template.ts";
import type { Template } from "./find-template.ts";
import { renderPullRequestHeader, type PullRequestHeader } from "./pull-request-header.ts";

/** What the pull request is told from. */
export interface PullRequestTold {
  readonly agents: readonly CopiedAgent[];
  readonly template: Template;
  readonly issue: number | undefined;
  readonly author: string;
  /** Name of the status that says that the files are checked; undefined where nothing says so. */
  readonly statusContext: string | undefined;
  readonly header: PullRequestHeader;
}

/** Below GitHub's 65,536 characters. */
const BODY_LIMIT_BYTES = 60_000;

/** The pull request's title, and the first line of its commit. */
export function pullRequestTitle({ agents, template }: Pick<PullRequestTold, "agents" | "template">): string {
  return `New ${agents.length === 1 ? "agent" : "agents"} from ${template.name}: ${enumerate(agents.map((agent) => agent.name), 3)}`;
}

/** The pull request's body, hidden header first. */
export function pullRequestBody(told: PullRequestTold): string {
  const { agents, template, issue, author, statusContext, header } = told;
  const opening = `Adds ${count(agents.length, "agent")} made from the template ${name(template.name)}${template.own ? "" : ", which comes with the action"}. Asked for by ${prose(author)}${issue === undefined ? "" : ` in #${issue}`}.`;
  const list = rowList(agents, (shown, rest) => table(["Agent", "Shown in Retell as", "Files"], shown.map((agent) => [name(agent.name), prose(agent.displayName), fileList(agent)]), rest));
  const checked =
    statusContext === undefined
      ? "The files have no errors. Pull requests of a job start no checks by themselves: close this one and open it again to start them."
      : `The files have no errors; the status ${name(statusContext)} of the commit says so.`;
  const pieces = [opening, list, whatToChange(template), `Nothing is deployed until this is merged and brought to a branch that deploys. ${checked}`, issue === undefined ? "" : `Closes #${issue}`];
  return `${renderPullRequestHeader(header)}\n${fit(pieces, { limit: BODY_LIMIT_BYTES, where: "The commit has all of it.", fallback: `${opening}\n` }).text}`;
}

function fileList({ files }: CopiedAgent): string {
  const paths = [...files.keys()].sort();
  const shown = paths.slice(0, 12).map(name);
  return [...shown, ...(paths.length > shown.length ? [`${paths.length - shown.length} more`] : [])].join("<br>");
}

/** The template's own words where they are ours; of a repository's template only the place, since its text is anybody's. */
function whatToChange({ own, folder, files }: Template): string {
  const readme = files.get("README.md")?.text;
  if (readme === undefined) return "Read the prompts, and write in what is yours.";
  if (own) return `${name(`${folder}/README.md`)} says what to change.`;
  const text = readme.replace(/^# .*\n+/, "").replaceAll(/^## /gm, "#### ").trim();
  return `### Before you merge\n\nRead the prompts, and write in what is yours. Below, ${name("agent.json")} is a file of the agent's folder, and ${name("prompts/")} the folder below it that bears the agent's name.\n\n<details><summary>About this template</summary>\n\n${text}\n\n</details>`;
}
