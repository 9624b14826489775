import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { adopt, type AdoptEdit, type Adoption } from "@retell-actions/core/adopt/adopt";
import { withEdits, fieldOf } from "@retell-actions/core/adopt/expected-content";
import { canonicalJson } from "@retell-actions/core/canonical/content-hash";
import { normalizeLineEnds } from "@retell-actions/core/canonical/canonical-form";
import type { Content } from "@retell-actions/core/canonical/content";
import type { Json } from "@retell-actions/core/canonical/json";
import { contentSteps } from "@retell-actions/core/diff/content-steps";
import { formatPath, type FieldPath } from "@retell-actions/core/diff/field-path";
import { toPointer } from "@retell-actions/core/project/json-node";
import type { DesiredAgent } from "@retell-actions/core/project/desired";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { hasErrors } from "@retell-actions/core/project/problem";
import { validateProject, type ValidatedProject } from "@retell-actions/core/project/validate-project";
import { promptProjects, textEdits, valueEdits, type PromptProject, type TextEdit } from "./prompt-arbitrary.ts";

type PromptField = "main" | "first" | "item";
type PromptChange = { readonly field: PromptField; readonly edit: TextEdit } | { readonly values: { readonly which: number; readonly by: string; readonly only: number } };

interface Scene {
  readonly project: PromptProject;
  readonly workspace: string;
  readonly changes: ReadonlyMap<string, readonly PromptChange[]>;
  readonly everywhere: boolean;
  readonly sharedSections: "fork" | "update" | "refuse";
  readonly flatten: boolean;
}

const change: fc.Arbitrary<PromptChange> = fc.oneof(
  { weight: 6, arbitrary: textEdits.map((edit): PromptChange => ({ field: "main", edit })) },
  { weight: 3, arbitrary: fc.record({ field: fc.constantFrom("first" as const, "item" as const), edit: textEdits }) },
  { weight: 2, arbitrary: valueEdits.map((values): PromptChange => ({ values })) },
);

const scenes: fc.Arbitrary<Scene> = promptProjects.chain((project) =>
  fc
    .record({
      workspace: fc.constantFrom(...project.workspaces),
      changes: fc.uniqueArray(fc.tuple(fc.constantFrom("alpha", "alpha", "beta"), fc.array(change, { minLength: 1, maxLength: 2 })), { minLength: 1, maxLength: 2, selector: ([agent]) => agent }),
      everywhere: fc.boolean(),
      sharedSections: fc.constantFrom("fork" as const, "fork" as const, "update" as const, "refuse" as const),
      flatten: fc.constantFrom(false, false, true),
    })
    .map(({ changes, ...rest }) => ({ project, ...rest, changes: new Map(changes) })),
);

/** The texts of an agent, by its engine. */
function pathsOf({ flow }: Content): Readonly<Record<PromptField, FieldPath>> {
  if (flow === undefined) return { main: ["llm", "general_prompt"], first: ["llm", "begin_message"], item: ["llm", "states", { item: "one" }, "state_prompt"] };
  const node = (item: string): FieldPath => ["flow", "nodes", { item }, "instruction", "text"];
  return { main: ["flow", "global_prompt"], first: node("first"), item: node("one") };
}

const promptAt = ({ content, prompts }: DesiredAgent, path: FieldPath) => prompts.get(toPointer(contentSteps(content, path) ?? []));

