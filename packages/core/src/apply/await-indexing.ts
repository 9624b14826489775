import type { KnowledgeReader, RemoteKnowledgeBase } from "../ports/knowledge-bases.ts";
import type { Log, Sleep } from "../ports/runner.ts";

/** How the waiting for a knowledge base ended. */
export type Indexed =
  | { readonly kind: "complete"; readonly base: RemoteKnowledgeBase }
  | { readonly kind: "error" | "slow" | "gone" | "cancelled" };

/** Milliseconds between two looks: short at first, since small knowledge bases take seconds. */
const PAUSES = [1_000, 2_000, 4_000, 8_000];
const LONGEST_PAUSE = 10_000;

/** Milliseconds after which a run goes on without it. */
const BUDGET = 10 * 60_000;

/** Waits until Retell has indexed everything that it was given. Sources are told only then. */
export async function awaitIndexing(id: string, context: { readonly name: string; readonly reader: KnowledgeReader; readonly sleep: Sleep; readonly log: Log; readonly signal: AbortSignal }): Promise<Indexed> {
  const { name, reader, sleep, log, signal } = context;
  for (let waited = 0, look = 0; ; look += 1) {
    const base = await reader.readKnowledgeBase(id);
    if (base === null) return { kind: "gone" };
    if (base.status === "complete") return { kind: "complete", base };
    if (base.status === "error") return { kind: "error" };
    if (signal.aborted) return { kind: "cancelled" };
    if (waited >= BUDGET) return { kind: "slow" };
    log.info(`knowledge ${name}: indexing${waited === 0 ? "" : ` for ${Math.round(waited / 1000)} s`}`);
    const pause = PAUSES[look] ?? LONGEST_PAUSE;
    await sleep(pause, signal);
    waited += pause;
    if (signal.aborted) return { kind: "cancelled" };
  }
}
