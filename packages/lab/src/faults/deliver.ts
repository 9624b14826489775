import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { FaultAction } from "./faults.ts";

/** How a body goes out: in one piece; half of it, then the end of the connection; or in pieces with pauses between them. */
export type Delivery = { readonly kind: "whole" } | Extract<FaultAction, { kind: "cut" | "slow" }>;

/** The manner that the actions ask for; the last one counts. */
export function deliveryOf(actions: readonly FaultAction[]): Delivery {
  return actions.findLast((action): action is Extract<FaultAction, { kind: "cut" | "slow" }> => action.kind === "cut" || action.kind === "slow") ?? { kind: "whole" };
}

/** Sends a body whose headers and length are declared already. Nothing is said to a client that has gone. */
export async function deliver(response: ServerResponse, body: Buffer, delivery: Delivery): Promise<void> {
  if (response.destroyed) return;
  if (delivery.kind === "whole") {
    response.end(body);
    return;
  }
  if (delivery.kind === "cut") {
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy());
    if (body.length < 2) response.socket?.destroy();
    return;
  }
  const size = Math.max(1, Math.ceil(body.length / delivery.pieces));
  response.flushHeaders();
  for (let at = 0; at < body.length && !response.destroyed; at += size) {
    await new Promise((resolve) => setTimeout(resolve, delivery.milliseconds));
    response.write(body.subarray(at, at + size));
  }
  response.end();
}

/** Says nothing until the client has given up or the lab stops. */
export async function keepSilent(response: ServerResponse): Promise<void> {
  if (!response.destroyed) await once(response, "close");
}
