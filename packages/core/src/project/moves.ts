import type { Move } from "./workspace.ts";

/** What a rename is about, and the declared renames. */
export interface Renames {
  readonly kind: Move["kind"];
  readonly moved: readonly Move[];
}

/** Names that it had before, by all declared renames, the latest first: c, moved from b, moved from a, had b and a. */
export function formerNames(name: string, { kind, moved }: Renames): string[] {
  const found: string[] = [];
  for (let at = [name]; at.length > 0; ) {
    const sources = moved.flatMap((move) => (move.kind === kind && move.to !== null && at.includes(move.to) ? [move.from] : []));
    at = sources.filter((source) => source !== name && !found.includes(source));
    found.push(...at);
  }
  return found;
}

/** The name that it bears at the end of all declared renames, its own where there is none; null if it was given up. */
export function latestName(name: string, { kind, moved }: Renames): string | null {
  let at = name;
  for (const seen = new Set([name]); ; seen.add(at)) {
    const next = moved.find((move) => move.kind === kind && move.from === at);
    if (next === undefined) return at;
    if (next.to === null || seen.has(next.to)) return null;
    at = next.to;
  }
}

/** The first of its names that is known, from its own on by the declared renames; undefined if none is. */
export function knownName(name: string, isKnown: (name: string) => boolean, { kind, moved }: Renames): string | undefined {
  let at: string | null = name;
  for (const seen = new Set<string>(); at !== null && !seen.has(at); ) {
    if (isKnown(at)) return at;
    seen.add(at);
    const from: string = at;
    at = moved.find((move) => move.kind === kind && move.from === from)?.to ?? null;
  }
  return undefined;
}
