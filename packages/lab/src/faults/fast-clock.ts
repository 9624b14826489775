/**
 * Preloaded into the process of an action (`NODE_OPTIONS=--import=…`), whose bytes stay as they are: its clock runs
 * `LAB_CLOCK_SPEED` times as fast and is `LAB_CLOCK_AHEAD` milliseconds ahead of the services'. A minute that it waits for an
 * answer takes a few seconds, and it waits, retries and gives up as it would on a slow clock.
 */
const speed = Number(process.env["LAB_CLOCK_SPEED"] ?? "1");
const ahead = Number(process.env["LAB_CLOCK_AHEAD"] ?? "0");
const started = Date.now();
const realNow = Date.now.bind(Date);
const now = (): number => Math.floor(started + ahead + (realNow() - started) * speed);

class FastDate extends Date {
  constructor(...given: unknown[]) {
    super(...((given.length === 0 ? [now()] : given) as [number]));
  }
}
FastDate.now = now;
Object.defineProperty(globalThis, "Date", { value: FastDate, writable: true, configurable: true });

type Timer = (callback: (...given: unknown[]) => void, milliseconds?: number, ...given: unknown[]) => unknown;
const fast = (timer: Timer): Timer => (callback, milliseconds = 0, ...given) => timer(callback, milliseconds / speed, ...given);
Object.assign(globalThis, { setTimeout: fast(setTimeout as unknown as Timer), setInterval: fast(setInterval as unknown as Timer) });

const timeout = AbortSignal.timeout.bind(AbortSignal);
AbortSignal.timeout = (milliseconds) => timeout(Math.ceil(milliseconds / speed));
