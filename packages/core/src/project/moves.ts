import type { Move } from "./workspace.ts";

/** What a rename is about, and the declared renames. */
export interface Renames {
  readonly kind: Move["kind"];
  readonly moved: readonly Move[];
}

/** One list of declared renames of one kind, by the names they lead from and to. */
interface ByName {
  /** Where a name leads to; of several entries for it, the first counts. */
  readonly targets: ReadonlyMap<string, string | null>;
  /** What leads to a name, each with its place in the list. */
  readonly sources: ReadonlyMap<string, readonly { readonly from: string; readonly place: number }[]>;
}

/** Every agent of a project asks the same list: it is read once. A list does not change after it was read from its file. */
const indexes = new WeakMap<readonly Move[], Readonly<Record<Move["kind"], ByName>>>();

function byName({ kind, moved }: Renames): ByName {
  const index = indexes.get(moved) ?? { agent: indexed("agent", moved), workspace: indexed("workspace", moved) };
  indexes.set(moved, index);
  return index[kind];
}

function indexed(kind: Move["kind"], moved: readonly Move[]): ByName {
  const targets = new Map<string, string | null>();
  const sources = new Map<string, { from: string; place: number }[]>();
  for (const [place, move] of moved.entries()) {
    if (move.kind !== kind) continue;
    if (!targets.has(move.from)) targets.set(move.from, move.to);
    if (move.to === null) continue;
    const before = sources.get(move.to);
    if (before === undefined) sources.set(move.to, [{ from: move.from, place }]);
    else before.push({ from: move.from, place });
  }
  return { targets, sources };
}

/** Names that it had before, by all declared renames, the latest first: c, moved from b, moved from a, had b and a. */
export function formerNames(name: string, renames: Renames): string[] {
  const { sources } = byName(renames);
  const found: string[] = [];
  const seen = new Set([name]);
  for (let at = [name]; at.length > 0; ) {
    const before = [...new Set(at)].flatMap((one) => sources.get(one) ?? []).sort((a, b) => a.place - b.place);
    at = before.flatMap(({ from }) => (seen.has(from) ? [] : [from]));
    for (const one of at) {
      found.push(one);
      seen.add(one);
    }
  }
  return found;
}

/** The name that it bears at the end of all declared renames, its own where there is none; null if it was given up. */
export function latestName(name: string, renames: Renames): string | null {
  const { targets } = byName(renames);
  let at = name;
  for (const seen = new Set([name]); ; seen.add(at)) {
    const next = targets.get(at);
    if (next === undefined) return at;
    if (next === null || seen.has(next)) return null;
    at = next;
  }
}

/** The first of its names that is known, from its own on by the declared renames; undefined if none is. */
export function knownName(name: string, isKnown: (name: string) => boolean, renames: Renames): string | undefined {
  const { targets } = byName(renames);
  let at: string | null = name;
  for (const seen = new Set<string>(); at !== null && !seen.has(at); ) {
    if (isKnown(at)) return at;
    seen.add(at);
    at = targets.get(at) ?? null;
  }
  return undefined;
}
