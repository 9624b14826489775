import { adopt, type AdoptEdit, type Adoption } from "@retell-actions/core/adopt/adopt";
import type { FileEdits } from "@retell-actions/core/drift/drift-branch";
import type { WorkspaceDrift } from "@retell-actions/core/drift/drift";
import type { DriftInputs } from "./inputs.ts";
import type { SeenWorkspace } from "./look.ts";

/** A workspace with the edits of files that bring its console edits into Git. */
export interface AdoptedWorkspace {
  readonly seen: SeenWorkspace;
  readonly adoption: Adoption;
  /** Undefined where no file changes. */
  readonly edits: FileEdits | undefined;
}

/**
 * Turns every workspace's console edits into edits of files. Where several productions share a branch, what all of them
 * show is one edit of the agent's file; the rest stays in each one's overlay.
 */
export function adoptAll(seen: readonly SeenWorkspace[], { workingDirectory, sharedSections }: Pick<DriftInputs, "workingDirectory" | "sharedSections">): AdoptedWorkspace[] {
  return seen.map((one) => {
    const beside = seen.filter((other) => other !== one && other.workspace.branch === one.workspace.branch);
    const adoption = adopt({
      files: one.files,
      workingDirectory,
      workspace: one.workspace.name,
      edits: editsOf(one.drift),
      sharedSections,
      live: new Map(one.drift.agents.flatMap(({ name, plan }) => (plan.material.live === undefined ? [] : [[name, plan.material.live] as const]))),
      elsewhere: new Map(beside.map((other) => [other.workspace.name, editsOf(other.drift)])),
    });
    const edits = new Map([...adoption.files].map(([path, after]) => [path, { before: one.files.get(path)?.text, after }]));
    return { seen: one, adoption, edits: edits.size === 0 ? undefined : edits };
  });
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
