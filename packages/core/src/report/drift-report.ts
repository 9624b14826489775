import type { FormerName } from "../adopt/rename-former.ts";
import type { AgentDrift, WorkspaceDrift } from "../drift/drift.ts";
import type { OutdatedValue } from "../drift/find-outdated.ts";
import { liveDigest } from "../plan/live-digest.ts";
import type { AgentPlan } from "../plan/plan.ts";
import type { Workspace } from "../project/workspace.ts";
import { isNameable } from "./command-lines.ts";
import { commandGuide, commandsFor, commandsForAll, lineFor, linesPiece, type CommandPlace } from "./command-pieces.ts";
import { code, fence, name, prose } from "./escape.ts";
import { agentName, fieldCounts, fieldTable, fullConsoleValues, textDiffs } from "./field-changes.ts";
import { fit, type Piece } from "./fit.ts";
import { openFields, shownDigests, verbsFor } from "./open-decision.ts";
import { COMMENT_DETAILED_AGENTS, COMMENT_LIMIT_BYTES, fitComment } from "./pull-request-comment.ts";
import { rowList, table } from "./row-list.ts";
import { whoAndWhen } from "./who-and-when.ts";
import { count, enumerate, utcTime } from "./words.ts";

/** What of a drift could be turned into edits of files, per agent. */
export interface AdoptedAgent {
  readonly adopted: readonly string[];
  readonly unmappable: readonly { readonly field: string; readonly reason: string }[];
  /** Files that the edits are in. */
  readonly touched: readonly string[];
  readonly secretsToCreate: readonly string[];
  /** Sections that other agents use too, and that got a copy for this agent. */
  readonly forked: readonly { readonly from: string; readonly to: string }[];
  /** Shared sections that were changed for all of their agents. */
  readonly reaches: readonly { readonly file: string; readonly agents: readonly string[] }[];
}

/** Values and names that the files have from former times. */
export interface OutdatedParts {
  readonly values: readonly OutdatedValue[];
  readonly names: readonly FormerName[];
  /** Fields of the values, as `<agent> <field>`, and files of the names, that the pull request brings up to date. */
  readonly adopted: ReadonlySet<string>;
}

/** Everything that a drift pull request or issue tells. */
export interface DriftReport {
  readonly drift: WorkspaceDrift;
  readonly adopted: ReadonlyMap<string, AdoptedAgent>;
  /** What Retell replaced by itself, also in agents that nobody edited, and what it calls otherwise today. */
  readonly outdated: OutdatedParts;
  /** Every agent of the workspace that the console changed, see `decidableAgents`: what a command on `all` is about. */
  readonly decidable: readonly AgentPlan[];
  /** Section files that several agents use, with their names. */
  readonly sharedSections: ReadonlyMap<string, readonly string[]>;
  /** `several` productions are deployed by another workflow than one. */
  readonly severalProductions: boolean;
  /** Where the text stands; `issue` with the reason why it is no pull request, where there is one. */
  readonly place: { readonly kind: "pull-request" } | { readonly kind: "issue"; readonly why: string | undefined };
}

/** Room for the hidden header above the text. */
const HEADER_BYTES = 1_000;

/** The title of pull request and issue, and the heading of both. */
export function driftTitle({ name: workspace }: Pick<Workspace, "name">): string {
  return `${workspace.replace(/^(staging|production)$/, (role) => role.charAt(0).toUpperCase() + role.slice(1))} Configuration Drift Detected`;
}

/** The body of a drift pull request or issue, without its header. The same drift gives the same bytes. */
export function driftText(report: DriftReport): string {
  const status = `## ${driftTitle(report.drift.workspace)}\n\n${opening(report)}`;
  const where = "The job summary of the drift detection has more of it.";
  return fit([status, ...driftPieces(report, { mostDetailed: COMMENT_DETAILED_AGENTS, commands: placeOfCommands(report) })], {
    limit: COMMENT_LIMIT_BYTES - HEADER_BYTES,
    where,
    fallback: `${status}\n\n> The report is too long to be shown here. ${where}\n`,
  }).text;
}

