import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { FaultPlan } from "../faults/faults.ts";
import { createHandle } from "./console/handle.ts";
import type { OrganizationHandle } from "./console/handle.ts";
import { listener } from "./http/connection.ts";
import type { RecordedRequest } from "./http/connection.ts";
import { RateLimiter } from "./http/rate-limits.ts";
import { inventionsFor } from "./normalize/inventions.ts";
import type { Inventions } from "./normalize/inventions.ts";
import { resolveOptions } from "./options.ts";
import type { RetellLabOptions } from "./options.ts";
import { Organization } from "./organization.ts";

export type { OrganizationHandle } from "./console/handle.ts";
export type { RecordedRequest } from "./http/connection.ts";
export type { ApiKeySeed, OrganizationSeed, PermissionLevel, PhoneNumberSeed, RetellLabOptions, VoiceSeed } from "./options.ts";

/** A running Retell. */
export interface RetellLab {
  /** Base URL for the SDK, e.g. `http://127.0.0.1:40000`. */
  readonly url: string;
  readonly options: RetellLabOptions;
  readonly faults: FaultPlan;
  /** Every request so far, in order of arrival; entries change until they are answered. */
  readonly requests: readonly RecordedRequest[];
  /** What the seed made up, for tests that prove that it is there. */
  readonly inventions: Inventions;
  clearRequests(): void;
  /** Throws for an id that was not seeded. */
  organization(id: string): OrganizationHandle;
  /** Back to the seeded state: data, ids, counters, rate windows, requests, and the fault plan if it is the lab's own. */
  reset(): void;
  /** Closes every connection. Requests that still wait are not processed. */
  stop(): Promise<void>;
}

/** Starts a Retell on a free port of 127.0.0.1. */
export async function startRetellLab(options: Partial<RetellLabOptions> = {}): Promise<RetellLab> {
  const resolved = resolveOptions(options);
  const organizations = new Map(resolved.organizations.map((seed) => [seed.id, new Organization(seed, resolved)]));
  const faults = resolved.faults ?? new FaultPlan();
  const limiter = new RateLimiter(resolved.now, resolved.retryAfter);
  const requests: RecordedRequest[] = [];
  const stopping = new AbortController();
  const server = createServer(
    listener({ options: resolved, organizations, faults, limiter, requests, signal: stopping.signal }),
  );
  // A server that closes idle connections races with clients that are about to use them.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const clearRequests = () => void requests.splice(0);
  return {
    url: `http://127.0.0.1:${port}`,
    options: resolved,
    faults,
    requests,
    inventions: inventionsFor(resolved.seed),
    clearRequests,
    organization(id) {
      const organization = organizations.get(id);
      if (organization === undefined) {
        throw new Error(`The Retell lab has no organization "${id}". It was started with: ${[...organizations.keys()].join(", ")}.`);
      }
      return createHandle(organization);
    },
    reset() {
      for (const organization of organizations.values()) organization.reset();
      limiter.reset();
      clearRequests();
      if (resolved.faults === undefined) faults.reset();
    },
    async stop() {
      stopping.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
