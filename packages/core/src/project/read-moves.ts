import { memberOf, textOf, type JsonNode, type Origin } from "./json-node.ts";
import { nameFault } from "./names.ts";
import type { ProblemSink } from "./problem-sink.ts";
import { quoted } from "./quoted.ts";
import type { Move } from "./workspace.ts";

interface PlacedMove {
  readonly move: Move;
  readonly at: Origin;
}

/** Reads `moved` and reports renames that cannot be true; items of a wrong form are passed over. */
export function readMoves(from: { readonly list: JsonNode | undefined; readonly workspaces: ReadonlySet<string> }, sink: ProblemSink): Move[] {
  const placed = from.list?.kind === "array" ? from.list.items.flatMap((item) => readMove(item, sink)) : [];
  const moves = placed.map(({ move }) => move);
  const circles = movesInCircles(moves);
  const movedOn = new Set(moves.flatMap((move) => (move.kind === "workspace" ? [move.from] : [])));
  const sources = new Set<string>();
  const targets = new Set<string>();
  for (const { move, at } of placed) {
    const subject = `${move.kind} ${quoted(move.from)}`;
    const key = `${move.kind}/${move.from}`;
    if (move.from === move.to) {
      sink.error({ code: "moved-to-itself", at, message: `The ${subject} is moved to itself.`, hint: "Remove the entry." });
    } else if (circles.has(move)) {
      sink.error({ code: "moved-in-circle", at, message: `The moves of the ${subject} lead back to it.`, hint: "Remove the entry that is not true." });
    }
    if (sources.has(key)) {
      sink.error({ code: "moved-twice", at, message: `The ${subject} is moved twice.`, hint: "Keep the entry that is true; a later rename starts from the new name." });
    }
    sources.add(key);
    const target = `${move.kind}/${String(move.to)}`;
    if (move.to !== null && targets.has(target)) {
      sink.error({ code: "moved-together", at, message: `Two ${move.kind}s are moved to ${quoted(move.to)}, which can have been only one of them.`, hint: 'Keep the entry that is true; write "to": null for the other one.' });
    }
    targets.add(target);
    if (move.kind === "workspace") checkWorkspace({ move, at, movedOn, workspaces: from.workspaces }, sink);
  }
  return moves;
}

function readMove(item: JsonNode, sink: ProblemSink): PlacedMove[] {
  const kind = memberOf(item, "agent") === undefined ? "workspace" : "agent";
  const from = textOf(memberOf(item, kind));
  const target = memberOf(item, "to");
  const to = target?.kind === "scalar" && target.value === null ? null : textOf(target);
  if (from === undefined || to === undefined) return [];
  for (const name of [from, ...(to === null ? [] : [to])]) {
    const fault = nameFault(kind, name);
    if (fault !== undefined) sink.error({ code: `invalid-${kind}-name`, at: item.origin, ...fault });
  }
  return [{ move: { kind, from, to }, at: item.origin }];
}

function checkWorkspace(
  { move, at, movedOn, workspaces }: PlacedMove & { readonly movedOn: ReadonlySet<string>; readonly workspaces: ReadonlySet<string> },
  sink: ProblemSink,
): void {
  if (workspaces.has(move.from)) {
    sink.error({ code: "moved-workspace-exists", at, message: `The workspace ${quoted(move.from)} is moved, but it still exists.`, hint: "Remove the workspace, or the entry." });
  }
  const { to } = move;
  if (to === "staging") {
    sink.error({ code: "moved-to-staging", at, message: `The production ${quoted(move.from)} cannot become staging.`, hint: 'Name another production, or write "to": null.' });
    return;
  }
  if (to === null || workspaces.has(to) || movedOn.has(to)) return;
  sink.error({ code: "unknown-workspace", at, message: `There is no workspace ${quoted(to)} to move to.`, hint: `There is: ${[...workspaces].join(", ")}.` });
}

/** The moves by which one comes back to where they began. Each is followed once, however many there are. */
function movesInCircles(moves: readonly Move[]): ReadonlySet<Move> {
  const next = new Map<string, Move>();
  for (const move of moves) if (!next.has(`${move.kind}/${move.from}`)) next.set(`${move.kind}/${move.from}`, move);
  const circles = new Set<Move>();
  const followed = new Set<Move>();
  for (const start of next.values()) {
    const way: Move[] = [];
    let at: Move | undefined = start;
    for (; at !== undefined && !followed.has(at); at = at.to === null ? undefined : next.get(`${at.kind}/${at.to}`)) {
      followed.add(at);
      way.push(at);
    }
    const begin = at === undefined ? -1 : way.indexOf(at);
    if (begin >= 0) for (const move of way.slice(begin)) circles.add(move);
  }
  return circles;
}
