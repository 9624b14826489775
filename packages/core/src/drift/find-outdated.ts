import { agentFilesOf, fileSteps, nodeAtSteps, readAgentFiles } from "../adopt/agent-files.ts";
import type { AdoptEdit } from "../adopt/edit.ts";
import { formatPath } from "../diff/field-path.ts";
import { walkLeaves } from "../diff/walk.ts";
import { fieldFacts } from "../plan/field-facts.ts";
import type { AgentPlan } from "../plan/plan.ts";
import type { ProjectFiles } from "../project/files.ts";
import { positionOf } from "../project/json-node.ts";
import { projectPrefix } from "../project/project-paths.ts";

/** A value that Git still says, and that Retell has replaced by itself: nobody's edit, and nothing that a deploy would write. */
export interface OutdatedValue {
  readonly agent: string;
  /** Brings the files up to date. */
  readonly edit: AdoptEdit;
  readonly before: string;
  readonly after: string;
  /** Where the files say it; the line counts from 1. */
  readonly file: string;
  readonly line: number;
}

/** What a look at a workspace found, and the files of its branch. */
export interface OutdatedSearch {
  readonly agents: readonly AgentPlan[];
  readonly workspace: string;
  readonly files: ProjectFiles;
  readonly workingDirectory: string;
}

/**
 * The retired values of agents that Retell holds the successors of (`schema/retired-values.ts`). A value that Retell has
 * not replaced yet is a warning of the validation only, and one that differs for another reason is a change like any other.
 */
export function findOutdated({ agents, workspace, files, workingDirectory }: OutdatedSearch): OutdatedValue[] {
  const prefix = projectPrefix(workingDirectory) ?? "";
  return agents.flatMap((agent) => {
    const { desired, live, baseline } = agent.material;
    if (desired === undefined || live === undefined || baseline === null) return [];
    const facts = fieldFacts([desired.content]);
    const changed = new Set(agent.changes.map(({ name }) => name));
    const replaced = walkLeaves<"desired" | "live">({ desired: desired.content, live }).flatMap(({ path, values }) => {
      const { desired: before, live: after } = values;
      if (typeof before !== "string" || typeof after !== "string" || changed.has(formatPath(path))) return [];
      return facts.successorOf(path, before) === after ? [{ path, before, after }] : [];
    });
    if (replaced.length === 0) return [];
    const texts = agentFilesOf({ files, folder: `${prefix}agents/${agent.name}`, workspace });
    const merged = texts && readAgentFiles(texts)?.merged;
    return replaced.flatMap(({ path, before, after }) => {
      const node = nodeAtSteps(merged, fileSteps(path) ?? []);
      if (node === undefined) return [];
      return [{ agent: agent.name, edit: { path, name: formatPath(path), live: after }, before, after, file: node.origin.source.file, line: positionOf(node.origin).line }];
    });
  });
}
