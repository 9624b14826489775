import type { IncomingMessage } from "node:http";

/** A request with its body read. */
export interface Incoming {
  method: string;
  /** Path without query, as sent (escapes kept). */
  path: string;
  query: string;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

/** An answer that is ready to be sent, or to be spoilt by a fault. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** Reads a request to its end. */
export async function readIncoming(request: IncomingMessage): Promise<Incoming> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = request.url ?? "/";
  const mark = url.indexOf("?");
  return {
    method: request.method ?? "GET",
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? "" : url.slice(mark + 1),
    headers: request.headers,
    body: Buffer.concat(chunks),
  };
}

/** A JSON answer; `undefined` is an empty body. */
export function jsonReply(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  if (body === undefined) return { status, headers, body: Buffer.alloc(0) };
  return { status, headers: { "content-type": "application/json; charset=utf-8", ...headers }, body: Buffer.from(JSON.stringify(body)) };
}
