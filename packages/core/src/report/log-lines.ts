import { isWritten, type AgentPlan, type Operation } from "../plan/plan.ts";
import type { ResourcePlan } from "../plan/resource-plan.ts";
import { visible } from "./escape.ts";
import { hideCredentials } from "./hide-credentials.ts";
import type { PublishResult } from "./publish-report.ts";
import { CLASS_WORDS } from "./situation.ts";

/** The first character of a line, as in a diff. */
const SIGNS: Record<Operation, string> = { none: "=", create: "+", update: "~", replace: "±", record: "·", delete: "-" };

/** Fields named in a line; the rest as a number. */
const MOST_FIELDS = 8;

/** `~ sales  update  llm.general_prompt, agent.voice_speed`: what the plan does with an agent, in one line of the log. */
export function planLine(agent: AgentPlan): string {
  const reason = agent.blocks[0];
  if (reason !== undefined) return oneLine(`! ${agent.name}  left alone (${reason.reason})  ${reason.message}`);
  const word = isWritten(agent) || agent.operation === "record" ? agent.operation : CLASS_WORDS[agent.class];
  const sign = agent.operation === "none" && agent.class !== "in-sync" ? "?" : SIGNS[agent.operation];
  return oneLine(`${sign} ${agent.name}  ${word}  ${fields(agent)}`);
}

/** `~ knowledge://faq  update  text Opening hours`: the same for a shared resource. */
export function resourceLine(resource: ResourcePlan): string {
  const reason = resource.blocks[0];
  if (reason !== undefined) return oneLine(`! ${resource.symbol}  left alone (${reason.reason})  ${reason.message}`);
  const word = isWritten(resource) || resource.operation === "record" ? resource.operation : CLASS_WORDS[resource.class];
  const sign = resource.operation === "none" && resource.class !== "in-sync" ? "?" : SIGNS[resource.operation];
  return oneLine(`${sign} ${resource.symbol}  ${word}  ${fields(resource)}`);
}

/** `sales: published version 7`: what became of an agent, in one line of the log. */
export function publishLine(result: PublishResult): string {
  const what: Record<PublishResult["status"], string> = {
    published: `published version ${String(result.version)}`,
    recorded: `version ${String(result.version)} was published already; recorded`,
    unchanged: "nothing to publish",
    "left-alone": `left alone (${result.reason})`,
    failed: `failed (${result.reason})`,
    cancelled: "cancelled",
  };
  return oneLine(`${result.name}: ${what[result.status]}${result.message === undefined ? "" : `  ${result.message}`}`);
}

function fields(agent: { readonly changes: readonly { readonly name: string; readonly class: string }[] }): string {
  const names = agent.changes.filter((change) => change.class !== "converged").map((change) => change.name);
  const shown = names.slice(0, MOST_FIELDS).join(", ");
  return names.length > MOST_FIELDS ? `${shown} and ${names.length - MOST_FIELDS} more` : shown;
}

/** One line whatever is in it: the runner reads `::…::` at the start of a line as a command, and the sign stands there. */
function oneLine(text: string): string {
  return visible(hideCredentials(text)).replace(/[\t\n]+/g, " ").trim();
}
