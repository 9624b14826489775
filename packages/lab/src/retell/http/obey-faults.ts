import type { ServerResponse } from "node:http";
import { deliver, deliveryOf } from "../../faults/deliver.ts";
import type { FaultAction, FaultRequest } from "../../faults/faults.ts";
import type { Reply } from "./reply.ts";

/** What to do instead of processing, or "process". */
export type Before = "process" | "drop" | "silence" | Reply;

/** A numbered request with the actions that the fault plan has for it. */
export interface Faults {
  readonly request: FaultRequest;
  readonly actions: readonly FaultAction[];
}

/** Obeys, in order, the actions that belong before processing. */
export async function before(faults: Faults, sleep: (milliseconds: number) => Promise<void>): Promise<Before> {
  const { actions, request } = faults;
  for (const action of actions) {
    switch (action.kind) {
      case "delay":
        await sleep(action.milliseconds);
        break;
      case "call":
        if (action.when === "before") await action.run(request);
        break;
      case "drop-before":
        return "drop";
      case "status":
        return injected(action);
      case "silence":
        if (action.when === "before") return "silence";
        break;
      case "drop-after":
      case "truncate":
      case "body":
      case "rewrite":
      case "cut":
      case "slow":
      case "query":
        break;
    }
  }
  return "process";
}

/** Obeys, in order, the actions that belong after processing. */
export async function after(faults: Faults, reply: Reply): Promise<Reply | "drop" | "silence"> {
  const { actions, request } = faults;
  let answer = reply;
  for (const action of actions) {
    switch (action.kind) {
      case "call":
        if (action.when === "after") await action.run(request);
        break;
      case "drop-after":
        return "drop";
      case "truncate":
        if (answer.text !== undefined) answer = { ...answer, text: answer.text.slice(0, Math.floor(answer.text.length / 2)) };
        break;
      case "body":
        answer = { status: 200, headers: { "content-type": "application/json; charset=utf-8" }, text: action.text, chunked: false };
        break;
      case "rewrite":
        if (answer.text !== undefined) answer = { ...answer, text: action.rewrite(typeof answer.text === "string" ? answer.text : Buffer.from(answer.text).toString("utf8")) };
        break;
      case "silence":
        if (action.when === "after") return "silence";
        break;
      case "delay":
      case "drop-before":
      case "status":
      case "cut":
      case "slow":
      case "query":
        break;
    }
  }
  return answer;
}

/** Writes an answer; without a body no length is declared either (204). */
export async function send(response: ServerResponse, reply: Reply, actions: readonly FaultAction[] = []): Promise<void> {
  if (response.destroyed) return;
  for (const [name, value] of Object.entries(reply.headers)) response.setHeader(name, value);
  response.statusCode = reply.status;
  if (reply.text !== undefined && !reply.chunked) response.setHeader("content-length", Buffer.byteLength(reply.text));
  if (reply.chunked) response.flushHeaders();
  await deliver(response, Buffer.from(reply.text ?? ""), deliveryOf(actions));
}

function injected(action: FaultAction & { kind: "status" }): Reply {
  const text = action.body === undefined ? undefined : typeof action.body === "string" ? action.body : JSON.stringify(action.body);
  const type = typeof action.body === "string" ? "text/plain; charset=utf-8" : "application/json; charset=utf-8";
  return {
    status: action.status,
    headers: { ...(text === undefined ? {} : { "content-type": type }), ...action.headers },
    text: text ?? "",
    chunked: false,
  };
}
