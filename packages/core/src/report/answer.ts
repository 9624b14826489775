import { FAILS_STEP, type Outcome } from "../outcome.ts";
import type { Answer, CommandAnswer, FreshAgent } from "./answer-input.ts";
import { decidedPieces } from "./answer-decided.ts";
import { freshPieces } from "./answer-fresh.ts";
import { helpText } from "./answer-help.ts";
import { statusPieces } from "./answer-status.ts";
import type { CommentIdentity } from "./comment-header.ts";
import { code, link, name, prose, proseWithCode } from "./escape.ts";
import { fit, type Piece } from "./fit.ts";
import { SUMMARY_LIMIT_BYTES } from "./job-summary.ts";
import { shownDigests } from "./open-decision.ts";
import { fitComment, type RenderedComment } from "./pull-request-comment.ts";

/** A command line or a message longer than this is cut. */
const LONGEST_LINE = 300;
const LONGEST_MESSAGE = 1_000;

/** Commands of one comment that get a part of their own; a comment can hold thousands. */
const MOST_COMMANDS = 50;

/**
 * The comment that answers the commands of another one. Its header names the live states that it shows, so that a
 * command that is repeated after it means these.
 */
export function renderAnswer(answer: Answer, identity: CommentIdentity & { readonly kind: "answer" }): RenderedComment {
  const status = answerStatus(answer);
  const fresh = answer.commands.flatMap(freshOf);
  return fitComment([status, ...answerPieces(answer, "answer")], {
    identity,
    status,
    workspaces: workspacesOf(answer.commands),
    summaryOf: "the run that answers",
    shown: shownDigests(fresh.map(({ workspace, plan }) => ({ workspace: workspace.name, agents: [plan] }))),
  });
}

/** The job summary of the same, with every text in full. */
export function renderAnswerSummary(answer: Answer): string {
  const status = answerStatus(answer);
  return fit([status, ...answerPieces(answer, "summary")], {
    limit: SUMMARY_LIMIT_BYTES,
    where: "The file at the output `result-path` names every agent and field.",
    fallback: `${status.slice(0, 8_000).toWellFormed()}\n\n> The answer is too long for a job summary. The file at the output \`result-path\` names every agent and field.\n`,
  }).text;
}

/** What was done as a whole: heading, who asked, the commit, and how its check ended. */
function answerStatus(answer: Answer): string {
  const { commit, check, author } = answer;
  const pullRequest = commit?.pullRequest;
  const sentences = [
    `Asked for by ${prose(author)}.`,
    commit === undefined ? "" : `Committed as ${link(commit.sha.slice(0, 7), commit.url)} to ${name(commit.branch)}${pullRequest === undefined ? "" : `, ${link(`pull request ${pullRequest.number}`, pullRequest.url)}`}.`,
    check === undefined ? "" : `Check of that commit: ${checkWords(check)}`,
  ];
  return `## ${heading(answer.commands)}\n\n${sentences.filter((sentence) => sentence !== "").join(" ")}`;
}

function heading(commands: readonly CommandAnswer[]): string {
  const done = commands.filter((command) => command.kind === "done");
  const refused = commands.some(({ kind }) => kind === "refused") || commands.some((command) => command.kind === "help" && command.message !== undefined);
  const open = done.some(({ agents }) => agents.some(({ left }) => left.length > 0));
  if (refused) return commands.every(({ kind }) => kind === "refused" || kind === "help") ? "❌ Not Carried Out" : "⚠️ Carried Out in Part";
  if (open) return done.some(({ agents }) => agents.some(({ adopted, merged, overwrites, already }) => adopted.length + merged.length + overwrites.length + already.length > 0)) ? "⚠️ Decided in Part" : "⚠️ Nothing Could Be Decided";
  return done.length > 0 ? "✅ Decided" : "💬 Answer";
}

function checkWords({ outcome, sentence }: NonNullable<Answer["check"]>): string {
  // An outcome that is not known is not called good.
  const good = Object.hasOwn(FAILS_STEP, outcome) && !FAILS_STEP[outcome as Outcome];
  return `${good ? "✅" : "❌"} ${prose(outcome)}.${sentence === undefined ? "" : ` ${message(sentence)}`}`;
}

function answerPieces(answer: Answer, place: "answer" | "summary"): Piece[] {
  const rest = answer.commands.length - MOST_COMMANDS;
  const shown = new Set<string>();
  return [
    ...answer.commands.slice(0, MOST_COMMANDS).flatMap((command) => [{ text: `### ${SIGNS[command.kind]} ${code(shortLine(command.line))}` }, ...piecesOf(command, answer, { place, shown })]),
    { text: rest <= 0 ? "" : `… and ${rest.toLocaleString("en-US")} more commands` },
  ];
}

const SIGNS: Record<CommandAnswer["kind"], string> = { done: "✅", refused: "❌", diff: "🔍", status: "📋", help: "💡" };

/** `shown` collects the agents that the answer has shown, since several commands are often about the same one. */
function piecesOf(command: CommandAnswer, { sharedSections }: Answer, { place, shown }: { readonly place: "answer" | "summary"; readonly shown: Set<string> }): Piece[] {
  const fresh = (agents: readonly FreshAgent[], full: boolean): Piece[] => {
    const key = ({ workspace, plan }: FreshAgent): string => `${full ? "full " : ""}${workspace.name}/${plan.name}`;
    const again = agents.length > 0 && agents.every((agent) => shown.has(key(agent)));
    agents.forEach((agent) => shown.add(key(agent)));
    if (again) return [{ text: "The agents are shown above." }];
    return freshPieces(agents, { all: /\sall(?:\s|$)/.test(command.line), full: full || place === "summary", sharedSections, place });
  };
  switch (command.kind) {
    case "done":
      return decidedPieces(command.agents);
    case "refused":
      return [{ text: `${message(command.message)} (${code(command.reason)})` }, ...fresh(command.fresh, false)];
    case "diff":
      return command.agents.length === 0 ? [{ text: "No agent is meant by this." }] : fresh(command.agents, command.full);
    case "status":
      return command.workspaces.flatMap(statusPieces);
    case "help":
      return [{ text: command.message === undefined ? "" : message(command.message) }, { text: helpText() }];
  }
}

function freshOf(command: CommandAnswer): readonly FreshAgent[] {
  if (command.kind === "refused") return command.fresh;
  return command.kind === "diff" ? command.agents : [];
}

function workspacesOf(commands: readonly CommandAnswer[]): string[] {
  const names = commands.flatMap((command) => {
    if (command.kind === "done") return command.agents.map(({ workspace }) => workspace);
    if (command.kind === "status") return command.workspaces.map(({ workspace }) => workspace.name);
    return freshOf(command).map(({ workspace }) => workspace.name);
  });
  return [...new Set(names)].sort();
}

function shortLine(line: string): string {
  return line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE - 1).toWellFormed()}…`;
}

function message(text: string): string {
  return proseWithCode(text.length <= LONGEST_MESSAGE ? text : `${text.slice(0, LONGEST_MESSAGE - 1).toWellFormed()}…`);
}
