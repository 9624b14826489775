import { describe, expect, test } from "@jest/globals";
import { ConcurrencyRegistry, queueLimit, type ConcurrencySlot } from "@retell-actions/lab/runner/concurrency";

const single = { group: "Deploy", cancelInProgress: false, queue: "single" as const };
const max = { ...single, queue: "max" as const };
const none = (): void => undefined;

describe("concurrency", () => {
  test("one runs; of the waiting only the newest stays; names without regard to case", async () => {
    const registry = new ConcurrencyRegistry();
    const first = await registry.acquire(single, { name: "1", cancel: none });
    const second = registry.acquire({ ...single, group: "DEPLOY" }, { name: "2", cancel: none });
    const third = registry.acquire(single, { name: "3", cancel: none });
    expect(await second).toBeUndefined();
    expect(registry.state("deploy")).toEqual({ running: "1", waiting: ["3"] });
    first?.release();
    expect(await third).toBeDefined();
    expect(registry.state("deploy").running).toBe("3");
  });

  test("cancel-in-progress cancels the running one and waits for its end", async () => {
    const registry = new ConcurrencyRegistry();
    const reasons: string[] = [];
    const first = await registry.acquire(single, { name: "1", cancel: (reason) => reasons.push(reason) });
    const second = registry.acquire({ ...single, cancelInProgress: true }, { name: "2", cancel: none });
    expect(reasons).toEqual(["Canceling since a higher priority waiting request for 'Deploy' exists"]);
    expect(registry.state("deploy").running).toBe("1");
    first?.release();
    expect(await second).toBeDefined();
  });

  test("queue: max keeps all in order, up to its limit", async () => {
    const registry = new ConcurrencyRegistry();
    const order: string[] = [];
    let slot: ConcurrencySlot | undefined = await registry.acquire(max, { name: "first", cancel: none });
    const waiting = Array.from({ length: queueLimit }, (_, index) =>
      registry.acquire(max, { name: String(index), cancel: none }).then((next) => {
        order.push(String(index));
        return next;
      }),
    );
    expect(await registry.acquire(max, { name: "too many", cancel: none })).toBeUndefined();
    for (const next of waiting) {
      slot?.release();
      slot = await next;
    }
    expect(order).toEqual(Array.from({ length: queueLimit }, (_, index) => String(index)));
  });

  test("who gives up while waiting leaves the queue; a slot is released once", async () => {
    const registry = new ConcurrencyRegistry();
    const first = await registry.acquire(max, { name: "1", cancel: none });
    const controller = new AbortController();
    const second = registry.acquire(max, { name: "2", cancel: none, signal: controller.signal });
    const third = registry.acquire(max, { name: "3", cancel: none });
    controller.abort();
    expect(await second).toBeUndefined();
    first?.release();
    first?.release();
    expect(await third).toBeDefined();
    expect(registry.state("deploy")).toEqual({ running: "3", waiting: [] });
  });

  test("a running member that ends at once when cancelled does not block its successor", async () => {
    const registry = new ConcurrencyRegistry();
    const slots: (ConcurrencySlot | undefined)[] = [];
    slots.push(await registry.acquire(single, { name: "1", cancel: () => slots[0]?.release() }));
    expect(await registry.acquire({ ...single, cancelInProgress: true }, { name: "2", cancel: none })).toBeDefined();
  });
});
