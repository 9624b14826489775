import type { AgentClass, AgentPlan } from "../plan/plan.ts";
import type { FreshAgent } from "./answer-input.ts";
import { commandGuide, commandsFor, commandsForAll, type CommandContext } from "./command-pieces.ts";
import { name, prose, proseWithCode } from "./escape.ts";
import { agentName, fieldCounts, fieldTable, fullConsoleValues, textDiffs, wholeValues } from "./field-changes.ts";
import type { Piece } from "./fit.ts";
import { verbsFor } from "./open-decision.ts";
import { CLASS_WORDS } from "./situation.ts";
import { whoAndWhen } from "./who-and-when.ts";

export interface FreshOptions {
  /** True if the command was about all agents, so that one on all of them can follow it. */
  readonly all: boolean;
  /** True for the whole texts of all sides. */
  readonly full: boolean;
  readonly sharedSections: ReadonlyMap<string, readonly string[]>;
  readonly place: "answer" | "summary";
}

/** What somebody who asks about conflicts wants to know first. What is not known is never called free of them. */
function verdict(plan: AgentPlan): string {
  const { blocks, changes } = plan;
  const words = blocks.length > 0 || NO_CONFLICT[plan.class] === undefined ? `${CLASS_WORDS[plan.class].replace(/^./, (letter) => letter.toUpperCase())}.` : `✅ No conflicts detected. ${NO_CONFLICT[plan.class] ?? ""}`;
  const decided = changes.some(({ overwritten }) => overwritten) ? "It is decided that Git overwrites what the console changed." : "";
  return [words, decided, ...blocks.map(({ message }) => proseWithCode(message))].filter((sentence) => sentence !== "").join(" ");
}

const NO_CONFLICT: Partial<Record<AgentClass, string>> = {
  "in-sync": "Configuration is in sync with Retell.",
  "local-change": "The next deploy writes what Git says.",
  converged: "Git and Retell say the same; the next deploy records it.",
  "not-deployed": "Not deployed yet.",
};

/** Agents as they are now: fields, texts, and the commands with fresh digests. */
export function freshPieces(fresh: readonly FreshAgent[], options: FreshOptions): Piece[] {
  const workspaces = [...new Map(fresh.map(({ workspace }) => [workspace.name, workspace])).values()];
  return workspaces.flatMap((workspace) => {
    const agents = fresh.filter((one) => one.workspace.name === workspace.name).map(({ plan }) => plan);
    const open = agents.filter((agent) => verbsFor(agent).length > 0);
    const context: CommandContext = { workspace, place: options.place };
    return [
      ...fresh.filter((one) => one.workspace.name === workspace.name).flatMap((one) => freshAgent(one, options)),
      { text: open.length === 0 ? "" : `#### How to decide in ${name(workspace.name)}\n\n${commandGuide(open, context)}` },
      options.all ? commandsForAll(open, context) : { text: "" },
      ...open.map((agent) => commandsFor(agent, context, open.length === 1 ? undefined : `#### ${agentName(agent)}`)),
    ];
  });
}

function freshAgent({ workspace, plan }: FreshAgent, { full, sharedSections }: FreshOptions): Piece[] {
  const notes = plan.notes.map((note) => `- ${prose(note)}`).join("\n");
  return [
    { text: `#### ${agentName(plan)} in ${name(workspace.name)}\n\n${verdict(plan)}\n\n${whoAndWhen(plan)}` },
    ...(plan.changes.length === 0 ? [] : [{ text: fieldTable(plan), shorter: { step: "counts" as const, piece: { text: `Changed fields: ${fieldCounts(plan.changes, 5)}` } } }]),
    ...textDiffs(plan, sharedSections),
    ...(full ? wholeValues(plan) : fullConsoleValues(plan)),
    { text: notes, shorter: { step: "rows", piece: { text: "" } } },
  ];
}
