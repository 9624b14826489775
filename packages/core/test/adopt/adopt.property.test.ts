import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { adopt, type AdoptEdit, type Adoption } from "@retell-actions/core/adopt/adopt";
import { canonicalJson } from "@retell-actions/core/canonical/content-hash";
import type { Content } from "@retell-actions/core/canonical/content";
import { toCanonicalContent } from "@retell-actions/core/canonical/canonical-form";
import { holdsFingerprint } from "@retell-actions/core/canonical/fingerprint";
import type { Json } from "@retell-actions/core/canonical/json";
import { equalAsWritten, equalInEffect } from "@retell-actions/core/diff/equality";
import { isWithin } from "@retell-actions/core/diff/field-path";
import { walkLeaves } from "@retell-actions/core/diff/walk";
import { fieldFacts } from "@retell-actions/core/plan/field-facts";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { hasErrors } from "@retell-actions/core/project/problem";
import { validateProject, type ValidatedProject } from "@retell-actions/core/project/validate-project";
import { edited, editsBetween, filledIn, type Change } from "./adopt-fixture.ts";
import { changeArbitrary, projectArbitrary, scalarChangeArbitrary, type RandomProject } from "./project-arbitrary.ts";

interface Scene {
  readonly project: RandomProject;
  readonly workspace: string;
  readonly changes: ReadonlyMap<string, Change>;
  /** True where all workspaces of the branch show the same edits. */
  readonly everywhere: boolean;
  readonly withLive: boolean;
  /** Which of the edits are not for adoption, since Git has changed those fields too; counted by seven. */
  readonly conflict?: number | undefined;
}

const sceneArbitrary: fc.Arbitrary<Scene> = projectArbitrary.chain((project) =>
  fc
    .record({
      workspace: fc.constantFrom(...project.workspaces),
      changes: fc.dictionary(fc.constantFrom("alpha", "beta"), changeArbitrary, { minKeys: 1, maxKeys: 2 }),
      everywhere: fc.boolean(),
      withLive: fc.boolean(),
      conflict: fc.option(fc.nat(6), { nil: undefined }),
    })
    .map(({ changes, ...rest }) => ({ project, ...rest, changes: new Map(Object.entries(changes)) })),
);

interface Played {
  readonly before: ValidatedProject;
  readonly after: ValidatedProject;
  readonly files: ProjectFiles;
  readonly live: ReadonlyMap<string, Content>;
  readonly edits: ReadonlyMap<string, readonly AdoptEdit[]>;
  readonly siblings: readonly string[];
  readonly adoption: Adoption;
  /** Adopts the same edits in other files. */
  readonly again: (files: ProjectFiles, order?: "reversed") => Adoption;
}

function play({ project, workspace, changes, everywhere, withLive, conflict }: Scene): Played {
  const before = validateProject({ files: project.files, workingDirectory: "" });
  const branchOf = (name: string) => before.workspaces?.workspaces.find((one) => one.name === name)?.branch;
  const siblings = project.workspaces.filter((name) => name !== workspace && branchOf(name) === branchOf(workspace));
  const show = (name: string) =>
    new Map(
      [...changes].flatMap(([agent, change]) => {
        const desired = before.desired.get(name)?.get(agent)?.content;
        if (desired === undefined) return [];
        const seen = filledIn(desired);
        const live = toCanonicalContent(edited(seen, change));
        return [[agent, { live, edits: editsBetween(desired, live, seen).filter((_, index) => index % 7 !== conflict) }] as const];
      }),
    );
  const here = show(workspace);
  const elsewhere = new Map(everywhere ? siblings.map((name) => [name, new Map([...show(name)].map(([agent, { edits }]) => [agent, edits]))]) : []);
  const live = new Map([...here].map(([agent, shown]) => [agent, shown.live]));
  const edits = new Map([...here].map(([agent, shown]) => [agent, shown.edits]));
  const again = (files: ProjectFiles, order?: "reversed"): Adoption => {
    const sorted = order === undefined ? [...edits] : [...edits].reverse().map(([agent, list]) => [agent, [...list].reverse()] as const);
    const all = order === undefined ? files : new Map([...files].reverse());
    return adopt({ files: all, workingDirectory: "", workspace, edits: new Map(sorted), elsewhere, ...(withLive ? { live } : {}) });
  };
  const adoption = again(project.files);
  const files = new Map([...project.files, ...[...adoption.files].map(([path, text]) => [path, { kind: "file", text }] as const)]);
  return { before, after: validateProject({ files, workingDirectory: "" }), files, live, edits, siblings, adoption, again };
}

const contentIn = (project: ValidatedProject, workspace: string, agent: string): Content => project.desired.get(workspace)?.get(agent)?.content ?? { agent: {} };
const isSecret = (edit: AdoptEdit | undefined): boolean => edit?.live !== undefined && holdsFingerprint(edit.live);

/** Fields that changed although the console does not show them so. */
function strayFields(sides: { readonly before: Content; readonly after: Content; readonly live: Content; readonly secrets: readonly AdoptEdit[] }): string[] {
  const facts = fieldFacts([sides.live, sides.after]);
  return walkLeaves({ before: sides.before, after: sides.after, live: sides.live }).flatMap(({ path, values }) => {
    if (equalAsWritten(facts, path, values.before, values.after) || equalInEffect(facts, path, values.after, values.live)) return [];
    if (sides.secrets.some((edit) => isWithin(path, edit.path) || isWithin(edit.path, path))) return [];
    return [`${path.map((step) => (typeof step === "string" ? step : `[${step.item}]`)).join(".")}: ${canonicalJson([values.before ?? "-", values.after ?? "-", values.live ?? "-"])}`];
  });
}

