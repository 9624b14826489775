import type { FieldChange } from "../diff/classify.ts";
import { formatPath } from "../diff/field-path.ts";
import type { AgentPlan } from "../plan/plan.ts";
import { FLOW_FILE } from "../project/flow-file.ts";
import type { Workspace } from "../project/workspace.ts";
import { commandGuide, commandsFor, commandsForAll, type CommandPlace } from "./command-pieces.ts";
import { code, fence, name } from "./escape.ts";
import { agentName, alsoUsedBy, filesOfConsoleText } from "./field-changes.ts";
import { isText, nameInFile, showValue } from "./field-values.ts";
import type { Piece } from "./fit.ts";
import { openFields } from "./open-decision.ts";
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
  /** Where the commands are read. */
  readonly place: CommandPlace;
  /** The agents that a command on `all` means. */
  readonly all: readonly AgentPlan[];
}

/** Fields listed one by one for an agent; the rest as a number. */
const MOST_FIELDS = 25;

/**
 * How a person decides: the commands, once explained and then ready to be copied, and folded away what to write without
 * them. Of agents that no edit of a file can settle, what helps.
 */
export function resolutionPieces(agents: readonly AgentPlan[], context: ResolutionContext): Piece[] {
  if (agents.length === 0) return [];
  const open = agents.filter((agent) => openFields(agent).length > 0);
  const title = "### Resolution Required";
  if (open.length === 0) return [{ text: `${title}\n\n${deployWay(agents, context)}` }];
  const one = agents.length === 1 && context.all.length < 2;
  return [
    { text: `${title}\n\n${commandGuide(open, context)}` },
    commandsForAll(context.all, context),
    ...open.map((agent) => commandsFor(agent, context, one ? undefined : `#### ${agentName(agent)}`)),
    { text: withoutCommands(agents.filter((agent) => !open.includes(agent)), context) },
    byHand(open, context),
  ];
}

/** What helps where a command does not: no field is different. */
function withoutCommands(agents: readonly AgentPlan[], context: ResolutionContext): string {
  if (agents.length === 0) return "";
  return `${enumerate(agents.map(agentName), 20)}: no field is different, so no command decides anything. ${deployWay(agents, context)}`;
}

/** The ways that need no workflow for commands. The first to go where there is no room. */
function byHand(agents: readonly AgentPlan[], context: ResolutionContext): Piece {
  const fold = (withFiles: boolean): string => {
    const parts = agents.flatMap((agent) => agentParts(agent, context, withFiles));
    return ["<details><summary>Without commands: by hand</summary>", waysOut(agents, context), ...parts, "</details>"].join("\n\n");
  };
  const [full, short] = [fold(true), fold(false)];
  const none: Piece = { text: "" };
  return { text: full, shorter: { step: "by-hand", piece: short.length < full.length ? { text: short, shorter: { step: "by-hand", piece: none } } : none } };
}

function waysOut(agents: readonly AgentPlan[], context: ResolutionContext): string {
  const { workspace, merged } = context;
  const one = agents.length === 1;
  const where = merged ? "a new pull request" : "this pull request";
  const ways = [
    `**Keep your changes** (overwrite the console's): add the ${one ? "file" : "agent's file"} ${name(`overwrite.${workspace.name}.json`)} from below to ${where}. Deploy then replaces exactly the console values in it, and nothing that is changed after this check.`,
    `**Accept the console's changes** (${merged ? "in a new pull request" : "update your PR"}): write the values listed below into the files.`,
    deployWay(agents, context),
  ];
  return `${one ? "Choose one" : "Choose one for each agent"}:\n\n${ways.map((way, index) => `${index + 1}. ${way}`).join("\n")}`;
}

function deployWay(agents: readonly AgentPlan[], { workspace }: ResolutionContext): string {
  const keep =
    workspace.kind === "staging" && agents.some((agent) => openFields(agent).length > 0 && !agent.changes.some((change) => change.class === "conflict"))
      ? " With `on-console-edit: keep` it leaves them and deploys the other fields; fields that both sides changed stay blocked."
      : "";
  return `**Decide when deploying**: run the deploy workflow of ${name(workspace.name)} by hand with \`on-console-edit: overwrite\`, which replaces every console edit of the agents named in its input \`agents\`.${keep}`;
}

/** What to write for one agent; the contents of files only where there is room. */
function agentParts(agent: AgentPlan, context: ResolutionContext, withFiles: boolean): string[] {
  const edits = openFields(agent);
  const file = overwriteFile(agent);
  const lines = edits.slice(0, MOST_FIELDS).map((change) => `- ${acceptLine(agent, change, context)}`);
  if (edits.length > MOST_FIELDS) lines.push(`- … and ${edits.length - MOST_FIELDS} more fields of the table above`);
  const path = name(`${agentFolder(agent, context.folder)}/overwrite.${context.workspace.name}.json`);
  const overwrite = withFiles && file !== undefined ? `:\n\n${fence(file, "json")}` : ": its content is too long to be shown here; see the job summary.";
  return [`#### ${agentName(agent)}: what to write`, `To accept the console's changes:\n\n${lines.join("\n")}`, ...(file === undefined ? [] : [`To keep yours, ${path}${overwrite}`])];
}

/** Where a person writes one value of the console's. */
function acceptLine(agent: AgentPlan, change: FieldChange, context: ResolutionContext): string {
  const sections = filesOfConsoleText(agent, change);
  if (sections.length > 0) {
    return `${enumerate(sections.map((file) => name(file) + sharing(agent, file, context)))}: make the console's changes of ${code(change.name)} shown above`;
  }
  const { file, field } = placeFor(agent, change, context);
  if (change.live === undefined) return `${file}: remove ${field}`;
  if (isText(change)) return `${file}: set ${field} to the console's text`;
  if (holdsFingerprint(change)) return `${file}: a credential was typed into the console. Store it as the secret \`RETELL_SECRET_<NAME>\` and set ${field} to \`secret://<NAME>\``;
  return `${file}: set ${field} to ${showValue(change.live)}`;
}

function placeFor(agent: AgentPlan, { path }: FieldChange, { workspace, sharedFiles, folder }: ResolutionContext): { readonly file: string; readonly field: string } {
  const directory = agentFolder(agent, folder);
  const overlay = `${directory}/agent.${workspace.name}.json`;
  const isSource = (file: string): boolean => agent.material.desired?.sources.includes(file) === true;
  if (sharedFiles) return { file: name(overlay), field: code(nameInFile(path)) };
  const isOwnFlow = path[0] === "flow" && path.length > 1 && isSource(`${directory}/${FLOW_FILE}`);
  const base = name(`${directory}/${isOwnFlow ? FLOW_FILE : "agent.json"}`);
  return {
    file: isSource(overlay) ? `${base} (or ${name(`agent.${workspace.name}.json`)}, where that sets it)` : base,
    field: code(isOwnFlow ? formatPath(path.slice(1)) : nameInFile(path)),
  };
}

function sharing(agent: AgentPlan, file: string, { sharedSections }: ResolutionContext): string {
  const users = alsoUsedBy(agent, file, sharedSections);
  return users === "" ? "" : ` (also ${users})`;
}

function holdsFingerprint(change: FieldChange): boolean {
  return JSON.stringify(change.live ?? null).includes("fingerprint:");
}
