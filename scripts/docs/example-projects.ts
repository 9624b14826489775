import type { ProjectFile } from "@retell-actions/core/project/files";
import type { Fence, MarkdownPage } from "./markdown-page.ts";

/** The page whose examples are files of a project. */
export const FILES_PAGE = "docs/agent-files.md";

/** The project that the others are laid over, unless they have a workspaces.json of their own. */
const MAIN = "main";

/** Files that examples show, and what the text says is wrong with them. */
export interface ExampleProject {
  readonly files: ReadonlyMap<string, ProjectFile>;
  /** Codes that the examples announce by `expects=…`, sorted. */
  readonly expected: readonly string[];
}

/** The projects of a page by name, from fences such as `json project=main file=agents/support/agent.json`. */
export function exampleProjects(page: MarkdownPage): ReadonlyMap<string, ExampleProject> {
  const byProject = new Map<string, Fence[]>();
  for (const fence of page.fences) {
    const name = fence.attributes.get("project");
    if (name !== undefined) byProject.set(name, [...(byProject.get(name) ?? []), fence]);
  }
  const main = byProject.get(MAIN) ?? [];
  return new Map(
    [...byProject].map(([name, own]) => {
      const alone = name === MAIN || own.some((fence) => pathOf(fence) === "workspaces.json");
      const expected = own.flatMap((fence) => fence.attributes.get("expects")?.split(",") ?? []);
      return [name, { files: filesOf(alone ? own : [...main, ...own]), expected: expected.sort() }];
    }),
  );
}

/** The file that an example shows. */
export function pathOf(fence: Fence): string {
  return fence.attributes.get("file") ?? "";
}

function filesOf(fences: readonly Fence[]): ReadonlyMap<string, ProjectFile> {
  return new Map(fences.map((fence) => [pathOf(fence), { kind: "file", text: fence.text }]));
}

/**
 * The paths that a tree such as
 *
 *     agents/
 *       <name>/        one agent
 *         agent.json   the agent
 *
 * shows, as patterns: `<name>` stands for one part of a path, `<section>` and `<file>` for any number of parts. Folders
 * without anything below them stand for everything in them.
 */
export function treePatterns(tree: string): readonly RegExp[] {
  const lines = tree.split("\n").flatMap((line) => {
    const [, indent = "", name] = /^( *)(\S+)/.exec(line) ?? [];
    return name === undefined ? [] : [{ depth: indent.length / 2, name }];
  });
  const above: string[] = [];
  return lines.flatMap(({ depth, name }, index) => {
    above.splice(depth, above.length, name);
    if (name.endsWith("/") && (lines[index + 1]?.depth ?? 0) > depth) return [];
    const path = above.join("").replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return [new RegExp(`^${path.replace(/<(section|file)>/g, ".+").replace(/<[a-z]+>/g, "[^/]+")}${name.endsWith("/") ? ".+" : ""}$`)];
  });
}
