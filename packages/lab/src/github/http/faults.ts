import type { ServerResponse } from "node:http";
import { deliver, deliveryOf, keepSilent } from "../../faults/deliver.ts";
import { queryWith, type FaultAction, type FaultPlan, type FaultRequest } from "../../faults/faults.ts";
import type { Reply } from "./message.ts";

async function send(response: ServerResponse, reply: Reply, actions: readonly FaultAction[] = []): Promise<void> {
  if (response.destroyed) return;
  response.writeHead(reply.status, { ...reply.headers, "content-length": String(reply.body.length) });
  await deliver(response, reply.body, deliveryOf(actions));
}

/** Asks the plan, obeys it and processes the request where the plan lets it through. */
export async function serveWithFaults({
  plan,
  request,
  response,
  process,
}: {
  plan: FaultPlan;
  request: Omit<FaultRequest, "index" | "writeIndex">;
  response: ServerResponse;
  /** With the query that the plan makes of it. */
  process: (query: string) => Promise<Reply>;
}): Promise<number> {
  const { request: numbered, actions } = plan.next(request);
  for (const action of actions) {
    if (action.kind === "delay") await new Promise((resolve) => setTimeout(resolve, action.milliseconds));
    if (action.kind === "call" && action.when === "before") await action.run(numbered);
    if (action.kind === "drop-before") return drop(response);
    if (action.kind === "silence" && action.when === "before") return keepSilent(response).then(() => 0);
    if (action.kind === "status") {
      const body = action.body ?? { message: "Injected by the fault plan", documentation_url: "https://docs.github.com/rest" };
      const text = typeof body === "string" ? body : JSON.stringify(body);
      await send(response, { status: action.status, headers: { "content-type": "application/json; charset=utf-8", ...action.headers }, body: Buffer.from(text) });
      return action.status;
    }
  }
  let reply = await process(queryWith(request.query, actions));
  for (const action of actions) {
    if (action.kind === "call" && action.when === "after") await action.run(numbered);
    if (action.kind === "drop-after") return drop(response);
    if (action.kind === "silence" && action.when === "after") return keepSilent(response).then(() => 0);
    reply = spoil(reply, action);
  }
  await send(response, reply, actions);
  return reply.status;
}

function spoil(reply: Reply, action: FaultAction): Reply {
  if (action.kind === "truncate") return { ...reply, body: reply.body.subarray(0, Math.floor(reply.body.length / 2)) };
  if (action.kind === "body") return { ...reply, status: 200, body: Buffer.from(action.text) };
  if (action.kind === "rewrite") return { ...reply, body: Buffer.from(action.rewrite(reply.body.toString("utf8"))) };
  return reply;
}

function drop(response: ServerResponse): number {
  response.socket?.destroy();
  return 0;
}
