/**
 * Concurrency groups of one repository, shared by its workflow runs.
 * Sources: docs "Control the concurrency of workflows and jobs" (one running, one pending, names without regard to
 * case); changelog 2026-05-07 (`queue: max`: up to 100 wait in order, further ones are cancelled).
 */

/** Most members that wait in a group with `queue: max`. */
export const queueLimit = 100;

/** `concurrency:` with its expressions evaluated. */
export interface ConcurrencyRequest {
  readonly group: string;
  readonly cancelInProgress: boolean;
  readonly queue: "single" | "max";
}

interface Member {
  readonly name: string;
  readonly cancel: (reason: string) => void;
}

interface Waiting extends Member {
  readonly settle: (slot: ConcurrencySlot | undefined) => void;
}

interface Group {
  running: Member | undefined;
  waiting: Waiting[];
}

/** The right to run; `release` passes it to the next in the group and may be called twice. */
export interface ConcurrencySlot {
  release(): void;
}

/** State of a group, for assertions and progress reports. */
export interface ConcurrencyState {
  readonly running: string | undefined;
  readonly waiting: readonly string[];
}

/** One per repository. */
export class ConcurrencyRegistry {
  readonly #groups = new Map<string, Group>();
  readonly #listeners = new Set<() => void>();

  /** Members of a group by name. */
  state(group: string): ConcurrencyState {
    const found = this.#groups.get(group.toLowerCase());
    return { running: found?.running?.name, waiting: found?.waiting.map((member) => member.name) ?? [] };
  }

  /** Resolves as soon as the group's state satisfies the test; instead of sleeping. */
  async until(group: string, test: (state: ConcurrencyState) => boolean): Promise<void> {
    if (test(this.state(group))) return;
    await new Promise<void>((resolve) => {
      const listener = (): void => {
        if (!test(this.state(group))) return;
        this.#listeners.delete(listener);
        resolve();
      };
      this.#listeners.add(listener);
    });
  }

  /**
   * Waits for the group. Undefined means cancelled while waiting: by a newer member, by a full queue, or by `signal`.
   * `member.cancel` is called when a newer member with `cancel-in-progress` wants the group.
   */
  acquire(request: ConcurrencyRequest, member: Member & { readonly signal?: AbortSignal }): Promise<ConcurrencySlot | undefined> {
    const key = request.group.toLowerCase();
    const group = this.#groups.get(key) ?? { running: undefined, waiting: [] };
    this.#groups.set(key, group);
    if (member.signal?.aborted) return Promise.resolve(undefined);
    if (request.queue === "single" || request.cancelInProgress) {
      for (const older of group.waiting.splice(0)) older.settle(undefined);
    } else if (group.waiting.length >= queueLimit) return Promise.resolve(undefined);
    if (request.cancelInProgress) group.running?.cancel(`Canceling since a higher priority waiting request for '${request.group}' exists`);
    if (group.running === undefined) {
      const slot = this.#start(group, member);
      this.#changed();
      return Promise.resolve(slot);
    }
    return new Promise((resolve) => {
      const waiting: Waiting = { ...member, settle: (slot) => resolve(slot) };
      group.waiting.push(waiting);
      member.signal?.addEventListener(
        "abort",
        () => {
          const index = group.waiting.indexOf(waiting);
          if (index < 0) return;
          group.waiting.splice(index, 1);
          this.#changed();
          resolve(undefined);
        },
        { once: true },
      );
      this.#changed();
    });
  }

  #start(group: Group, member: Member): ConcurrencySlot {
    group.running = member;
    return {
      release: () => {
        if (group.running !== member) return;
        group.running = undefined;
        const next = group.waiting.shift();
        if (next) next.settle(this.#start(group, next));
        this.#changed();
      },
    };
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
