import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { agentsToRemember, wantsFullRead } from "../../src/drift/full-reads.ts";

const HOUR = 3_600_000;
const NOON = Date.parse("2026-11-24T12:00:00Z");
const NAMES = Array.from({ length: 240 }, (_, index) => `agent-${index}`);
const remembered = (lastLook: number | undefined, now = NOON): Map<string, number> => agentsToRemember({ names: NAMES, now, lastLook });

describe("which agents a look need not read", () => {
  test("all are read without a look of the last day, and after one of the future", () => {
    for (const lastLook of [undefined, NOON - 24 * HOUR, NOON - 30 * HOUR, NOON + HOUR]) expect(remembered(lastLook).size).toBe(0);
  });

  test("looks share the work: of an hour's looks none reads all, and together they read every agent in a day", () => {
    const midnight = Date.parse("2026-11-24T00:00:00Z");
    const reads = Array.from({ length: 24 }, (_, hour) => {
      const now = midnight + (hour + 1) * HOUR;
      const skipped = remembered(now - HOUR, now);
      return NAMES.filter((name) => !skipped.has(name));
    });
    for (const read of reads) expect(read.length).toBeLessThan(NAMES.length);
    expect(new Set(reads.flat()).size).toBe(NAMES.length);
  });

  test("an agent's minute is another one on another day", () => {
    const [today, tomorrow] = [remembered(NOON - HOUR), remembered(NOON + 23 * HOUR, NOON + 24 * HOUR)];
    expect(NAMES.some((name) => today.has(name) !== tomorrow.has(name))).toBe(true);
  });

  test("what is told of an agent is true: it was read by the first look at or after that moment, however looks are spread", () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 23 * 60 }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(gaps, fc.constantFrom(...NAMES), (minutes, name) => {
        let now = NOON;
        let lastLook: number | undefined;
        let lastRead = Number.NEGATIVE_INFINITY;
        for (const gap of [0, ...minutes]) {
          now += gap * 60_000;
          const since = agentsToRemember({ names: [name], now, lastLook }).get(name);
          if (since === undefined) lastRead = now;
          else {
            expect(lastRead).toBeGreaterThanOrEqual(since);
            // At least once in each day of UTC: between two of its minutes lie less than two days.
            expect(now - since).toBeLessThan(48 * HOUR);
          }
          lastLook = now;
        }
      }),
    );
  });
});

test("small workspaces are read whole unless somebody asks for less", () => {
  expect([wantsFullRead("auto", 100), wantsFullRead("auto", 101), wantsFullRead("incremental", 3), wantsFullRead("full", 5000)]).toEqual([true, false, false, true]);
});
