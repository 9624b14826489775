import type { FileEdits } from "@retell-actions/core/drift/drift-branch";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { hasErrors, type Problem } from "@retell-actions/core/project/problem";
import { readWorkspaces, validateProject } from "@retell-actions/core/project/validate-project";
import type { WorkspacesFile } from "@retell-actions/core/project/workspace";
import { copyTemplate, templateProblems, type CopiedAgent } from "./copy-template.ts";
import type { Template } from "./find-template.ts";
import type { Finished } from "./finished.ts";
import { takenFaults, type NamedLine } from "./read-names.ts";

/** New agents that may be written. */
export interface Made {
  readonly kind: "made";
  readonly template: Template;
  readonly agents: readonly CopiedAgent[];
  readonly edits: FileEdits;
  readonly workspaces: WorkspacesFile;
  readonly problems: readonly Problem[];
}

/** The new files, validated with the whole project. Pure. */
export function makeAgents(from: { readonly lines: readonly NamedLine[]; readonly template: Template; readonly files: ProjectFiles; readonly directory: string; readonly prefix: string }): Made | Extract<Finished, { kind: "invalid" }> {
  const { lines, template, files, directory, prefix } = from;
  const hasSections = [...template.files.keys()].some((path) => path.startsWith("prompts/"));
  const taken = [...pathsBelow(prefix, files.keys())].filter((path) => hasSections || !path.startsWith("prompts/"));
  const faults = takenFaults(lines, taken);
  const broken = templateProblems(template);
  const declared = readWorkspaces(files, `${prefix}workspaces.json`);
  if (faults.length > 0 || hasErrors(broken) || declared.file === undefined) return { kind: "invalid", faults, problems: [...broken, ...declared.problems] };
  const workspaces = declared.file;

  const agents = lines.map(({ name }) => copyTemplate(template, name, { prefix, workspaces }));
  const texts = agents.flatMap((agent) => [...agent.files]);
  const after: ProjectFiles = new Map([...files, ...texts.map(([path, text]) => [path, { kind: "file", text }] as const)]);
  const validated = validateProject({ files: after, workingDirectory: directory });
  const problems = asOfTemplate(validated.problems, agents, template);
  if (hasErrors(problems)) return { kind: "invalid", faults: [], problems: problems.filter(({ severity }) => severity === "error") };
  const edits: FileEdits = new Map(texts.sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, text]) => [path, { before: undefined, after: text }] as const));
  const isNew = new Set(agents.flatMap(({ sources, files: own }) => [...own.keys(), ...sources.values()]));
  return { kind: "made", template, agents, edits, workspaces, problems: problems.filter(({ file }) => isNew.has(file)) };
}

/** Problems of new files stand where somebody can repair them: in the template of the repository, once for all agents. */
function asOfTemplate(problems: readonly Problem[], agents: readonly CopiedAgent[], { own }: Template): Problem[] {
  if (!own) return [...problems];
  const sources = new Map(agents.flatMap(({ sources: of }) => [...of]));
  const moved = problems.map((problem): Problem => {
    const source = sources.get(problem.file);
    if (source === undefined) return problem;
    const { agent: _agent, ...rest } = problem;
    return { ...rest, file: source };
  });
  return [...new Map(moved.map((problem) => [JSON.stringify([problem.code, problem.file, problem.line, problem.column]), problem])).values()];
}

/** The paths below a prefix, without it. */
export function* pathsBelow(prefix: string, paths: Iterable<string>): Generator<string> {
  for (const path of paths) if (path.startsWith(prefix)) yield path.slice(prefix.length);
}