/** The comment on a pull request whose branch a person works on. */
export function driftComment(report: DriftReport, identity: { readonly repositoryId: number; readonly folder: string }): string {
  const { workspace, agents } = report.drift;
  const status =
    agents.length === 0
      ? `## ${driftTitle(workspace)}: gone\n\nRetell and Git agree again. Somebody committed to this branch, so it stays as it is: merge or close this PR.`
      : `## ${driftTitle(workspace)}: changed\n\nSince this PR was opened, Retell has changed again. Somebody committed to this branch, so it was not updated: take over what is below, or close this PR and delete the branch for a new one.`;
  const pieces = agents.length === 0 ? [sharedResources(report.drift)] : driftPieces(report, { mostDetailed: COMMENT_DETAILED_AGENTS, commands: placeOfCommands(report) });
  return fitComment([status, ...pieces], {
    identity: { kind: "drift", ...identity, workspace: workspace.name },
    status,
    workspaces: [workspace.name],
    summaryOf: "the drift detection",
    shown: shownDigests([{ workspace: workspace.name, agents: report.decidable }]),
  }).body;
}

/** The same comment once Retell holds again what the pull request tells. */
export function driftCommentAsTold({ drift }: Pick<DriftReport, "drift">, identity: { readonly repositoryId: number; readonly folder: string }): string {
  const { workspace } = drift;
  const status = `## ${driftTitle(workspace)}: as above\n\nRetell holds again what this PR tells.`;
  return fitComment([status], { identity: { kind: "drift", ...identity, workspace: workspace.name }, status, workspaces: [workspace.name], summaryOf: "the drift detection" }).body;
}

/** What pull request, issue, comment and summary have in common. `commands` is where they are read. */
export function driftPieces(report: DriftReport, { mostDetailed, commands }: { readonly mostDetailed: number; readonly commands: "drift-pull-request" | "issue" }): Piece[] {
  const { drift } = report;
  if (drift.agents.length === 0) return [sharedResources(drift), outdatedPiece(report)];
  const detailed = drift.agents.filter(({ fields }) => fields.length > 0).slice(0, mostDetailed);
  return [
    { text: "### Why This Happened\n\nSomeone modified agent configuration(s) using the Retell web interface instead of through Git. Retell does not tell who." },
    affectedAgents(drift.agents),
    sharedResources(drift),
    { text: `### Options\n\n${options(report)}` },
    ...commandPieces(report, commands),
    notAdopted(report),
    ...conflictCommands(report, commands),
    secrets(report),
    sharedFiles(report),
    outdatedPiece(report),
    ...(detailed.length === 0 ? [] : [{ text: "### What Changed" }]),
    ...detailed.flatMap((agent) => detailsOf(agent, report.sharedSections)),
  ];
}

function opening({ place, drift, adopted, outdated }: DriftReport): string {
  const renamed = outdated.names.flatMap(({ file }) => (outdated.adopted.has(file) ? [file] : []));
  const files = new Set([...[...adopted.values()].flatMap(({ touched }) => touched), ...renamed]).size;
  if (place.kind === "pull-request") return `This PR contains changes that were made directly in the **Retell Console**: ${count(drift.agents.length, "agent")}, ${count(files, "file")}.`;
  const why = place.why === undefined ? "" : `\n\n> ${prose(place.why)}`;
  const shared = drift.resources === undefined ? [] : [count(drift.resources.length, "shared resource")];
  const what = [...(drift.agents.length === 0 && shared.length > 0 ? [] : [count(drift.agents.length, "agent")]), ...shared].join(", ");
  return `Retell holds something else than Git deployed to the workspace ${name(drift.workspace.name)}: ${what}.${why}`;
}

function affectedAgents(agents: readonly AgentDrift[]): Piece {
  return rowList(agents, (shown, rest) => {
    const lines = shown.map((agent) => {
      const when = utcTime(agent.plan.modifiedAt === 0 ? null : agent.plan.modifiedAt);
      const fields = agent.fields.length === 0 ? "" : ` Fields: ${fieldCounts(agent.fields)}.`;
      return `- ${agentName(agent)}: ${agent.findings.map(({ sentence }) => prose(sentence)).join(" ")}${fields}${when === undefined ? "" : ` Last changed in Retell: ${when}.`}`;
    });
    return `### Affected Agents\n\n${lines.join("\n")}${rest === undefined ? "" : `\n\n${rest}`}`;
  });
}