/** The content after somebody changed prompts in the console. */
function shown(desired: DesiredAgent, changes: readonly PromptChange[]): AdoptEdit[] {
  const paths = pathsOf(desired.content);
  const texts = new Map((Object.keys(paths) as PromptField[]).flatMap((field) => { const text = fieldOf(desired.content, paths[field]); return typeof text === "string" ? [[field, text] as const] : []; }));
  const values = [...desired.prompts.values()].flatMap(({ text, segments }) => segments.flatMap(({ start, length, source }) => (source.kind === "variable" ? [text.slice(start, start + length)] : [])));
  for (const one of changes) {
    if ("edit" in one) {
      const before = texts.get(one.field);
      if (before === undefined) continue;
      const built = promptAt(desired, paths[one.field]);
      const pieces = built !== undefined ? piecesOf(built) : [before];
      texts.set(one.field, one.edit.change(before, { pieces: pieces.join("\n\n") === before ? pieces : [before], values }));
    } else if (values.length > 0) {
      const value = values[one.values.which % values.length] ?? "";
      for (const [index, [field, text]] of [...texts].entries()) if (index >= one.values.only) texts.set(field, text.replaceAll(value, () => one.values.by));
    }
  }
  return [...texts].flatMap(([field, live]) => (fieldOf(desired.content, paths[field]) === normalizeLineEnds(live) ? [] : [{ path: paths[field], name: formatPath(paths[field]), live }]));
}

function piecesOf({ text, segments }: { readonly text: string; readonly segments: DesiredAgent["prompts"] extends ReadonlyMap<string, infer P> ? P extends { readonly segments: infer S } ? S : never : never }): string[] {
  const pieces = [""];
  for (const { start, length, source } of segments) {
    if (source.kind === "separator") pieces.push("");
    else pieces[pieces.length - 1] += text.slice(start, start + length);
  }
  return pieces;
}

interface Played {
  readonly before: ValidatedProject;
  readonly after: ValidatedProject;
  readonly files: ProjectFiles;
  readonly edits: ReadonlyMap<string, readonly AdoptEdit[]>;
  readonly siblings: readonly string[];
  readonly adoption: Adoption;
  readonly again: (files: ProjectFiles, order?: "reversed") => Adoption;
}

function play({ project, workspace, changes, everywhere, sharedSections, flatten }: Scene): Played {
  const before = validateProject({ files: project.files, workingDirectory: "" });
  const branchOf = (name: string) => before.workspaces?.workspaces.find((one) => one.name === name)?.branch;
  const siblings = project.workspaces.filter((name) => name !== workspace && branchOf(name) === branchOf(workspace));
  const show = (name: string) => new Map([...changes].flatMap(([agent, list]) => { const desired = before.desired.get(name)?.get(agent); return desired === undefined ? [] : [[agent, shown(desired, list)] as const]; }));
  const edits = show(workspace);
  const elsewhere = new Map(everywhere ? siblings.map((name) => [name, show(name)]) : []);
  const again = (files: ProjectFiles, order?: "reversed"): Adoption => {
    const sorted = order === undefined ? [...edits] : [...edits].reverse().map(([agent, list]) => [agent, [...list].reverse()] as const);
    const all = order === undefined ? files : new Map([...files].reverse());
    return adopt({ files: all, workingDirectory: "", workspace, edits: new Map(sorted), elsewhere, sharedSections, flatten });
  };
  const adoption = again(project.files);
  const files = new Map([...project.files, ...[...adoption.files].map(([path, content]) => [path, { kind: "file", text: content }] as const)]);
  return { before, after: validateProject({ files, workingDirectory: "" }), files, edits, siblings, adoption, again };
}

const contentIn = (project: ValidatedProject, workspace: string, agent: string): Content => project.desired.get(workspace)?.get(agent)?.content ?? { agent: {} };
const json = (content: Content): string => canonicalJson(content as Json);
/** Without the prompts of sections that nobody edited: those may change with a section that is shared. */
const withoutPrompts = (desired: DesiredAgent | undefined, edits: readonly AdoptEdit[]) => (content: Content): string => {
  const free = desired === undefined ? [] : Object.values(pathsOf(desired.content)).filter((path) => (promptAt(desired, path)?.sections.length ?? 0) > 0 && !edits.some(({ name }) => name === formatPath(path)));
  return json(withEdits(content, free.map((path) => ({ path, name: "", live: null }))));
};

