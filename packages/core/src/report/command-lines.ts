import { visible } from "./escape.ts";
import { hideCredentials } from "./hide-credentials.ts";
import { shellWord } from "./shell-word.ts";

/** The verbs that decide something; the order is that of the reports. */
export const DECIDING_VERBS = ["use-git", "use-console", "merge"] as const;
export type DecidingVerb = (typeof DECIDING_VERBS)[number];

/** The workflow that carries out commands, by the name that its template has. */
export const COMMANDS_WORKFLOW = "retell-commands.yml";

/** A command about agents. */
export interface AgentCommand {
  readonly verb: DecidingVerb | "diff" | "status";
  readonly workspace: string;
  /** An agent's name, or `all`. */
  readonly agent: string;
  /** Fields as `formatPath` prints them, each one nameable; none means every open one. */
  readonly fields?: readonly string[];
  /** The live state that was read, see `plan/live-digest.ts`. */
  readonly digest?: string | undefined;
  /** `diff` only: with the whole texts. */
  readonly full?: boolean;
}

/** Names that need no backticks: nothing in them can end the word. */
const PLAIN_FIELD = /^[\w.[\]-]+$/;

/**
 * The line that a person writes as a comment. The workspace is always written out, so that the line means the same
 * wherever it is pasted.
 */
export function commandLine(command: AgentCommand): string {
  return `/retell ${commandWords(command)}`;
}

/** The command that starts the same by hand, in any shell that knows single quotes. */
export function dispatchLine(command: AgentCommand): string {
  return `gh workflow run ${COMMANDS_WORKFLOW} -f command=${shellWord(commandWords(command))}`;
}

/**
 * True if a command can name the field: what a person copies from a page is the same text. Not so for a name with a
 * backtick, and for one that is shown otherwise than it is (unseen characters, what has the shape of a credential).
 */
export function isNameable(field: string): boolean {
  return field !== "" && !field.includes("`") && !/[\t\r\n]/.test(field) && visible(field) === field && hideCredentials(field) === field;
}

function commandWords({ verb, workspace, agent, fields = [], digest, full = false }: AgentCommand): string {
  return [
    verb,
    ...(full ? ["--full"] : []),
    workspace,
    agent,
    ...fields.map((field) => (PLAIN_FIELD.test(field) ? field : `\`${field}\``)),
    ...(digest === undefined ? [] : [`@${digest}`]),
  ].join(" ");
}
