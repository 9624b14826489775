import type { KnowledgeSourceListing } from "../ports/knowledge-bases.ts";
import type { DesiredSource } from "../project/desired-resources.ts";
import { sourceKey } from "../project/knowledge-sources.ts";
import type { RecordedSource } from "../state/knowledge-state.ts";
import type { ResourceChange, SourceSteps } from "./resource-plan.ts";

/**
 * Compares the sources of a knowledge base and says what would bring it to what Git says. Retell does not return what a
 * source holds, so a text or file that we did not upload is unknown; what a URL holds is not Git's, so its address is all.
 */
export function compareSources(sides: {
  readonly desired: readonly DesiredSource[];
  readonly recorded: readonly RecordedSource[];
  readonly live: readonly KnowledgeSourceListing[];
  /** True where Retell does not tell its sources yet: what was recorded is taken to be there. */
  readonly assumed: boolean;
  /** A person lets Git win over the console. */
  readonly overwrite: boolean;
}): { readonly changes: ResourceChange[]; readonly steps: SourceSteps } {
  const comparison = new Comparison(sides);
  for (const source of sides.desired) comparison.wanted(source);
  comparison.removed();
  comparison.strangers();
  const changes = [...comparison.changes].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return { changes, steps: { add: comparison.add, remove: comparison.remove, keep: comparison.keep } };
}

type Sides = Parameters<typeof compareSources>[0];

class Comparison {
  readonly changes: ResourceChange[] = [];
  readonly add: DesiredSource[] = [];
  readonly remove: string[] = [];
  readonly keep: RecordedSource[] = [];
  readonly #sides: Sides;
  /** Ids of live sources of which it is known what they are. */
  readonly #explained: Set<string>;

  constructor(sides: Sides) {
    this.#sides = sides;
    this.#explained = new Set(sides.recorded.map((source) => source.source_id));
  }

  wanted(source: DesiredSource): void {
    const entries = this.#recordedAs(source);
    const there = entries.filter((entry) => this.#isThere(entry));
    const current = there.find((entry) => entry.hash === source.hash);
    if (current !== undefined) {
      this.keep.push(current);
      const stale = there.filter((entry) => entry !== current);
      if (stale.length > 0) this.#change(source, "local-change");
      this.remove.push(...stale.map((entry) => entry.source_id));
    } else if (there.length > 0) {
      this.#change(source, "local-change");
      this.add.push(source);
      this.remove.push(...there.map((entry) => entry.source_id));
    } else if (entries.length > 0) {
      // It was ours, and somebody has deleted it; one of that title that stands there instead is unknown.
      this.#decide(source, entries.some((entry) => entry.hash === source.hash) ? "console-edit" : "conflict");
      // Still on record, so that it is found missing next time, too.
      if (!this.#sides.overwrite) this.keep.push(...entries);
    } else this.#fresh(source);
  }

  /** A source that Git says and that was never uploaded. */
  #fresh(source: DesiredSource): void {
    const alike = this.#aliens(source);
    const [first, ...more] = alike;
    if (first === undefined) {
      this.#change(source, "local-change");
      this.add.push(source);
    } else if (source.kind === "url") {
      this.#explained.add(first.id);
      this.#change(source, "converged");
      this.keep.push({ kind: source.kind, title: source.title, hash: source.hash, source_id: first.id });
    } else {
      for (const alien of [first, ...more]) this.#explained.add(alien.id);
      this.#decide(source, "conflict", alike);
    }
  }

  /** Where Git and console differ: `overwrite` uploads Git's source in place of the others. */
  #decide(source: DesiredSource, found: "console-edit" | "conflict", instead: readonly KnowledgeSourceListing[] = []): void {
    if (!this.#sides.overwrite) return this.#change(source, found);
    this.#change(source, "local-change");
    this.add.push(source);
    this.remove.push(...instead.map((alien) => alien.id));
  }

  /** Sources that Git says no more. */
  removed(): void {
    const wanted = new Set(this.#sides.desired.map(sourceKey));
    for (const entry of this.#sides.recorded) {
      if (wanted.has(sourceKey(entry))) continue;
      if (this.#isThere(entry)) {
        this.#change(entry, "local-change");
        this.remove.push(entry.source_id);
      } else this.#change(entry, "converged");
    }
  }

  /** Sources that only the console has. */
  strangers(): void {
    if (this.#sides.assumed) return;
    for (const alien of this.#sides.live.filter((source) => !this.#explained.has(source.id))) {
      this.#change(alien, this.#sides.overwrite ? "local-change" : "console-edit");
      if (this.#sides.overwrite) this.remove.push(alien.id);
    }
  }

  #recordedAs(source: DesiredSource): readonly RecordedSource[] {
    return this.#sides.recorded.filter((entry) => sourceKey(entry) === sourceKey(source));
  }

  #aliens(source: DesiredSource): KnowledgeSourceListing[] {
    return this.#sides.assumed ? [] : this.#sides.live.filter((other) => sourceKey(other) === sourceKey(source) && !this.#explained.has(other.id));
  }

  #isThere(entry: RecordedSource): boolean {
    return this.#sides.assumed || this.#sides.live.some((source) => source.id === entry.source_id);
  }

  #change(source: { readonly kind: string; readonly title: string }, change: ResourceChange["class"]): void {
    this.changes.push({ name: `${source.kind} ${source.title}`, class: change });
  }
}