/** What agents share is told only: nothing of it is in the pull request. */
function sharedResources({ resources }: WorkspaceDrift): Piece {
  return rowList(resources ?? [], (shown, rest) => {
    const lines = shown.map(({ symbol, sentence, changed }) => `- ${name(symbol)}: ${prose(sentence)}${changed.length === 0 ? "" : ` Changed: ${enumerate(changed.map(code), 10)}.`}`);
    return `### Shared Resources\n\n${lines.join("\n")}${rest === undefined ? "" : `\n\n${rest}`}`;
  });
}

function options(report: DriftReport): string {
  const { place } = report;
  const accept =
    place.kind === "pull-request"
      ? "**Merge this PR** - Accept the remote changes into Git. The next deploy records them; it writes nothing to Retell for them."
      : "**Write the changes into the files** - Accept the remote changes into Git: make a pull request with the values listed below.";
  const close = place.kind === "pull-request" ? "**Close this PR and deploy with overwrite**" : "**Deploy with overwrite**";
  const command = fence(overwriteCommand(report), "text");
  const part = place.kind === "pull-request" ? "\n3. **Take over a part** - Commit to this branch what is to stay, and merge. From then on the branch is yours: it is not updated any more." : "";
  return `1. ${accept}\n2. ${close} - Reject the remote changes, restore the Git version. Run the deploy workflow by hand (Actions → Run workflow), or:\n\n${command}\n${part}`;
}

/** The same ways for agents one by one, by command. */
function commandPieces({ drift, decidable }: DriftReport, place: CommandPlace): Piece[] {
  const agents = drift.agents.map(({ plan }) => plan).filter((agent) => verbsFor(agent).length > 0);
  if (agents.length === 0) return [];
  const context = { workspace: drift.workspace, place };
  return [{ text: `### Commands\n\n${commandGuide(agents, context)}` }, commandsForAll(decidable, context), ...agents.map((agent) => commandsFor(agent, context, `#### ${agentName(agent)}`))];
}

/**
 * The commands on what a drift pull request leaves to a person. A conflict that no command can name is decided with the
 * whole agent, whose other edits are in the pull request already.
 */
function conflictCommands({ drift }: DriftReport, place: CommandPlace): Piece[] {
  if (place === "issue") return [];
  return drift.agents.flatMap(({ plan: agent }) => {
    const conflicts = openFields(agent).filter((change) => change.class === "conflict").map((change) => change.name);
    if (conflicts.length === 0) return [];
    const areNamed = conflicts.every(isNameable);
    const verbs = verbsFor(agent).filter((verb) => areNamed || verb !== "use-git");
    const command = { workspace: drift.workspace.name, agent: agent.name, fields: areNamed ? conflicts : [], digest: liveDigest(agent) };
    return [linesPiece(`To decide what is open in ${agentName(agent)}:`, verbs.map((verb) => lineFor(place, { verb, ...command })))];
  });
}

/** Commands are read in pull requests only. */
function placeOfCommands({ place }: DriftReport): "drift-pull-request" | "issue" {
  return place.kind === "pull-request" ? "drift-pull-request" : "issue";
}

/** The command that makes Git win for the affected agents; it names workflows as the templates call them. */
export function overwriteCommand({ drift, severalProductions }: Pick<DriftReport, "drift" | "severalProductions">): string {
  const { workspace } = drift;
  const production = workspace.kind === "production";
  const file = production ? (severalProductions ? "retell-deploy-multi-production.yml" : "retell-deploy-production.yml") : "retell-deploy-staging.yml";
  return [
    `gh workflow run ${file} --ref ${workspace.branch}`,
    ...(severalProductions && production ? [`-f workspace=${workspace.name}`] : []),
    `-f agents=${drift.agents.map((agent) => agent.name).join(",")}`,
    "-f on-console-edit=overwrite",
    ...(production ? ["-f confirm=PRODUCTION"] : []),
  ].join(" ");
}

