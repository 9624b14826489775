import { ConcurrencyRegistry, type ConcurrencyRequest, type ConcurrencySlot } from "./concurrency.ts";

interface Progress {
  /** Jobs on a runner. */
  working: number;
  /** Jobs and runs that wait for a reviewer or for their turn in a concurrency group. */
  held: number;
  /** Called at the first sign that the run has reached its place in its concurrency group, or has ended. */
  underWay: () => void;
}

/** Knows of every run whether it can go on by itself, so that tests need not sleep until "nothing happens any more". */
export class RunProgress {
  readonly #runs = new Map<string, Progress>();
  readonly #waiting = new Set<() => void>();
  #busy = 0;

  begin(run: string, underWay: () => void): void {
    this.#runs.set(run, { working: 0, held: 0, underWay });
  }

  end(run: string): void {
    this.#runs.get(run)?.underWay();
    this.#runs.delete(run);
    this.#changed();
  }

  /** A job got its runner (+1) or left it (-1). */
  work(run: string, change: 1 | -1): void {
    this.#change(run, "working", change);
  }

  hold(run: string, change: 1 | -1): void {
    this.#change(run, "held", change);
  }

  /** Something outside of runs is being done, such as looking for workflow files. */
  async during<T>(task: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    try {
      return await task();
    } finally {
      this.#busy -= 1;
      this.#changed();
    }
  }

  /** Called when a run enters a concurrency group or gets a runner. */
  underWay(run: string): void {
    this.#runs.get(run)?.underWay();
  }

  /** Resolves when no run can go on without somebody: each has ended or waits, directly or behind another, for a reviewer. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      this.#changed();
    });
  }

  get #isIdle(): boolean {
    return this.#busy === 0 && [...this.#runs.values()].every(({ working, held }) => working === 0 && held > 0);
  }

  #change(run: string, key: "working" | "held", change: 1 | -1): void {
    const progress = this.#runs.get(run);
    if (progress === undefined) return;
    progress[key] += change;
    this.#changed();
  }

  /** Looked at in a later turn: between two jobs of a run there is a moment in which neither works. */
  #changed(): void {
    if (this.#waiting.size === 0 || !this.#isIdle) return;
    setImmediate(() => {
      if (!this.#isIdle) return;
      for (const resolve of this.#waiting) resolve();
      this.#waiting.clear();
    });
  }
}

/** Concurrency groups that report who waits. Members are named `<run>` or `<run>/<job>` by the runner. */
export class ObservedConcurrency extends ConcurrencyRegistry {
  readonly #progress: RunProgress;

  constructor(progress: RunProgress) {
    super();
    this.#progress = progress;
  }

  override async acquire(request: ConcurrencyRequest, member: Parameters<ConcurrencyRegistry["acquire"]>[1]): Promise<ConcurrencySlot | undefined> {
    const run = member.name.split("/")[0] ?? "";
    const asked = super.acquire(request, member);
    this.#progress.underWay(run);
    if (!this.state(request.group).waiting.includes(member.name)) return asked;
    this.#progress.hold(run, 1);
    try {
      return await asked;
    } finally {
      this.#progress.hold(run, -1);
    }
  }
}