describe("adopting any console edit of any project", () => {
  let adopted = 0;

  test("changes this workspace by exactly the adopted edits, nothing else of the branch, and no validity", () => {
    fc.assert(
      fc.property(sceneArbitrary, (scene) => {
        const played = play(scene);
        const { before, after, live, edits, siblings, adoption } = played;
        for (const [agent, list] of edits) {
          const result = adoption.agents.get(agent);
          const unmappable = result?.unmappable.map(({ field }) => field) ?? [];
          expect([...(result?.adopted ?? []), ...unmappable].sort()).toEqual(list.map(({ name }) => name).sort());
          const content = contentIn(after, scene.workspace, agent);
          const shown = live.get(agent) ?? { agent: {} };
          const facts = fieldFacts([shown, content]);
          const done = list.filter(({ name }) => result?.adopted.includes(name));
          for (const leaf of walkLeaves({ content, shown })) {
            const edit = done.find(({ path }) => isWithin(leaf.path, path));
            if (edit === undefined || isSecret(edit)) continue;
            expect([edit.name, equalInEffect(facts, leaf.path, leaf.values.content, leaf.values.shown)]).toEqual([edit.name, true]);
          }
          expect(strayFields({ before: contentIn(before, scene.workspace, agent), after: content, live: shown, secrets: done.filter(isSecret) })).toEqual([]);
          if (done.length === 0) expect(result).toMatchObject({ touched: [], secretsToCreate: [] });
          if (scene.conflict === undefined) adopted += done.length;
        }
        for (const [agent] of before.desired.get(scene.workspace) ?? []) {
          if (!edits.has(agent)) expect(canonicalJson(contentIn(after, scene.workspace, agent) as Json)).toBe(canonicalJson(contentIn(before, scene.workspace, agent) as Json));
          for (const sibling of siblings) {
            const [old, now] = [contentIn(before, sibling, agent), contentIn(after, sibling, agent)];
            if (!scene.everywhere || !edits.has(agent)) expect(canonicalJson(now as Json)).toBe(canonicalJson(old as Json));
            else expect(strayFields({ before: old, after: now, live: toCanonicalContent(edited(filledIn(old), scene.changes.get(agent) ?? (() => undefined))), secrets: edits.get(agent)?.filter(isSecret) ?? [] })).toEqual([]);
          }
        }
        const errors = (project: ValidatedProject) => project.problems.filter(({ severity }) => severity === "error").map(({ code, file, message }) => `${code} ${file} ${message}`);
        expect(errors(after).filter((error) => !errors(before).includes(error))).toEqual([]);
        expect([...adoption.files].flatMap(([path, text]) => (scene.project.files.get(path)?.text === text ? [path] : []))).toEqual([]);
        expect([...adoption.files.values()].filter((text) => text.includes("fingerprint:"))).toEqual([]);
      }),
      { numRuns: process.env["PROVE"] === "full" ? 400 : 60 },
    );
    // One that gave up on everything would pass above.
    expect(adopted).toBeGreaterThan(0);
  });

  test("done twice changes nothing the second time", () => {
    fc.assert(
      fc.property(sceneArbitrary, (scene) => {
        const { files, again } = play(scene);
        expect(Object.fromEntries(again(files).files)).toEqual({});
      }),
      { numRuns: 40 },
    );
  });

  test("gives the same files whatever the order of what it is given", () => {
    fc.assert(
      fc.property(sceneArbitrary, (scene) => {
        const { adoption, again } = play(scene);
        const other = again(scene.project.files, "reversed");
        expect([...other.files]).toEqual([...adoption.files]);
        expect([...other.agents]).toEqual([...adoption.agents]);
      }),
      { numRuns: 40 },
    );
  });

  test("touches one line per plain value, and taking the edits back gives the same bytes", () => {
    let count = 0;
    const scene = projectArbitrary.filter(({ workspaces }) => workspaces.length === 2).chain((project) => fc.record({ project: fc.constant(project), workspace: fc.constantFrom(...project.workspaces), change: scalarChangeArbitrary }));
    fc.assert(
      fc.property(scene, ({ project, workspace, change }) => {
        const there = play({ project, workspace, changes: new Map([["alpha", change]]), everywhere: false, withLive: false });
        if (hasErrors(there.before.desired.get(workspace)?.get("alpha")?.problems ?? [])) return;
        const result = there.adoption.agents.get("alpha");
        const made = result?.unmappable.filter(({ reason }) => !reason.includes("nothing to take out"));
        expect(made).toEqual([]);
        count += result?.adopted.length ?? 0;
        let changed = 0;
        for (const [path, text] of there.adoption.files) {
          const [old, now] = [(project.files.get(path)?.text ?? "").split("\n"), text.split("\n")];
          expect(now.length).toBe(old.length);
          changed += now.filter((line, index) => line !== old[index]).length;
        }
        expect(changed).toBeLessThanOrEqual(result?.adopted.length ?? 0);
        const [desired, content] = [contentIn(there.after, workspace, "alpha"), contentIn(there.before, workspace, "alpha")];
        const back = adopt({ files: there.files, workingDirectory: "", workspace, edits: new Map([["alpha", editsBetween(desired, content)]]) });
        expect(back.agents.get("alpha")?.unmappable).toEqual([]);
        expect(Object.fromEntries(back.files)).toEqual(Object.fromEntries([...there.adoption.files.keys()].map((path) => [path, project.files.get(path)?.text])));
      }),
      { numRuns: 50 },
    );
    expect(count).toBeGreaterThan(50);
  });
});
