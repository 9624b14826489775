import type { Content } from "../canonical/content.ts";
import type { Workspace } from "../project/workspace.ts";
import type { AgentFiles } from "./agent-files.ts";
import { objection } from "./check-adoption.ts";
import type { AdoptEdit } from "./edit.ts";
import { editUnits, partChangedInGit, type EditUnit } from "./edit-units.ts";
import { grow, type Attempt } from "./grow-units.ts";
import type { NameSecrets } from "./name-secrets.ts";
import { rebuild, type Build } from "./rebuild.ts";
import { isMoot, isSaid, wentWithParent } from "./settled-edits.ts";
import { whyUnadoptable } from "./unadoptable.ts";
import { writeUnits, type UnitContext } from "./write-units.ts";

/** One agent's console edits. */
export interface AgentEdits {
  /** With the edits of the agents before this one. */
  readonly build: Build;
  /** The branch's tip, before any agent's edits. */
  readonly tip: Build;
  readonly workspace: Workspace;
  readonly agent: string;
  readonly edits: readonly AdoptEdit[];
  readonly name: NameSecrets;
  /** True for an edit that every other workspace of the branch shows too, or where there is none. */
  readonly isShared: (edit: AdoptEdit) => boolean;
  /** All that the console holds, for the order of new items; undefined if unknown. */
  readonly live: Content | undefined;
}

/** The project with those edits in its files that can be there, and why the others cannot. */
export interface AgentAdoption {
  readonly build: Build;
  readonly adopted: readonly AdoptEdit[];
  readonly unmappable: readonly { readonly edit: AdoptEdit; readonly reason: string }[];
  /** Names of secrets that stand for credentials that were typed into the console. */
  readonly secrets: ReadonlySet<string>;
}

/** Adopts as many edits of one agent as can be verified together; the rest is dropped with reasons. */
export function adoptAgent(input: AgentEdits): AgentAdoption {
  const { build, workspace, agent } = input;
  const desired = build.desired.get(workspace.name)?.get(agent);
  const files = filesOf(input);
  const error = desired?.problems.find((problem) => problem.severity === "error");
  if (error !== undefined) return nothing(input, `the agent's files have errors, to be corrected first: ${error.message} (${error.file}${error.line === undefined ? "" : `:${error.line}`})`);
  if (desired === undefined || files === undefined) return nothing(input, `this branch has no agents/${agent}/agent.json`);

  const unmappable: { edit: AdoptEdit; reason: string }[] = [];
  const adopted: AdoptEdit[] = [];
  const open: AdoptEdit[] = [];
  const moot: AdoptEdit[] = [];
  const secrets = new Map<string, readonly string[]>();
  for (const edit of [...input.edits].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const reason = isSaid(edit, desired, files) ? "" : whyUnadoptable(edit, desired, files);
    if (reason === "") adopted.push(edit);
    else if (reason === undefined && isMoot(edit, desired.content)) moot.push(edit);
    else if (reason === undefined) open.push(named(input, edit, secrets));
    else unmappable.push({ edit, reason });
  }
  const units: EditUnit[] = [];
  for (const unit of editUnits(desired.content, open)) {
    const field = partChangedInGit(unit, desired.content);
    if (field === undefined) units.push(unit);
    else unmappable.push(...unit.edits.map((edit) => ({ edit, reason: `the console removed the item, and Git has ${field} since` })));
  }
  const attempt = attempts({ ...input, desired, files });
  const first = grow({ accepted: [], build, rejected: [] }, units, attempt);
  // What was refused may have needed something that was accepted after it.
  const again = first.rejected.map(({ unit }) => unit);
  const last = again.length > 0 && first.accepted.length > 0 ? grow({ ...first, rejected: [] }, again, attempt) : first;
  const now = last.build.desired.get(workspace.name)?.get(agent)?.content ?? desired.content;
  for (const edit of moot) {
    if (wentWithParent(edit.path, desired.content, now)) adopted.push(edit);
    else unmappable.push({ edit, reason: "the files do not set it, so there is nothing to take out" });
  }
  return {
    build: last.build,
    adopted: [...adopted, ...last.accepted.flatMap(({ edits }) => edits)],
    secrets: new Set(last.accepted.flatMap(({ edits }) => edits.flatMap((edit) => secrets.get(edit.name) ?? []))),
    unmappable: [...unmappable, ...last.rejected.flatMap(({ unit, reason }) => unit.edits.map((edit) => ({ edit, reason })))],
  };
}

function nothing({ build, edits }: AgentEdits, reason: string): AgentAdoption {
  return { build, adopted: [], unmappable: edits.map((edit) => ({ edit, reason })), secrets: new Set() };
}

/** The edit with `secret://` references in place of credentials; their names go to `secrets`, by field. */
function named({ agent, name }: AgentEdits, edit: AdoptEdit, secrets: Map<string, readonly string[]>): AdoptEdit {
  if (edit.live === undefined) return edit;
  const { value, names } = name({ agent, path: edit.path, live: edit.live });
  if (names.length > 0) secrets.set(edit.name, names);
  return { ...edit, live: value };
}

function filesOf({ build, workspace, agent }: AgentEdits): AgentFiles | undefined {
  const folder = `${build.prefix}agents/${agent}`;
  const [base, overlay] = [`${folder}/agent.json`, `${folder}/agent.${workspace.name}.json`];
  const text = build.files.get(base)?.text;
  return text === undefined ? undefined : { base: { file: base, text }, overlay: { file: overlay, text: build.files.get(overlay)?.text } };
}

/** Writes units into the files as they were at first, builds, and compares. */
function attempts(context: UnitContext): Attempt {
  const { build, workspace, agent, isShared } = context;
  return (units) => {
    const written = writeUnits(context, units);
    if ("fault" in written) return { reason: written.fault };
    const after = rebuild(build, written.changed);
    const edits = units.flatMap((unit) => unit.edits);
    const hasSiblings = build.workspaces.workspaces.some(({ name, branch }) => name !== workspace.name && branch === workspace.branch);
    const shared = hasSiblings ? units.filter((unit) => unit.edits.every(isShared)).flatMap((unit) => unit.edits) : [];
    const reason = objection({ before: build, after, workspace, agent, edits, shared });
    return reason === undefined ? { build: after } : { reason };
  };
}
