import { canonicalJson } from "../canonical/content-hash.ts";
import type { Json } from "../canonical/json.ts";
import type { ProjectFile, ProjectFiles } from "../project/files.ts";
import { hasErrors } from "../project/problem.ts";
import { projectPrefix } from "../project/project-paths.ts";
import { validateProject } from "../project/validate-project.ts";

/** A branch of the suite's own after a decision, and what it goes to. */
export interface RestoreInput {
  readonly files: ProjectFiles;
  readonly target: ProjectFiles;
  readonly workingDirectory: string;
  /** Agents whose fields were decided. */
  readonly agents: readonly string[];
}

/**
 * Takes back copies of shared sections that nobody needs any more: an adopted edit may have copied a section for one agent,
 * and once Git's text is back the agent shares the section again, as its target's files have it. Only where exactly the
 * same is built, for every agent and workspace. Pure.
 */
export function restoreForks({ files, target, workingDirectory, agents }: RestoreInput): ProjectFiles {
  const prefix = projectPrefix(workingDirectory) ?? "";
  return agents.reduce<ProjectFiles>((now, agent) => {
    const copies = [...now.keys()].filter((path) => path.startsWith(`${prefix}prompts/${agent}/`) && !target.has(path));
    if (copies.length === 0) return now;
    const candidate = new Map<string, ProjectFile>(now);
    for (const path of copies) candidate.delete(path);
    for (const path of new Set([...now.keys(), ...target.keys()])) {
      if (!path.startsWith(`${prefix}agents/${agent}/`) || /\/overwrite\.[^/]+\.json$/.test(path)) continue;
      const file = target.get(path);
      if (file === undefined) candidate.delete(path);
      else candidate.set(path, file);
    }
    return buildsAlike(now, candidate, workingDirectory) ? candidate : now;
  }, files);
}

function buildsAlike(a: ProjectFiles, b: ProjectFiles, workingDirectory: string): boolean {
  const [first, second] = [a, b].map((files) => {
    const { desired, problems } = validateProject({ files, workingDirectory });
    return hasErrors(problems) ? undefined : [...desired].flatMap(([workspace, agents]) => [...agents].map(([name, { content }]) => canonicalJson([workspace, name, content as Json]))).sort().join("\n");
  });
  return first !== undefined && first === second;
}
