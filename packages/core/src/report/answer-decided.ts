import type { DecidedAgent } from "./answer-input.ts";
import { code, name, proseWithCode } from "./escape.ts";
import type { Piece } from "./fit.ts";
import { rowList, table } from "./row-list.ts";
import { enumerate } from "./words.ts";

/** What a decision did, field by field, and what it means for others. What is still open comes first. */
export function decidedPieces(agents: readonly DecidedAgent[]): Piece[] {
  const order = [
    (agent: DecidedAgent) => agent.left.map(({ field, reason }) => [code(field), `**still open**: ${proseWithCode(reason)}`]),
    (agent: DecidedAgent) => agent.adopted.map((field) => [code(field), "accepted from the console: it is in the files now"]),
    (agent: DecidedAgent) => agent.merged.map((field) => [code(field), "merged of both sides: it is in the files now, and the next deploy overwrites the console's value with it, if that is still the same"]),
    (agent: DecidedAgent) => agent.overwrites.map((field) => [code(field), "Git wins: the next deploy overwrites the console's value, if that is still the same"]),
    (agent: DecidedAgent) => agent.already.map((field) => [code(field), "was decided like this already"]),
  ];
  const rows = order.flatMap((cells) => agents.flatMap((agent) => cells(agent).map((row) => [name(agent.name), name(agent.workspace), ...row])));
  const silent = agents.filter(({ adopted, merged, overwrites, already, left }) => adopted.length + merged.length + overwrites.length + already.length + left.length === 0);
  return [
    rowList(rows, (shown, rest) => table(["Agent", "Workspace", "Field", "Decision"], shown, rest)),
    { text: silent.length === 0 ? "" : `Nothing was open for ${enumerate(silent.map((agent) => name(agent.name)), 20)}.` },
    secretsPiece(agents),
    rowList(agents.flatMap(consequences), (shown, rest) => `${shown.map((line) => `- ${line}`).join("\n")}${rest === undefined ? "" : `\n\n${rest}`}`),
  ];
}

function secretsPiece(agents: readonly DecidedAgent[]): Piece {
  const secrets = [...new Set(agents.flatMap(({ secretsToCreate }) => secretsToCreate))].sort();
  return rowList(secrets, (shown, rest) => {
    const lines = shown.map((secret) => `- ${code(`RETELL_SECRET_${secret}`)}`);
    return `**Secrets to create before the next deploy.** Credentials were typed into the console. Git never stores them: create these secrets with their values, and pass them to the deploy job.\n\n${lines.join("\n")}${rest === undefined ? "" : `\n\n${rest}`}`;
  });
}

function consequences(agent: DecidedAgent): string[] {
  const { forked, reaches, removedEntries } = agent;
  const own = name(agent.name);
  return [
    ...reaches.map(({ file, agents }) => `${name(file)} was changed, which other agents use too: ${enumerate(agents.map(name), 20)}.`),
    ...forked.map(({ from, to }) => `${name(from)} is used by other agents too, so it was copied to ${name(to)} for ${own}.`),
    ...(removedEntries.length === 0 ? [] : [`Entries of ${name(`overwrite.${agent.workspace}.json`)} that were spent were removed for ${own}: ${enumerate(removedEntries.map(code), 20)}.`]),
  ];
}
