import type { ResourcePlan } from "../plan/resource-plan.ts";
import { RESOURCE_WORDS } from "../plan/resource-plan.ts";
import type { ResourceDrift, WorkspaceDrift } from "./drift.ts";

/** What the console changed in knowledge bases and components. Nothing of it is adopted: a person takes it over or undoes it. */
export function resourceDrifts(resources: readonly ResourcePlan[], deploying: ReadonlySet<string>): ResourceDrift[] {
  return resources
    .filter((resource) => !deploying.has(resource.symbol) && resource.class !== "unreadable" && resource.id !== null)
    .flatMap((resource): ResourceDrift[] => {
      const { symbol } = resource;
      const what = RESOURCE_WORDS[resource.kind];
      if (resource.class === "missing-remote") return [{ symbol, sentence: `The ${what} was deleted in the Retell console. Run deploy with recreate: true to make it again, or remove it from Git.`, changed: [] }];
      const edits = resource.changes.filter((change) => change.class === "console-edit" || change.class === "conflict");
      if (edits.length === 0 || resource.material.state === undefined) return [];
      return [{ symbol, sentence: `The ${what} was changed in the Retell console. Take the change over into Git by hand, undo it there, or run deploy with on-console-edit: overwrite.`, changed: edits.map((change) => change.name) }];
    });
}

/** Resources of which nothing is known: never in sync. */
export function unreadableResources(resources: readonly ResourcePlan[]): WorkspaceDrift["unreadable"] {
  return resources.filter((resource) => resource.class === "unreadable").map(({ symbol, blocks }) => ({ name: symbol, reason: blocks[0]?.reason ?? "unreadable", problem: blocks.map(({ message }) => message).join(" ") }));
}
