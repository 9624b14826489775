import type { FieldChange } from "../diff/classify.ts";
import type { AgentPlan } from "../plan/plan.ts";
import type { Workspace } from "../project/workspace.ts";
import { code, fence, name } from "./escape.ts";
import { agentName, filesOfConsoleText } from "./field-changes.ts";
import { isText, nameInFile, showValue } from "./field-values.ts";
import type { Piece } from "./fit.ts";
import { agentFolder, overwriteFile } from "./overwrite-file.ts";
import { enumerate } from "./words.ts";

/** What the ways out of a conflict depend on. */
export interface ResolutionContext {
  readonly workspace: Workspace;
  /** True if the files that a person edits also build other workspaces, so that a change for one belongs into its overlay. */
  readonly sharedFiles: boolean;
  readonly folder: string;
  readonly sharedSections: ReadonlyMap<string, readonly string[]>;
  /** Where the decision is committed: into the open pull request, or into a new one after the merge. */
  readonly merged: boolean;
}

/** Fields listed one by one for an agent; the rest as a number. */
const MOST_FIELDS = 25;

/** The ways out that exist, once, and then for each agent what to write where. */
export function resolutionPieces(agents: readonly AgentPlan[], context: ResolutionContext): Piece[] {
  if (agents.length === 0) return [];
  return [{ text: `### Resolution Required\n\n${waysOut(agents, context)}` }, ...agents.flatMap((agent) => agentPieces(agent, context))];
}

function waysOut(agents: readonly AgentPlan[], { workspace, merged }: ResolutionContext): string {
  const one = agents.length === 1;
  const where = merged ? "a new pull request" : "this pull request";
  const ways: string[] = [];
  if (agents.some((agent) => overwriteFile(agent) !== undefined)) {
    ways.push(
      `**Keep your changes** (overwrite the console's): add the ${one ? "file" : "agent's file"} ${name(`overwrite.${workspace.name}.json`)} from below to ${where}. Deploy then replaces exactly the console values in it, and nothing that is changed after this check.`,
    );
  }
  if (agents.some((agent) => consoleChanges(agent).length > 0)) {
    ways.push(`**Accept the console's changes** (${merged ? "in a new pull request" : "update your PR"}): write the values listed below into the files.`);
  }
  const keep =
    workspace.kind === "staging" && agents.some((agent) => !agent.changes.some((change) => change.class === "conflict"))
      ? " With `on-console-edit: keep` it leaves them and deploys the other fields; fields that both sides changed stay blocked."
      : "";
  ways.push(
    `**Decide when deploying**: run the deploy workflow of ${name(workspace.name)} by hand with \`on-console-edit: overwrite\`, which replaces every console edit of the agents named in its input \`agents\`.${keep}`,
  );
  const choose = ways.length === 1 ? "" : `${one ? "Choose one" : "Choose one for each agent"}:\n\n`;
  return choose + (ways.length === 1 ? (ways[0] ?? "") : ways.map((way, index) => `${index + 1}. ${way}`).join("\n"));
}

function agentPieces(agent: AgentPlan, context: ResolutionContext): Piece[] {
  const pieces: Piece[] = [];
  const edits = consoleChanges(agent);
  const file = overwriteFile(agent);
  if (edits.length === 0 && file === undefined) return [];
  pieces.push({ text: `#### ${agentName(agent)}: what to write` });
  if (edits.length > 0) {
    const lines = edits.slice(0, MOST_FIELDS).map((change) => `- ${acceptLine(agent, change, context)}`);
    if (edits.length > MOST_FIELDS) lines.push(`- … and ${edits.length - MOST_FIELDS} more fields of the table above`);
    pieces.push({
      text: `To accept the console's changes:\n\n${lines.join("\n")}`,
      shorter: { step: "counts", piece: { text: "To accept the console's changes, write them into the agent's files; the job summary lists them." } },
    });
  }
  if (file !== undefined) {
    const path = name(`${agentFolder(agent, context.folder)}/overwrite.${context.workspace.name}.json`);
    pieces.push({
      text: `To keep yours, ${path}:\n\n${fence(file, "json")}`,
      shorter: { step: "full-texts", piece: { text: `To keep yours, ${path}: its content is too long to be shown here; see the job summary.` } },
    });
  }
  return pieces;
}

function consoleChanges(agent: AgentPlan): FieldChange[] {
  return agent.changes.filter((change) => change.class === "conflict" || change.class === "console-edit");
}

/** Where a person writes one value of the console's. */
function acceptLine(agent: AgentPlan, change: FieldChange, context: ResolutionContext): string {
  const field = code(nameInFile(change.path));
  const sections = filesOfConsoleText(agent, change);
  if (sections.length > 0) {
    return `${enumerate(sections.map((file) => name(file) + alsoUsedBy(agent, file, context)))}: make the console's changes of ${code(change.name)} shown above`;
  }
  const file = fileFor(agent, context);
  if (change.live === undefined) return `${file}: remove ${field}`;
  if (isText(change)) return `${file}: set ${field} to the console's text`;
  if (holdsFingerprint(change)) return `${file}: a credential was typed into the console. Store it as the secret \`RETELL_SECRET_<NAME>\` and set ${field} to \`secret://<NAME>\``;
  return `${file}: set ${field} to ${showValue(change.live)}`;
}

function fileFor(agent: AgentPlan, { workspace, sharedFiles, folder }: ResolutionContext): string {
  const directory = agentFolder(agent, folder);
  const overlay = `${directory}/agent.${workspace.name}.json`;
  const hasOverlay = agent.material.desired?.sources.includes(overlay) === true;
  if (sharedFiles) return name(overlay);
  return hasOverlay ? `${name(`${directory}/agent.json`)} (or ${name(`agent.${workspace.name}.json`)}, where that sets it)` : name(`${directory}/agent.json`);
}

function alsoUsedBy(agent: AgentPlan, file: string, { sharedSections }: ResolutionContext): string {
  const others = (sharedSections.get(file) ?? []).filter((other) => other !== agent.name);
  return others.length === 0 ? "" : ` (also used by ${enumerate(others.map(name), 3)})`;
}

function holdsFingerprint(change: FieldChange): boolean {
  return JSON.stringify(change.live ?? null).includes("fingerprint:");
}
