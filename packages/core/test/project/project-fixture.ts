import type { Json } from "@retell-actions/core/canonical/json";
import { buildDesired, type DesiredProject } from "@retell-actions/core/project/build-desired";
import type { DesiredAgent } from "@retell-actions/core/project/desired";
import type { FieldValidator } from "@retell-actions/core/project/field-validator";
import type { ProjectFile, ProjectFiles } from "@retell-actions/core/project/files";
import type { Problem } from "@retell-actions/core/project/problem";
import type { Workspace, WorkspacesFile } from "@retell-actions/core/project/workspace";

/** Files by path; what is no text is written as indented JSON. */
export function projectFiles(files: Readonly<Record<string, Json | ProjectFile>>): ProjectFiles {
  return new Map(
    Object.entries(files).map(([path, content]): [string, ProjectFile] => [
      path,
      isFile(content) ? content : { kind: "file", text: typeof content === "string" ? content : JSON.stringify(content, null, 2) },
    ]),
  );
}

function isFile(content: Json | ProjectFile): content is ProjectFile {
  return typeof content === "object" && content !== null && "kind" in content && content.kind !== undefined;
}

export function workspace(name: string, kind: Workspace["kind"]): Workspace {
  return { name, kind, title: name, branch: kind, apiKeyEnv: `${name.toUpperCase()}_KEY`, readKeyEnv: undefined, baseUrl: undefined };
}

export const WORKSPACES: WorkspacesFile = {
  mode: "single-production",
  branches: { develop: "develop", staging: "staging", production: "production" },
  workspaces: [workspace("staging", "staging"), workspace("production", "production")],
  moved: [],
};

export function build(
  files: Readonly<Record<string, Json | ProjectFile>>,
  options: { readonly workspace?: "staging" | "production"; readonly validateFields?: FieldValidator; readonly workingDirectory?: string } = {},
): DesiredProject {
  const chosen = WORKSPACES.workspaces.find(({ name }) => name === (options.workspace ?? "staging"));
  if (chosen === undefined) throw new Error("no such workspace");
  return buildDesired({
    files: projectFiles(files),
    workingDirectory: options.workingDirectory ?? "",
    workspaces: WORKSPACES,
    workspace: chosen,
    validateFields: options.validateFields ?? (() => []),
  });
}

/** Builds a project of one agent `a`. */
export function buildOne(agent: Json, files: Readonly<Record<string, Json | ProjectFile>> = {}, options: Parameters<typeof build>[1] = {}): DesiredAgent {
  const built = build({ "agents/a/agent.json": agent, ...files }, options).agents.get("a");
  if (built === undefined) throw new Error("agent a was not built");
  return built;
}

/** `file:line:column code` of each problem. */
export function places(problems: readonly Problem[]): string[] {
  return problems.map(({ file, line, column, code }) => `${file}${line === undefined ? "" : `:${line}:${column ?? ""}`} ${code}`);
}

export function codes(problems: readonly Problem[]): string[] {
  return problems.map(({ code }) => code);
}
