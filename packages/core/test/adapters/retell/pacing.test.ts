import { describe, expect, test } from "@jest/globals";
import { createPacer } from "../../../src/adapters/retell/pacing.ts";

function setUp() {
  let time = 1_000_000;
  const pacer = createPacer({
    clock: { now: () => time },
    sleep: async (milliseconds) => {
      time += milliseconds;
    },
  });
  /** Sends `count` requests as fast as the pacer lets it, and returns when each left. */
  async function send(route: string, count: number): Promise<number[]> {
    const times: number[] = [];
    while (times.length < count) {
      await pacer.ready(route);
      if (pacer.take(route)) times.push(time - 1_000_000);
    }
    return times;
  }
  return { pacer, send, advance: (milliseconds: number) => void (time += milliseconds) };
}

describe("the pacer", () => {
  test.each([
    ["get-agent", 100],
    ["list-agents", 15],
  ])("%s: a burst of %i, then never more in any 10 s", async (route, limit) => {
    const { send } = setUp();
    const times = await send(route, limit * 3);
    expect(times[limit - 1]).toBe(0);
    times.forEach((time, index) => {
      const earlier = times[index - limit];
      if (earlier !== undefined) expect(time - earlier).toBeGreaterThan(10_000);
    });
    expect(times.at(-1)).toBeLessThan(21_000);
  });

  test("routes do not wait for each other", async () => {
    const { send } = setUp();
    await send("get-agent", 100);
    expect(await send("get-retell-llm", 1)).toEqual([0]);
  });

  test("obeys what Retell says is left, which other users of the workspace may have taken", async () => {
    const { pacer, send } = setUp();
    pacer.learn("get-agent", new Headers({ "ratelimit-remaining": "2", "ratelimit-reset": "4" }));
    expect(await send("get-agent", 3)).toEqual([0, 0, 4000]);
  });

  test("answers that overtake each other do not give back what was taken", async () => {
    const { pacer, send } = setUp();
    pacer.learn("get-agent", new Headers({ "ratelimit-remaining": "1", "ratelimit-reset": "4" }));
    pacer.learn("get-agent", new Headers({ "ratelimit-remaining": "9", "ratelimit-reset": "4" }));
    expect(await send("get-agent", 2)).toEqual([0, 4000]);
  });

  test("holds a route after a 429", async () => {
    const { pacer, send } = setUp();
    pacer.hold("get-agent", 7000);
    expect(await send("get-agent", 1)).toEqual([7000]);
  });

  test.each([{}, { "ratelimit-remaining": "x", "ratelimit-reset": "4" }, { "ratelimit-remaining": "0", "ratelimit-reset": "99999" }])("ignores headers that make no sense: %j", async (headers) => {
    const { pacer, send } = setUp();
    pacer.learn("get-agent", new Headers(headers as Record<string, string>));
    expect(await send("get-agent", 1)).toEqual([0]);
  });
});
