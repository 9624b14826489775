import type { Version } from "./versions.ts";

/** Three versions, or one thing about each of them. */
export interface Sides<T> {
  readonly base: T;
  readonly git: T;
  readonly console: T;
}

/** Indexes from … to, the latter excluded. */
export type Span = readonly [number, number];

/**
 * A stretch of all three versions. `same`: nobody changed it; `git`, `console`: only that side did; `both`: both did, to the same;
 * `conflict`: both did, differently; `doubt`: the same, at a place that the caller doubts. All stretches together, in order, are the whole of each version.
 */
export interface Stretch extends Sides<Span> {
  readonly kind: "same" | "git" | "console" | "both" | "conflict" | "doubt";
}

/**
 * The three-way comparison. Changes of the two sides are a conflict unless what stands between them sets them apart
 * (`separates(from, to)`, indexes into base; `from` is less than `to`), or both made the same change. Changes that touch one of the `doubts` (spans
 * of base) belong together.
 */
export function compareThreeWays({ versions, separates, doubts = [] }: {
  readonly versions: Sides<Version>;
  readonly separates: (from: number, to: number) => boolean;
  readonly doubts?: readonly Span[];
}): Stretch[] {
  const stretches: Stretch[] = [];
  const queue = [...changesBy("git", versions), ...changesBy("console", versions), ...doubts.map(([from, to]) => ({ from, to, grows: 0, by: "nobody" as const }))];
  queue.sort((a, b) => a.from - b.from || a.to - b.to);
  // Where each version stands: everything before is in `stretches`.
  let [at, git, console] = [0, 0, 0];
  for (let index = 0; index < queue.length; ) {
    const from = queue[index]?.from ?? 0;
    let to = from;
    const grows = { git: 0, console: 0, nobody: 0 };
    const found = new Set<Change["by"]>();
    for (let next = queue[index]; next !== undefined && (found.size === 0 || next.from <= to || !separates(to, next.from)); next = queue[++index]) {
      to = Math.max(to, next.to);
      grows[next.by] += next.grows;
      found.add(next.by);
    }
    const unchanged = from - at;
    if (unchanged > 0) stretches.push({ kind: "same", base: [at, from], git: [git, git + unchanged], console: [console, console + unchanged] });
    const start = { git: git + unchanged, console: console + unchanged };
    [at, git, console] = [to, start.git + to - from + grows.git, start.console + to - from + grows.console];
    const spans: Sides<Span> = { base: [from, to], git: [start.git, git], console: [start.console, console] };
    stretches.push({ kind: kindOf(versions, spans, found), ...spans });
  }
  const rest = versions.base.sequence.length - at;
  if (rest > 0) stretches.push({ kind: "same", base: [at, at + rest], git: [git, git + rest], console: [console, console + rest] });
  return stretches;
}

interface Change {
  readonly from: number;
  readonly to: number;
  readonly grows: number;
  readonly by: "git" | "console" | "nobody";
}

function changesBy(by: "git" | "console", versions: Sides<Version>): Change[] {
  return versions[by].hunks.map(({ low, b0, b1, s0, s1 }) => ({ from: low, to: b1, grows: s1 - s0 - (b1 - b0), by }));
}

function kindOf(versions: Sides<Version>, spans: Sides<Span>, by: ReadonlySet<Change["by"]>): Stretch["kind"] {
  if (!by.has("git") && !by.has("console")) return "same";
  if (!by.has("console")) return "git";
  if (!by.has("git")) return "console";
  const [[g0, g1], [c0, c1]] = [spans.git, spans.console];
  let isSame = g1 - g0 === c1 - c0;
  for (let k = 0; isSame && k < g1 - g0; k++) isSame = versions.git.sequence[g0 + k] === versions.console.sequence[c0 + k];
  if (isSame) return "both";
  return by.has("nobody") ? "doubt" : "conflict";
}
