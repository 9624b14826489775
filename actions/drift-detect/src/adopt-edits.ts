import { adopt, type AdoptEdit, type Adoption } from "@retell-actions/core/adopt/adopt";
import { renameFormerFields } from "@retell-actions/core/adopt/rename-former";
import type { FileEdits } from "@retell-actions/core/drift/drift-branch";
import type { WorkspaceDrift } from "@retell-actions/core/drift/drift";
import { findOutdated, type OutdatedValue } from "@retell-actions/core/drift/find-outdated";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import type { OutdatedParts } from "@retell-actions/core/report/drift-report";
import type { DriftInputs } from "./inputs.ts";
import type { SeenWorkspace } from "./look.ts";

/** A workspace with the edits of files that bring its console edits into Git. */
export interface AdoptedWorkspace {
  readonly seen: SeenWorkspace;
  readonly adoption: Adoption;
  /** Undefined where no file changes. */
  readonly edits: FileEdits | undefined;
  readonly outdated: OutdatedParts;
}

/**
 * Turns every workspace's console edits into edits of files. Where several productions share a branch, what all of them
 * show is one edit of the agent's file; the rest stays in each one's overlay. With them, and never alone, goes what Retell
 * replaced by itself.
 */
export function adoptAll(seen: readonly SeenWorkspace[], { workingDirectory, sharedSections }: Pick<DriftInputs, "workingDirectory" | "sharedSections">): AdoptedWorkspace[] {
  const outdated = new Map(seen.map((one) => [one, outdatedIn(one, workingDirectory)] as const));
  return seen.map((one) => {
    const { files, workspace, drift, target } = one;
    const beside = seen.filter((other) => other !== one && other.workspace.branch === workspace.branch);
    const values = outdated.get(one) ?? [];
    const own = editsOf(drift);
    const adoptThese = (isComplete: boolean): Adoption =>
      adopt({
        files,
        workingDirectory,
        workspace: workspace.name,
        edits: isComplete ? withOutdated(own, values) : own,
        sharedSections,
        live: new Map(target.plan.agents.flatMap(({ name, material }) => (material.live === undefined ? [] : [[name, material.live] as const]))),
        elsewhere: new Map(beside.map((other) => [other.workspace.name, isComplete ? withOutdated(editsOf(other.drift), outdated.get(other) ?? []) : editsOf(other.drift)])),
      });
    const complete = adoptThese(own.size > 0);
    const isAdopted = [...own].some(([agent, edits]) => edits.some(({ name }) => complete.agents.get(agent)?.adopted.includes(name)));
    // What Retell replaced by itself is brought up to date on the way: alone, it is worth no pull request.
    const adoption = isAdopted || values.length === 0 ? complete : adoptThese(false);
    const managed = target.plan.agents.flatMap(({ name, material }) => (material.baseline === null || drift.deploying.includes(name) ? [] : [name]));
    const renamed = renameFormerFields({ files: withFiles(files, adoption.files), workingDirectory, agents: managed, workspace: workspace.name });
    const changed = isAdopted ? new Map([...adoption.files, ...renamed.files]) : adoption.files;
    const adopted = new Set([...values.flatMap(({ agent, edit }) => (adoption.agents.get(agent)?.adopted.includes(edit.name) === true ? [`${agent} ${edit.name}`] : [])), ...(isAdopted ? renamed.files.keys() : [])]);
    const edits = new Map([...changed].map(([path, after]) => [path, { before: files.get(path)?.text, after }]));
    return { seen: one, adoption: { ...adoption, files: changed }, edits: edits.size === 0 ? undefined : edits, outdated: { values, names: renamed.names, adopted } };
  });
}

/** Agents that a run holds at the moment are not judged, in this neither. */
function outdatedIn({ target, drift, files, workspace }: SeenWorkspace, workingDirectory: string): OutdatedValue[] {
  const agents = target.plan.agents.filter(({ name }) => !drift.deploying.includes(name));
  return findOutdated({ agents, workspace: workspace.name, files, workingDirectory });
}

function withOutdated(edits: ReadonlyMap<string, readonly AdoptEdit[]>, values: readonly OutdatedValue[]): Map<string, readonly AdoptEdit[]> {
  const all = new Map(edits);
  for (const { agent, edit } of values) all.set(agent, [...(all.get(agent) ?? []), edit]);
  return all;
}

function withFiles(files: ProjectFiles, texts: ReadonlyMap<string, string>): ProjectFiles {
  return new Map([...files, ...[...texts].map(([path, text]) => [path, { kind: "file", text }] as const)]);
}

/** Only fields that the branch did not change too: a conflict is for a person. */
function editsOf(drift: WorkspaceDrift): Map<string, readonly AdoptEdit[]> {
  return new Map(
    drift.agents.flatMap(({ name, fields }) => {
      const edits = fields.filter((field) => field.class === "console-edit").map(({ path, name: field, live }) => ({ path, name: field, live }));
      return edits.length === 0 ? [] : [[name, edits] as const];
    }),
  );
}
