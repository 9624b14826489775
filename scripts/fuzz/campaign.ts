import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { seedOf } from "./chance.ts";
import { TARGETS } from "./targets.ts";
import { keepText } from "./text-files.ts";
import { COUNT, createMemory, textUnderWay, watch } from "./watch.ts";
import type { Job, Told, Trial } from "./worker.ts";

/** What to run. */
export interface FuzzOptions {
  readonly seed: number;
  /** How many texts are tried, over all targets that run. */
  readonly inputs: number;
  /** Only these; all without. */
  readonly targets?: readonly string[] | undefined;
  /** Told about each failure and now and then about how far it is. */
  readonly tell?: (line: string) => void;
}

/** A text that broke a parser. */
export interface FuzzFailure {
  readonly target: string;
  readonly message: string;
  /** Where the text is kept, below `scripts/fuzz/`. */
  readonly file: string;
}

/** What was run on one parser. */
export interface TargetReport {
  readonly target: string;
  readonly what: string;
  readonly inputs: number;
  readonly accepted: number;
  readonly refused: number;
  readonly crashes: number;
  readonly slowestMs: number;
}

/** What a run found. */
export interface FuzzReport {
  readonly seed: number;
  readonly inputs: number;
  readonly seconds: number;
  readonly targets: readonly TargetReport[];
  readonly failures: readonly FuzzFailure[];
}

/** Inputs of one job: few enough that all workers end at about the same time, many enough to learn from. */
const JOB_INPUTS = 4_000;
/** No call may take longer, in milliseconds. */
const LONGEST_CALL = 1_000;
/** How long a worker may work on a call that is tried again, in milliseconds. */
const LONGEST_TRIAL = 10_000;
const LOOK_EVERY = 50;
/** A target with as many failures that end the worker is not gone on with: each costs seconds. */
const MOST_SLOW = 5;

/** Tries so many texts on the suite's parsers, on every core. The same seed tries the same texts. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const started = performance.now();
  const targets = TARGETS.filter(({ name }) => options.targets?.includes(name) ?? true);
  const totals = new Map(targets.map(({ name }) => [name, { inputs: 0, accepted: 0, slowest: 0 }]));
  const failures = new Map<string, FuzzFailure & { readonly key: string }>();
  const queue = jobsOf(options, targets);
  const tell = options.tell ?? (() => undefined);

  const fail = ({ target, key, message, text }: { readonly target: string; readonly key: string; readonly message: string; readonly text: string }): void => {
    const id = `${target} ${key}`;
    if (failures.has(id)) return;
    const failure = { target, key, message, file: keepText("crashes", target, text) };
    failures.set(id, failure);
    tell(`${target}: ${message} (scripts/fuzz/${failure.file})`);
  };

  const slowCalls = (of: string): number => [...failures.values()].filter(({ target, key }) => target === of && !key.startsWith("super-linear")).length;

  const work = async (): Promise<void> => {
    let helper = startHelper();
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      const ended = await runJob(helper, job, fail);
      const total = totals.get(job.target);
      const done = helper.watched.counts[COUNT.inputs] ?? 0;
      if (total !== undefined) {
        total.inputs += done;
        total.accepted += helper.watched.counts[COUNT.accepted] ?? 0;
        total.slowest = Math.max(total.slowest, helper.watched.slowest[0] ?? 0);
      }
      if (ended.kind === "finished") continue;
      await helper.worker.terminate();
      helper = startHelper();
      const verdict = ended.kind === "died" ? { isSlow: true, told: ended.message } : await tryAgain({ kind: "trial", target: job.target, text: ended.text });
      if (total !== undefined) total.slowest = Math.max(total.slowest, "milliseconds" in verdict ? (verdict.milliseconds ?? 0) : 0);
      if (verdict.isSlow) fail({ target: job.target, key: `${ended.kind}: ${ended.text.slice(0, 40)}`, message: verdict.told, text: ended.text });
      // A text that was only unlucky is not tried again: the rest of the job has other texts.
      const left = job.inputs - done - 1;
      if (left > 0 && slowCalls(job.target) < MOST_SLOW) queue.push({ ...job, seed: seedOf(job.seed, "rest"), inputs: left });
    }
    await helper.worker.terminate();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));

  const reports = targets.map(({ name, what }): TargetReport => {
    const { inputs, accepted, slowest } = totals.get(name) ?? { inputs: 0, accepted: 0, slowest: 0 };
    const crashes = [...failures.values()].filter(({ target }) => target === name).length;
    return { target: name, what, inputs, accepted, refused: inputs - accepted, crashes, slowestMs: Math.round(slowest * 10) / 10 };
  });
  return {
    seed: options.seed,
    inputs: reports.reduce((sum, { inputs }) => sum + inputs, 0),
    seconds: Math.round((performance.now() - started) / 100) / 10,
    targets: reports,
    failures: [...failures.values()].map(({ key: _key, ...failure }) => failure),
  };
}

/** The texts in jobs, by each target's share, those of all targets mixed. */
function jobsOf({ seed, inputs }: FuzzOptions, targets: typeof TARGETS): Job[] {
  const shares = targets.reduce((sum, { share }) => sum + share, 0);
  const jobs = targets.flatMap(({ name, share }) => {
    const own = Math.ceil((inputs * share) / shares);
    return Array.from({ length: Math.ceil(own / JOB_INPUTS) }, (_, index): Job & { readonly index: number } => ({ kind: "fuzz", target: name, seed: seedOf(seed, `${name} ${index}`), inputs: Math.min(JOB_INPUTS, own - index * JOB_INPUTS), index }));
  });
  return jobs.sort((a, b) => a.index - b.index).map(({ index: _index, ...job }) => job);
}