function notAdopted({ drift, adopted, outdated, place }: DriftReport): Piece {
  const rows = drift.agents.flatMap((agent) => {
    const isOutdated = (field: string): boolean => outdated.values.some((value) => value.agent === agent.name && value.edit.name === field);
    const unmappable = (adopted.get(agent.name)?.unmappable ?? []).filter(({ field }) => !isOutdated(field));
    const conflicts = agent.fields.filter((field) => field.class === "conflict");
    const whole = agent.findings.filter(({ kind }) => WITHOUT_FILES[kind] !== undefined);
    return [
      ...whole.map(({ kind }) => [agentName(agent), "–", WITHOUT_FILES[kind] ?? ""]),
      ...conflicts.map((field) => [agentName(agent), code(field.name), "The branch has another change of this field that is not deployed yet: a person has to decide, by a command or by hand."]),
      ...unmappable.map(({ field, reason }) => [agentName(agent), code(field), prose(reason)]),
    ];
  });
  const title = place.kind === "pull-request" ? "### Not in This PR" : "### What Git Cannot Take Over by Itself";
  return rowList(rows, (shown, rest) => `${title}\n\n${table(["Agent", "Field", "Why, and what to do"], shown, rest)}`);
}

/** Findings that no edit of a file can settle, with what does. */
const WITHOUT_FILES: Partial<Record<AgentDrift["findings"][number]["kind"], string>> = {
  "missing-remote": "Run deploy with `recreate: true` to make the agent again (with a new id), or remove its folder.",
  "version-deleted": "The next deploy with `on-console-edit: overwrite` writes Git's content again.",
  "published-elsewhere": "Callers get a version that is not Git's. Deploying with overwrite, as above, makes and publishes a new version of Git's content.",
  "published-version-deleted": "Deploying with overwrite, as above, makes and publishes a new version of Git's content.",
};

function secrets({ adopted }: DriftReport): Piece {
  const names = [...new Set([...adopted.values()].flatMap(({ secretsToCreate }) => secretsToCreate))].sort();
  if (names.length === 0) return { text: "" };
  const lines = names.map((secret) => `- ${code(`RETELL_SECRET_${secret}`)}`);
  return { text: `### Secrets to Create Before Merging\n\nCredentials were typed into the console. Git never stores them: create these secrets with their values, and pass them to the deploy job.\n\n${lines.join("\n")}` };
}

/** What becomes of shared sections stands in no field of the agent, so nobody would look for it. */
function sharedFiles({ adopted }: DriftReport): Piece {
  const rows = [...adopted].flatMap(([agent, { forked, reaches }]) => [
    ...reaches.map(({ file, agents }) => `- ${name(file)} was changed, which other agents use too: ${enumerate(agents.map(name), 20)}`),
    ...forked.map(({ from, to }) => `- ${name(from)} is copied to ${name(to)} for ${name(agent)}, since other agents use it too and are not changed`),
  ]);
  return rowList(rows, (shown, rest) => `### Shared Sections\n\n${shown.join("\n")}${rest === undefined ? "" : `\n\n${rest}`}`);
}

/** Nobody's edit: what Retell did to every agent of the world. */
function outdatedPiece({ outdated, drift, place }: DriftReport): Piece {
  const { values, names, adopted } = outdated;
  const isTakenOver = (key: string): boolean => place.kind === "pull-request" && drift.agents.length > 0 && adopted.has(key);
  const what = (key: string, words: string): string => (isTakenOver(key) ? `${words}; this PR updates the file.` : `${words}; update the file.`);
  const rows = [
    ...values.map(({ agent, edit, before, after, file, line }) => [name(agent), code(edit.name), `${name(file)}:${line}`, what(`${agent} ${edit.name}`, `Retell replaced ${code(before)} with ${code(after)}`)]),
    ...names.map(({ agent, before, after, file, line }) => [name(agent), code(before), `${name(file)}:${line}`, what(file, `It is called ${code(after)} today`)]),
  ];
  return rowList(rows, (shown, rest) => `### Replaced by Retell\n\nNobody edited this, and it is no drift. Deploy works with the files as they are.\n\n${table(["Agent", "Field", "File", "What to do"], shown, rest)}`);
}

function detailsOf(agent: AgentDrift, sharedSections: DriftReport["sharedSections"]): Piece[] {
  const shown = { ...agent.plan, changes: agent.fields };
  const texts = textDiffs(shown, sharedSections);
  const fields: Piece = { text: fieldTable(shown), shorter: { step: "counts", piece: { text: "" } } };
  return [{ text: `#### ${agentName(agent)}\n\n${whoAndWhen(agent.plan)}` }, fields, ...texts, ...fullConsoleValues(shown)];
}
