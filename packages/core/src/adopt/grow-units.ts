import { formatPath } from "../diff/field-path.ts";
import type { EditUnit } from "./edit-units.ts";
import type { Build } from "./rebuild.ts";
import type { Fork } from "./write-sections.ts";

/** Units that were accepted together, and those that were not. */
export interface Grown {
  readonly accepted: readonly EditUnit[];
  /** With the accepted units. */
  readonly build: Build;
  /** Sections that were copied for them. */
  readonly forked: readonly Fork[];
  readonly rejected: readonly { readonly unit: EditUnit; readonly reason: string }[];
}

/** Writes, builds and compares units; the build, or why it may not be. */
export type Attempt = (units: readonly EditUnit[]) => { readonly build: Build; readonly forked: readonly Fork[] } | { readonly reason: string };

/** Adds as many units as verify, by halves: all at once where all is well, and few attempts per unit that is not. */
export function grow(grown: Grown, units: readonly EditUnit[], attempt: Attempt): Grown {
  const [only] = units;
  if (only === undefined) return grown;
  const accepted = [...grown.accepted, ...units].sort(byPath);
  const tried = attempt(accepted);
  if ("build" in tried) return { ...grown, accepted, build: tried.build, forked: tried.forked };
  if (units.length === 1) return { ...grown, rejected: [...grown.rejected, { unit: only, reason: tried.reason }] };
  const middle = middleOf(units);
  return grow(grow(grown, units.slice(0, middle), attempt), units.slice(middle), attempt);
}

function byPath(a: EditUnit, b: EditUnit): number {
  const [left, right] = [`${a.group} ${formatPath(a.path)}`, `${b.group} ${formatPath(b.path)}`];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Fields of one group stay together as long as there are several groups. */
function middleOf(units: readonly EditUnit[]): number {
  const middle = units.length >> 1;
  const starts = units.flatMap((unit, index) => (index > 0 && unit.group !== units[index - 1]?.group ? [index] : []));
  return starts.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle) || a - b)[0] ?? middle;
}