function startHelper() {
  const memory = createMemory();
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: { memory }, resourceLimits: { maxOldGenerationSizeMb: 1_500 } });
  return { worker, watched: watch(memory) };
}
type Helper = ReturnType<typeof startHelper>;

type Ended = { readonly kind: "finished" } | { readonly kind: "slow"; readonly text: string } | { readonly kind: "died"; readonly text: string; readonly message: string };

/** Runs a job to its end, or until one of its calls takes too long. */
function runJob({ worker, watched }: Helper, job: Job, fail: (failure: Extract<Told, { kind: "failure" }>) => void): Promise<Ended> {
  watched.counts.fill(0);
  watched.slowest[0] = 0;
  return new Promise((resolve) => {
    let [call, since] = [0, performance.now()];
    const end = (ended: Ended): void => {
      clearInterval(look);
      worker.off("message", hear);
      worker.off("error", die);
      resolve(ended);
    };
    const look = setInterval(() => {
      const now = Atomics.load(watched.calls, 0);
      if (now !== call || now % 2 === 0) [call, since] = [now, performance.now()];
      else if (performance.now() - since > LONGEST_CALL) {
        // On a busy machine any call may take long: what counts is the time that the worker itself has worked.
        since = Infinity;
        void worksOn({ worker, watched }, call).then((isSlow) => isSlow && end({ kind: "slow", text: textUnderWay(watched) }));
      }
    }, LOOK_EVERY);
    const hear = (told: Told): void => {
      if (told.kind === "failure") fail(told);
      else if (told.kind === "finished") end({ kind: "finished" });
    };
    const die = (error: unknown): void => end({ kind: "died", text: textUnderWay(watched), message: `the worker died: ${String(error)}` });
    worker.on("message", hear);
    worker.on("error", die);
    worker.postMessage(job);
  });
}

/** True once the worker has worked longer than allowed on this one call; false when the call returns. */
async function worksOn({ worker, watched }: Helper, call: number): Promise<boolean> {
  try {
    const before = await worker.cpuUsage();
    while (Atomics.load(watched.calls, 0) === call) {
      const { user, system } = await worker.cpuUsage(before);
      if ((user + system) / 1000 > LONGEST_CALL) return true;
      await sleep(LOOK_EVERY);
    }
    return false;
  } catch {
    // It died meanwhile, which its error tells.
    return false;
  }
}

/** The text once more and alone, in a new worker. */
async function tryAgain(trial: Trial): Promise<{ readonly isSlow: boolean; readonly told: string; readonly milliseconds?: number }> {
  const { worker } = startHelper();
  const tried = new Promise<number>((resolve, reject) => {
    worker.once("message", (told: Told) => resolve(told.kind === "tried" ? told.milliseconds : Infinity));
    worker.once("error", reject);
  });
  // It may fail while nobody waits for it: the next look at the worker tells.
  tried.catch(() => undefined);
  worker.postMessage(trial);
  try {
    for (let worked = 0; worked < LONGEST_TRIAL; ) {
      const milliseconds = await Promise.race([tried, sleep(LOOK_EVERY, undefined)]);
      if (milliseconds !== undefined) return { isSlow: milliseconds > LONGEST_CALL, told: `a call took ${Math.round(milliseconds)} ms`, milliseconds };
      // A worker that has not begun yet, or is just ending, has no answer; one that died is told by its error.
      const { user, system } = await worker.cpuUsage().catch(() => ({ user: 0, system: 0 }));
      worked = (user + system) / 1000;
    }
    return { isSlow: true, told: `a call did not return in ${LONGEST_TRIAL / 1000} s` };
  } catch (error) {
    return { isSlow: true, told: `the worker died: ${String(error)}` };
  } finally {
    await worker.terminate();
  }
}