describe("adopting any edit of any prompt", () => {
  const counts = { adopted: 0, all: 0 };

  test("builds exactly what was wanted, or says that it does not; everybody else's content stays", () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        const played = play(scene);
        const { before, after, edits, siblings, adoption } = played;
        const reached = new Set([...adoption.agents.values()].flatMap(({ reaches }) => reaches.flatMap(({ agents }) => agents)));
        for (const [agent, list] of edits) {
          const result = adoption.agents.get(agent);
          const unmappable = result?.unmappable.map(({ field }) => field) ?? [];
          expect([...(result?.adopted ?? []), ...unmappable].sort()).toEqual(list.map(({ name }) => name).sort());
          const done = list.filter(({ name }) => result?.adopted.includes(name)).map((edit) => ({ ...edit, live: normalizeLineEnds(String(edit.live)) }));
          const [old, now] = [contentIn(before, scene.workspace, agent), contentIn(after, scene.workspace, agent)];
          // An edit of its own is never overruled by one of another agent.
          const same = reached.has(agent) ? withoutPrompts(before.desired.get(scene.workspace)?.get(agent), list) : json;
          expect(same(now)).toBe(same(withEdits(old, done)));
          if (done.length === 0) expect(result).toMatchObject({ touched: [], forked: [], reaches: [] });
          count(scene, { all: list.length, adopted: done.length, isValid: !hasErrors(before.desired.get(scene.workspace)?.get(agent)?.problems ?? []) });
        }
        if (scene.sharedSections !== "update") expect([...reached]).toEqual([]);
        for (const workspace of [scene.workspace, ...siblings]) {
          for (const agent of before.desired.get(workspace)?.keys() ?? []) {
            const [old, now] = [contentIn(before, workspace, agent), contentIn(after, workspace, agent)];
            if (workspace === scene.workspace && edits.has(agent)) continue;
            const same = reached.has(agent) ? withoutPrompts(before.desired.get(workspace)?.get(agent), edits.get(agent) ?? []) : json;
            const taken = edits.has(agent) && scene.everywhere ? editsOf(scene, before, workspace, agent).filter((edit) => fieldOf(now, edit.path) === edit.live) : [];
            expect(same(now)).toBe(same(withEdits(old, taken)));
          }
        }
        const errors = (project: ValidatedProject) => project.problems.filter(({ severity }) => severity === "error").map(({ code, file, message }) => `${code} ${file} ${message}`);
        expect(errors(after).filter((error) => !errors(before).includes(error))).toEqual([]);
        expect([...adoption.files].flatMap(([path, content]) => (scene.project.files.get(path)?.text === content ? [path] : []))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
    // One that gave up on everything would pass above.
    expect(counts.adopted).toBeGreaterThan(0.8 * counts.all);
  }, 300_000);

  function count(scene: Scene, { all, adopted, isValid }: { readonly all: number; readonly adopted: number; readonly isValid: boolean }): void {
    if (!isValid || scene.sharedSections === "refuse" || all === 0) return;
    counts.all += all;
    counts.adopted += adopted;
  }

  test("done twice changes nothing the second time, and the order of what is given does not count", () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        const { files, again, adoption } = play(scene);
        // An agent that goes its own way may leave a section to the last one that uses it, which is then no longer refused.
        // And a prompt may become one text once another edit has freed a variable: what was refused then maps.
        const isFreed = scene.flatten && [...adoption.agents.values()].some(({ unmappable }) => unmappable.length > 0);
        if (!isFreed && (scene.sharedSections !== "refuse" || scene.changes.size === 1)) expect(Object.fromEntries(again(files).files)).toEqual({});
        const other = again(scene.project.files, "reversed");
        expect([...other.files]).toEqual([...adoption.files]);
        expect([...other.agents]).toEqual([...adoption.agents]);
      }),
      { numRuns: RUNS / 4 },
    );
  }, 300_000);
});

/** All of them with `PROVE=full`. */
const RUNS = process.env["PROVE"] === "full" ? 4_000 : 300;

function editsOf(scene: Scene, before: ValidatedProject, workspace: string, agent: string): AdoptEdit[] {
  const desired = before.desired.get(workspace)?.get(agent);
  return desired === undefined ? [] : shown(desired, scene.changes.get(agent) ?? []).map((edit) => ({ ...edit, live: normalizeLineEnds(String(edit.live)) })).filter(({ live }) => live.isWellFormed());
}
