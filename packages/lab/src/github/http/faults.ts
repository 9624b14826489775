import type { ServerResponse } from "node:http";
import type { FaultAction, FaultPlan, FaultRequest } from "../../faults/faults.ts";
import type { Reply } from "./message.ts";

/** Sends a reply that was not spoilt. */
export function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, { ...reply.headers, "content-length": String(reply.body.length) });
  response.end(reply.body);
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
  process: () => Promise<Reply>;
}): Promise<number> {
  const { request: numbered, actions } = plan.next(request);
  for (const action of actions) {
    if (action.kind === "delay") await new Promise((resolve) => setTimeout(resolve, action.milliseconds));
    if (action.kind === "call" && action.when === "before") await action.run(numbered);
    if (action.kind === "drop-before") return drop(response);
    if (action.kind === "status") {
      const body = action.body ?? { message: "Injected by the fault plan", documentation_url: "https://docs.github.com/rest" };
      const text = typeof body === "string" ? body : JSON.stringify(body);
      send(response, { status: action.status, headers: { "content-type": "application/json; charset=utf-8", ...action.headers }, body: Buffer.from(text) });
      return action.status;
    }
  }
  let reply = await process();
  for (const action of actions) {
    if (action.kind === "call" && action.when === "after") await action.run(numbered);
    if (action.kind === "drop-after") return drop(response);
    reply = spoil(reply, action);
  }
  send(response, reply);
  return reply.status;
}

function spoil(reply: Reply, action: FaultAction): Reply {
  if (action.kind === "truncate") return { ...reply, body: reply.body.subarray(0, Math.floor(reply.body.length / 2)) };
  if (action.kind === "body") return { ...reply, status: 200, body: Buffer.from(action.text) };
  return reply;
}

function drop(response: ServerResponse): number {
  response.socket?.destroy();
  return 0;
}
