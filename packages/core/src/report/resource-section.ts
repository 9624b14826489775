import { isWritten, type Operation } from "../plan/plan.ts";
import type { ResourcePlan } from "../plan/resource-plan.ts";
import { RESOURCE_WORDS } from "../plan/resource-plan.ts";
import { STATUS_WORDS } from "./deploy-status.ts";
import { code, name, prose } from "./escape.ts";
import type { Piece } from "./fit.ts";
import type { ResourceResult } from "./report-input.ts";
import { rowList, table } from "./row-list.ts";
import { CLASS_WORDS } from "./situation.ts";
import { enumerate } from "./words.ts";

/** What deploy does with a resource, as a verb in a table. */
const OPERATIONS: Record<Operation, string> = { none: "nothing", create: "create", update: "update", replace: "make a new one beside it", record: "record only", delete: "delete" };

/** Names of changes in one cell. */
const MOST_CHANGES = 5;

/** Knowledge bases and components that are not as Git says; nothing where all of them are. */
export function resourcePieces(resources: readonly ResourcePlan[] | undefined): Piece[] {
  const shown = (resources ?? []).filter((resource) => resource.class !== "in-sync" || resource.operation !== "none" || resource.blocks.length > 0 || resource.notes.length > 0);
  return [
    rowList([...shown].sort(urgentFirst), (rows, rest) => {
      const cells = rows.map((resource) => [
        `${RESOURCE_WORDS[resource.kind]} ${name(resource.name)}`,
        CLASS_WORDS[resource.class],
        resource.blocks.length > 0 ? "left alone" : OPERATIONS[resource.operation],
        changesOf(resource),
        [...resource.blocks.map(({ message }) => message), ...resource.notes].map(prose).join(" "),
      ]);
      return `### Shared resources\n\n${table(["Resource", "State", "Deploy would", "Changes", ""], cells, rest)}`;
    }),
  ];
}

/** What became of the shared resources in a deploy; nothing where nothing was to be done. */
export function resourceResultsPiece(results: readonly ResourceResult[] | undefined, plans: readonly ResourcePlan[] | undefined): Piece {
  const bySymbol = new Map(plans?.map((plan) => [plan.symbol as string, plan]));
  const shown = (results ?? []).filter((result) => result.status !== "unchanged");
  return rowList(shown, (rows, rest) => {
    const cells = rows.map((result) => {
      const plan = bySymbol.get(result.symbol);
      const notes = plan !== undefined && isWritten(plan) ? plan.notes : [];
      return [`${RESOURCE_WORDS[result.kind]} ${name(result.name)}`, STATUS_WORDS[result.status], plan === undefined ? "–" : changesOf(plan), [...(result.message === undefined ? [] : [result.message]), ...notes].map(prose).join(" ")];
    });
    return `### Shared resources\n\n${table(["Resource", "Result", "Changes", ""], cells, rest)}`;
  });
}

function changesOf(resource: ResourcePlan): string {
  const changes = resource.changes.filter((change) => change.class !== "converged");
  if (changes.length === 0) return resource.operation === "create" ? "all" : "–";
  return `${changes.length}: ${enumerate(changes.map((change) => code(change.name.length <= 80 ? change.name : `${change.name.slice(0, 79).toWellFormed()}…`)), MOST_CHANGES)}`;
}

function urgentFirst(a: ResourcePlan, b: ResourcePlan): number {
  const rank = (resource: ResourcePlan): number => (resource.blocks.length > 0 ? 0 : isWritten(resource) ? 1 : 2);
  return rank(a) - rank(b) || (a.symbol < b.symbol ? -1 : 1);
}
