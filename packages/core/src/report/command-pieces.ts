import { liveDigest, liveDigestOf } from "../plan/live-digest.ts";
import type { AgentPlan } from "../plan/plan.ts";
import type { Workspace } from "../project/workspace.ts";
import { COMMANDS_WORKFLOW, commandLine, DECIDING_VERBS, dispatchLine, type AgentCommand, type DecidingVerb } from "./command-lines.ts";
import { commandFence, name } from "./escape.ts";
import { agentName, hasCutValues } from "./field-changes.ts";
import type { Piece } from "./fit.ts";
import { openFields, verbsFor } from "./open-decision.ts";
import { enumerate } from "./words.ts";

/** Where the commands are read, which decides how they are given and where their commit goes. */
export type CommandPlace = "pull-request" | "merged-pull-request" | "drift-pull-request" | "answer" | "summary" | "issue";

export interface CommandContext {
  readonly workspace: Pick<Workspace, "name">;
  readonly place: CommandPlace;
}

/** How the commands are given. One entry per place. */
const HOW: Record<CommandPlace, string> = {
  "pull-request": "Write one of the lines below as a comment on this pull request.",
  "merged-pull-request": "Write one of the lines below as a comment on this pull request, merged as it is: what is decided comes as a new pull request.",
  "drift-pull-request": "Write one of the lines below as a comment on this pull request: what is decided is committed to its branch, which is yours from then on and not updated any more.",
  answer: "Write one of the lines below as a new comment.",
  summary: "Write one of the lines below as a comment on the pull request.",
  issue: "Run one of the lines below, or start the workflow in the Actions tab: what is decided comes as a pull request.",
};

/** Places where there may be no pull request to comment on, so that the way by hand is said too. */
const TELLS_DISPATCH: ReadonlySet<CommandPlace> = new Set(["merged-pull-request", "summary"]);

const MEANING: Record<DecidingVerb, string> = {
  "use-git": "lets Git's values win: the next deploy overwrites exactly the console's values shown here, and nothing that is changed later.",
  "use-console": "accepts the console's values: they are written into the files.",
  merge: "keeps both: texts of which the sides changed different lines or sentences are merged, and what only the console changed is accepted. What both changed differently stays open.",
};

/** What the commands are and how they are given, once per report. Empty without an agent that they can settle. */
export function commandGuide(agents: readonly AgentPlan[], { place, workspace }: CommandContext): string {
  const offered = (agent: AgentPlan): readonly DecidingVerb[] => (openFields(agent).some((change) => change.class === "conflict") ? verbsFor(agent) : verbsAt(place, agent));
  const verbs = new Set(agents.flatMap(offered));
  const [first] = agents.filter((agent) => verbsFor(agent).length > 0);
  if (first === undefined) return "";
  const meanings = DECIDING_VERBS.filter((verb) => verbs.has(verb)).map((verb) => `- \`${verb}\` ${MEANING[verb]}`);
  const several = agents.some((agent) => openFields(agent).length > 1);
  const byField = several ? "\n\nTo decide field by field, write names of fields before the `@`, as the tables have them; a name with blanks or quotes stands in backticks." : "";
  const [verb] = verbsFor(first);
  const byHand =
    verb === undefined || !TELLS_DISPATCH.has(place) ? "" : `\n\nWithout a comment: ${name(dispatchLine({ verb, workspace: workspace.name, agent: first.name, digest: liveDigest(first) }))}, and so on.`;
  return `${HOW[place]} This needs the workflow \`${COMMANDS_WORKFLOW}\` and write permission. The \`@…\` names what Retell held when this was written: if somebody changes it there meanwhile, nothing is decided and the answer is a fresh comparison.\n\n${meanings.join("\n")}${byField}${byHand}`;
}

/** The commands on all agents at once; empty for fewer than two. `agents` are exactly those that `all` means. */
export function commandsForAll(agents: readonly AgentPlan[], { place, workspace }: CommandContext): Piece {
  if (agents.length < 2) return { text: "" };
  // Offered is what can be done for every agent; merging leaves open what it cannot merge.
  const verbs = DECIDING_VERBS.filter((verb) => (verb === "merge" ? agents.some(offers(verb, place)) : agents.every(offers(verb, place))));
  const digest = liveDigestOf(agents);
  const lines = verbs.map((verb) => lineFor(place, { verb, workspace: workspace.name, agent: "all", digest }));
  return linesPiece(`#### All ${agents.length}: ${enumerate(agents.map(agentName), 10)}`, lines);
}

const offers =
  (verb: DecidingVerb, place: CommandPlace) =>
  (agent: AgentPlan): boolean =>
    verbsAt(place, agent).includes(verb);

/** The verbs on an agent as a whole. What the console changed is in a drift pull request already: it needs no acceptance. */
function verbsAt(place: CommandPlace, agent: AgentPlan): readonly DecidingVerb[] {
  const verbs = verbsFor(agent);
  return place === "drift-pull-request" ? verbs.filter((verb) => verb === "use-git") : verbs;
}

/** The commands on one agent, each ready to be copied; empty where no command can settle anything. */
export function commandsFor(agent: AgentPlan, { place, workspace }: CommandContext, heading: string | undefined = undefined): Piece {
  const digest = liveDigest(agent);
  const commands: AgentCommand[] = verbsAt(place, agent).map((verb) => ({ verb, workspace: workspace.name, agent: agent.name, digest }));
  if (commands.length === 0) return { text: "" };
  if (openFields(agent).some(hasCutValues) && place !== "issue") commands.push({ verb: "diff", full: true, workspace: workspace.name, agent: agent.name });
  return linesPiece(heading, commands.map((command) => lineFor(place, command)));
}

/** A command as it is given at a place. */
export function lineFor(place: CommandPlace, command: AgentCommand): string {
  return place === "issue" ? dispatchLine(command) : commandLine(command);
}

/** Lines in a fence each, since that is what GitHub's copy button copies; if need be as code spans, and at last left out. */
export function linesPiece(heading: string | undefined, lines: readonly string[]): Piece {
  const under = (texts: readonly string[]): string => [...(heading === undefined ? [] : [heading]), ...texts].join("\n\n");
  return {
    text: under(lines.map(commandFence)),
    shorter: { step: "counts", piece: { text: under([lines.map(name).join(" · ")]), shorter: { step: "rows", piece: { text: "" } } } },
  };
}
