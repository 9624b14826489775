import { parentPort, workerData } from "node:worker_threads";
import { createChance } from "./chance.ts";
import { growingText, tooSteep } from "./growth.ts";
import { createInputs } from "./inputs.ts";
import { checkPrototypes } from "./prototypes.ts";
import { shrink } from "./shrink.ts";
import { type Target } from "./target.ts";
import { TARGETS } from "./targets.ts";
import { readTexts } from "./text-files.ts";
import { failureKey, tryText } from "./try-text.ts";
import { beginCall, COUNT, endCall, watch } from "./watch.ts";

/** Texts to be made and tried. */
export interface Job {
  readonly kind: "fuzz";
  readonly target: string;
  readonly seed: number;
  readonly inputs: number;
}

/** One text, whose time is wanted. */
export interface Trial {
  readonly kind: "trial";
  readonly target: string;
  readonly text: string;
}

/** What a worker tells. */
export type Told =
  | { readonly kind: "failure"; readonly target: string; readonly key: string; readonly message: string; readonly text: string }
  | { readonly kind: "finished" }
  | { readonly kind: "tried"; readonly milliseconds: number };

/** Every so many-th text is given twice. */
const TWICE_EVERY = 16;
/** Every so many-th input grows. */
const GROWS_EVERY = 100;
/** A call that takes longer, in milliseconds, is repeated: the other time it may have been the machine's fault. */
const SLOW = 20;
/** Texts between two looks at the prototypes that everybody shares. */
const BATCH = 64;

const watched = watch((workerData as { memory: SharedArrayBuffer }).memory);
const tell = (told: Told): void => parentPort?.postMessage(told);
const seen = new Set<string>();

parentPort?.on("message", (order: Job | Trial) => {
  const target = TARGETS.find(({ name }) => name === order.target);
  if (target === undefined) throw new TypeError(`there is no target ${order.target}`);
  if (order.kind === "trial") tell({ kind: "tried", milliseconds: cpuOf(() => tryQuietly(target, order.text)) });
  else {
    fuzzTarget(target, order);
    tell({ kind: "finished" });
  }
});

function fuzzTarget(target: Target, { seed, inputs: count }: Job): void {
  const chance = createChance(seed);
  const corpus = readTexts("corpus", target.name).map(({ text }) => text);
  const inputs = createInputs(target, { corpus, chance });
  const traits = new Set<string>();
  for (let index = 0; index < count; index += 1) {
    const text = inputs.next();
    if (index % GROWS_EVERY === GROWS_EVERY - 1) letGrow(target, chance.pick(corpus) ?? text);
    const outcome = tryWatched(target, text, index % TWICE_EVERY === 0);
    if (index % BATCH === BATCH - 1) tryCleanliness(target, text);
    if (outcome === undefined) continue;
    if (outcome.accepted) Atomics.add(watched.counts, COUNT.accepted, 1);
    const trait = `${String(outcome.accepted)} ${outcome.traits.join()}`.slice(0, 500);
    if (traits.has(trait)) continue;
    traits.add(trait);
    inputs.learn(text);
  }

  function letGrow(of: Target, text: string): void {
    const growing = growingText(text, chance);
    const steep = tooSteep(growing, (length) => {
      const grown = growing.at(length);
      return cpuOf(() => void tryWatched(of, grown, false));
    });
    if (steep !== undefined) fail(of, { key: `super-linear: ${growing.what}`, message: `time grows faster than the text: ${growing.what}: ${steep}`, text: growing.at(growing.lengths[2]) });
  }
}

function tryWatched(target: Target, text: string, twice: boolean): ReturnType<typeof tryText> | undefined {
  beginCall(watched, text);
  const started = performance.now();
  try {
    const outcome = tryText(target, text, { twice });
    const taken = (performance.now() - started) / (twice ? 2 : 1);
    if (taken > (watched.slowest[0] ?? 0)) watched.slowest[0] = taken < SLOW ? taken : Math.max(watched.slowest[0] ?? 0, Math.min(taken, cpuOf(() => tryQuietly(target, text))));
    return outcome;
  } catch (error) {
    endCall(watched);
    report(target, text, error);
    beginCall(watched, "");
    return undefined;
  } finally {
    Atomics.add(watched.counts, COUNT.inputs, 1);
    endCall(watched);
  }
}

/** What no single text gave away, the batch does: its last text stands for all of it. */
function tryCleanliness(target: Target, text: string): void {
  try {
    checkPrototypes();
  } catch (error) {
    report(target, text, error);
  }
}

function report(target: Target, text: string, error: unknown): void {
  const key = failureKey(error);
  if (seen.has(`${target.name} ${key}`)) return;
  const shorter = shrink(text, (candidate) => {
    beginCall(watched, candidate);
    try {
      tryText(target, candidate, { twice: key.includes("second time") });
      return false;
    } catch (other) {
      return failureKey(other) === key;
    } finally {
      endCall(watched);
    }
  });
  fail(target, { key, message: error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 400) : String(error), text: shorter });
}

function fail(target: Target, failure: { readonly key: string; readonly message: string; readonly text: string }): void {
  if (seen.has(`${target.name} ${failure.key}`)) return;
  seen.add(`${target.name} ${failure.key}`);
  tell({ kind: "failure", target: target.name, ...failure });
}

function tryQuietly(target: Target, text: string): void {
  try {
    target.run(text);
  } catch {
    // Only its time is wanted here.
  }
}

/** Milliseconds of this thread's own work; what other programs take does not count. */
function cpuOf(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
