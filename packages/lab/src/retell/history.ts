import type { OrganizationData } from "./data.ts";

/** Old states of an organisation, kept only as long as a lagging read may ask for them. */
export class History {
  readonly #lag: number;
  readonly #now: () => number;
  #past: { until: number; data: OrganizationData }[] = [];

  /** `lag` in milliseconds; with 0 nothing is kept and reads see the present. */
  constructor(lag: number, now: () => number) {
    this.#lag = lag;
    this.#now = now;
  }

  /** To be called just before the data are changed. */
  beforeWrite(data: OrganizationData): void {
    if (this.#lag <= 0) return;
    const now = this.#now();
    this.#past = this.#past.filter((entry) => entry.until > now - this.#lag);
    this.#past.push({ until: now, data: structuredClone(data) });
  }

  /** What a read sees now: the state of `lag` milliseconds ago. */
  visible(present: OrganizationData): OrganizationData {
    const horizon = this.#now() - this.#lag;
    return this.#past.find((entry) => entry.until > horizon)?.data ?? present;
  }

  clear(): void {
    this.#past = [];
  }
}
