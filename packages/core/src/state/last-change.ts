import { z } from "zod";
import type { RemoteAgent, RemoteEngine } from "../ports/retell.ts";

const time = z.int().positive();

/**
 * The last change of an agent that a record knows of, in Retell's own time (epoch milliseconds), which is compared with nothing but
 * Retell's own time. Whoever finds the agent unchanged since then knows without reading it that it is as recorded.
 */
export const lastChange = z.looseObject({
  agent_at: time,
  /** Null for an engine that Retell does not hold. */
  engine_at: time.nullable(),
  engine_version: z.int().nonnegative().nullable(),
});
export type LastChange = z.infer<typeof lastChange>;

/** Undefined where Retell left a time out: then nobody can tell later whether the agent has changed. */
export function lastChangeOf(agent: Pick<RemoteAgent, "modifiedAt">, engine: Pick<RemoteEngine, "modifiedAt" | "version"> | undefined): LastChange | undefined {
  const change = lastChange.safeParse({ agent_at: agent.modifiedAt, engine_at: engine?.modifiedAt ?? null, engine_version: engine?.version ?? null });
  return change.success ? change.data : undefined;
}
