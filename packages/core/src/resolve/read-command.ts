import type { ReasonCode } from "../outcome.ts";
import { suggest } from "../schema/suggest.ts";
import { VERBS, type CommandLine, type Verb } from "./parse-commands.ts";

/** What the words of a command may name. */
export interface Vocabulary {
  /** Workspaces of the project. */
  readonly workspaces: readonly string[];
  /** Those that the pull request deploys to: what is meant where none is named. */
  readonly usual: readonly string[];
  /** All agents' names. */
  readonly agents: readonly string[];
}

/** A decision about fields of agents in one workspace. */
export interface DecisionCommand {
  readonly kind: "decide";
  readonly line: string;
  readonly verb: "use-git" | "use-console" | "merge";
  readonly workspace: string;
  /** A name, or `all`. */
  readonly agent: string;
  /** Empty: all fields that the console changed. */
  readonly fields: readonly string[];
  readonly digest: string | undefined;
}

/** A command whose words are understood. */
export type Command =
  | DecisionCommand
  | { readonly kind: "diff"; readonly line: string; readonly workspaces: readonly string[]; readonly agent: string; readonly full: boolean }
  | { readonly kind: "status"; readonly line: string; readonly workspaces: readonly string[]; readonly agent: string }
  | { readonly kind: "help"; readonly line: string };

/** Why a command is not carried out. */
export interface Refusal {
  readonly kind: "refused";
  readonly line: string;
  readonly reason: ReasonCode;
  /** What is wrong and what to write, as sentences. */
  readonly message: string;
}

/** What the words of a line mean. Whatever is unclear is refused, never guessed: a word too many may be somebody's typing error. */
export function readCommand(line: CommandLine, vocabulary: Vocabulary): Command | Refusal {
  const refuse = (message: string): Refusal => ({ kind: "refused", line: line.line, reason: "unknown-command", message });
  const verb = VERBS.find((known) => known === line.verb);
  if (verb === undefined) return refuse(unknownVerb(line.verb));
  const fault = optionFault(line, verb);
  if (fault !== undefined) return refuse(fault);
  if (verb === "help") return { kind: "help", line: line.line };
  const place = placeOf(line, vocabulary);
  if ("fault" in place) return refuse(place.fault);
  const { workspaces, words } = place;
  const [agent, ...fields] = words;
  if (agent !== undefined && agent !== "all" && !vocabulary.agents.includes(agent)) return refuse(unknownAgent(agent, vocabulary, verb));
  if (verb === "diff" || verb === "status") {
    if (fields.length > 0) return refuse(`\`${verb}\` takes no fields: write \`/retell ${verb} [workspace] [agent]\`.`);
    const asked = { line: line.line, workspaces, agent: agent ?? "all" };
    return verb === "diff" ? { kind: "diff", ...asked, full: line.options.includes("--full") } : { kind: "status", ...asked };
  }
  if (agent === undefined) return refuse(`Name an agent, or write \`all\`: \`/retell ${verb} ${workspaces[0] ?? vocabulary.workspaces[0] ?? "staging"} ${vocabulary.agents[0] ?? "my-agent"}\`.`);
  const [workspace, ...others] = workspaces;
  if (workspace === undefined || others.length > 0) {
    const named = workspaces.length === 0 ? vocabulary.workspaces : workspaces;
    return refuse(`Name the workspace, which may be ${named.join(", ")}: \`/retell ${verb} ${named[0] ?? "staging"} ${agent}\`.`);
  }
  if (agent === "all" && fields.length > 0) return refuse("Fields can be named for one agent only, not for `all`.");
  return { kind: "decide", line: line.line, verb, workspace, agent, fields, digest: line.digests[0] };
}

function unknownVerb(verb: string | undefined): string {
  if (verb === undefined) return `Write what to do: ${VERBS.map((known) => `\`/retell ${known}\``).join(", ")}.`;
  const near = suggest(verb, VERBS);
  return `There is no command ${JSON.stringify(verb)}; the commands are ${VERBS.join(", ")}.${near === undefined ? "" : ` Did you mean \`${near}\`?`}`;
}

function optionFault({ options, digests }: CommandLine, verb: Verb): string | undefined {
  const unknown = options.find((option) => option !== "--full" || verb !== "diff");
  if (unknown !== undefined) return `${JSON.stringify(unknown)} is no option of \`${verb}\`; there is only \`--full\`, for \`diff\`.`;
  return digests.length > 1 ? "The command has more than one digest; write the one of the report that you have read." : undefined;
}

/** Workspaces that are meant, and the words behind. A first word that names both is the workspace only if an agent follows. */
function placeOf({ words }: CommandLine, { workspaces, usual, agents }: Vocabulary): { readonly workspaces: readonly string[]; readonly words: readonly string[] } | { readonly fault: string } {
  const [first, second] = words;
  if (first === undefined || !workspaces.includes(first)) return { workspaces: usual, words };
  if (!agents.includes(first)) return { workspaces: [first], words: words.slice(1) };
  if (second !== undefined && (second === "all" || agents.includes(second))) return { workspaces: [first], words: words.slice(1) };
  return { fault: `${JSON.stringify(first)} is a workspace and an agent here: write both, workspace first.` };
}

function unknownAgent(agent: string, { agents, workspaces }: Vocabulary, verb: Verb): string {
  const near = suggest(agent, [...agents, ...workspaces]);
  return `There is no agent${verb === "diff" || verb === "status" ? " or workspace" : ""} ${JSON.stringify(agent)} here.${near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`} Fields stand behind the agent's name.`;
}
