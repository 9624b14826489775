import { decidedPieces } from "./answer-decided.ts";
import type { CommandAnswer, DecidedAgent } from "./answer-input.ts";
import { code, prose } from "./escape.ts";
import { fit } from "./fit.ts";
import { enumerate } from "./words.ts";

/** What a commit and its pull request are told from. */
export interface DecisionsTold {
  readonly commands: readonly CommandAnswer[];
  /** Login of who decided. */
  readonly author: string;
}

/** A body may grow with every decision and has to stay below GitHub's 65,536 characters. */
const BODY_LIMIT_BYTES = 20_000;

/** The title of a pull request of decisions, and the first line of their commit. */
export function resolveTitle({ commands }: Pick<DecisionsTold, "commands">): string {
  const agents = decidedAgents(commands);
  const workspaces = [...new Set(agents.map(({ workspace }) => workspace))].sort();
  return `Resolve conflicts with ${workspaces.join(", ") || "Retell"}: ${enumerate([...new Set(agents.map(({ name }) => name))], 3)}`;
}

/**
 * The message of a commit that carries decisions: the commands as they were written, who wrote them, and `trailers`, by which
 * a later run finds it. Plain text.
 */
export function resolveMessage({ commands, author, trailers }: DecisionsTold & { readonly trailers: readonly string[] }): string {
  const lines = commands.flatMap((answer) => (answer.kind === "done" ? [answer.line] : []));
  return `${resolveTitle({ commands })}\n\n${lines.join("\n")}\n\n${[`Retell-Decided-By: ${author}`, ...trailers].join("\n")}`;
}

/** What a pull request of decisions says about one comment's decisions. `origin` is the pull request of the comment. */
export function resolveBody({ commands, author, origin }: DecisionsTold & { readonly origin: number | undefined }): string {
  const lines = commands.flatMap((answer) => (answer.kind === "done" ? [`- ${code(answer.line)}`] : []));
  const from = origin === undefined ? "by hand" : `on #${origin}`;
  const opening = lines.length === 0 ? `Decisions of ${prose(author)}, ${from}.` : `Decided by ${prose(author)}, ${from}:\n\n${lines.join("\n")}`;
  return fit([opening, ...decidedPieces(decidedAgents(commands)), "Merging this deploys the decision."], { limit: BODY_LIMIT_BYTES, where: "The commit has all of it.", fallback: `${opening.slice(0, 4_000)}\n` }).text;
}

function decidedAgents(commands: readonly CommandAnswer[]): DecidedAgent[] {
  return commands.flatMap((answer) => (answer.kind === "done" ? answer.agents : []));
}
