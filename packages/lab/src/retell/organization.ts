import { createClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { emptyData } from "./data.ts";
import type { OrganizationData } from "./data.ts";
import { History } from "./history.ts";
import { nextNumber } from "./model/world.ts";
import type { World } from "./model/world.ts";
import { inventionsFor } from "./normalize/inventions.ts";
import type { Inventions } from "./normalize/inventions.ts";
import type { OrganizationSeed, PhoneNumberSeed, RetellLabOptions } from "./options.ts";

/** How many API requests changed the organisation, in all and by route (`PATCH /update-agent/:agent_id`). */
export interface WriteCounters {
  total: number;
  byRoute: Record<string, number>;
}

/** One organisation of the lab: its data, its past for lagging reads, and its counters. */
export class Organization {
  readonly seed: OrganizationSeed;
  readonly options: RetellLabOptions;
  readonly writes: WriteCounters = { total: 0, byRoute: {} };
  readonly #clock: Clock;
  readonly #inventions: Inventions;
  readonly #history: History;
  readonly #indexingReads = new Map<string, number>();
  #data: OrganizationData = emptyData();

  constructor(seed: OrganizationSeed, options: RetellLabOptions) {
    this.seed = seed;
    this.options = options;
    this.#clock = createClock(options.now);
    this.#inventions = inventionsFor(options.seed);
    this.#history = new History(options.readLagMs, options.now);
    this.reset();
  }

  /** The present, for writes and for the eyes of tests. */
  present(): World {
    return this.#world(this.#data);
  }

  /** What the API shows to a read. */
  visible(): World {
    return this.#world(this.#history.visible(this.#data));
  }

  /** Runs a change. The domain functions refuse before they touch anything, so a refusal leaves no trace. */
  change<Result>(run: (world: World) => Result): Result {
    this.#history.beforeWrite(this.#data);
    return run(this.present());
  }

  countWrite(route: string): void {
    this.writes.total += 1;
    this.writes.byRoute[route] = (this.writes.byRoute[route] ?? 0) + 1;
  }

  /** Puts a number into the organisation, or replaces it. */
  putPhoneNumber(number: PhoneNumberSeed): void {
    const world = this.present();
    const known = this.#data.phoneNumbers.get(number.phone_number);
    this.#data.phoneNumbers.set(number.phone_number, {
      number: number.phone_number,
      created: known?.created ?? nextNumber(world),
      modified: this.#clock.stamp(),
      fields: structuredClone({ ...number.fields }),
    });
  }

  /** Back to the seed. */
  reset(): void {
    this.#data = emptyData();
    this.#history.clear();
    this.#indexingReads.clear();
    this.writes.total = 0;
    this.writes.byRoute = {};
    for (const number of this.seed.phoneNumbers ?? []) this.putPhoneNumber(number);
  }

  #world(data: OrganizationData): World {
    return {
      organization: this.seed.id,
      data,
      options: this.options,
      inventions: this.#inventions,
      clock: this.#clock,
      indexingReads: this.#indexingReads,
    };
  }
}
