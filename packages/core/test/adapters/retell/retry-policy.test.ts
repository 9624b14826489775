import { describe, expect, test } from "@jest/globals";
import type { Failure } from "../../../src/adapters/retell/failure.ts";
import { nextTry, type RequestKind } from "../../../src/adapters/retell/retry-policy.ts";
import { requestedDelay } from "../../../src/adapters/retry-headers.ts";

const NOW = Date.parse("2026-11-20T12:00:00Z");
const answer = (status: number, headers: Record<string, string> = {}): Failure => ({ kind: "error-answer", status, text: "x", headers: new Headers(headers) });
const lost: Failure = { kind: "no-answer", sent: true, text: "ECONNRESET" };
const ask = (kind: RequestKind, failure: Failure, more: { tries?: number; elapsed?: number; chance?: number } = {}) =>
  nextTry({ kind, failure, tries: 1, elapsed: 0, now: NOW, chance: 0.5, ...more });

describe("which requests are repeated", () => {
  test.each<[RequestKind, Failure, boolean]>([
    ["read", answer(408), true],
    ["read", answer(429), true],
    ["read", answer(500), true],
    ["read", answer(503), true],
    ["read", lost, true],
    ["read", { kind: "broken-answer" }, true],
    ["read", { kind: "unexpected-answer", text: "" }, false],
    ["read", answer(400), false],
    ["read", answer(401), false],
    ["read", answer(404), false],
    ["update", answer(500), true],
    ["update", lost, true],
    ["update", answer(409), false],
    ["update", answer(412), false],
    ["delete", lost, true],
    ["create", answer(429), true],
    ["create", answer(500), false],
    ["create", answer(408), false],
    ["create", lost, false],
    ["create", { kind: "broken-answer" }, false],
  ])("%s after %j: %s", (kind, failure, repeated) => {
    expect(ask(kind, failure) !== undefined).toBe(repeated);
  });

  test("tries and time are bounded", () => {
    expect(ask("read", answer(500), { tries: 6 })).toBeUndefined();
    expect(ask("read", answer(500), { elapsed: 60_000 })).toBeUndefined();
    expect(ask("read", answer(429), { elapsed: 60_000 })).toBeDefined();
    expect(ask("read", answer(429), { elapsed: 300_000 })).toBeUndefined();
    expect(ask("read", answer(429, { "retry-after": "4000" }))).toBeUndefined();
  });

  test("full jitter, growing and capped", () => {
    expect(ask("read", answer(500), { chance: 0 })).toBe(0);
    expect([1, 2, 3, 4, 5].map((tries) => ask("read", answer(500), { tries, chance: 1 }))).toEqual([500, 1000, 2000, 4000, 8000]);
  });
});

describe("what a server asks for", () => {
  test.each<[Record<string, string>, number | undefined]>([
    [{}, undefined],
    [{ "retry-after": "3" }, 3000],
    [{ "retry-after": "Fri, 20 Nov 2026 12:00:05 GMT" }, 5000],
    [{ "retry-after": "Fri, 20 Nov 2026 11:00:00 GMT" }, 0],
    [{ "retry-after": "soon" }, undefined],
    [{ "ratelimit-reset": "7" }, 7000],
    [{ "ratelimit-reset": String(NOW / 1000 + 9) }, 9000],
    [{ "x-ratelimit-reset": String(NOW / 1000 + 9) }, undefined],
    [{ "x-ratelimit-reset": String(NOW / 1000 + 9), "x-ratelimit-remaining": "0" }, 9000],
  ])("%j", (headers, delay) => {
    expect(requestedDelay(new Headers(headers), NOW)).toBe(delay);
  });
});
