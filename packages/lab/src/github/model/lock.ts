/** Runs tasks one after the other; a failing task does not stop the next. Not reentrant. */
export class Lock {
  #tail: Promise<unknown> = Promise.resolve();

  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(task, task);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Resolves when everything that waits now is done. */
  async idle(): Promise<void> {
    await this.#tail;
  }
}
