import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** What a test's server does with one request. */
export type Answer =
  | { status: number; json: unknown; headers?: Record<string, string> }
  | { status: number; text: string; type?: string; headers?: Record<string, string> }
  | "drop"
  | "truncate"
  | "hang";

/** A server that answers each request from a function and keeps what it saw. */
export async function startFake(answer: (request: SeenRequest, count: number) => Answer | Promise<Answer>): Promise<{
  url: string;
  seen: SeenRequest[];
  close(): Promise<void>;
}> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      seen.push({
        method: request.method ?? "",
        url: request.url ?? "",
        headers: request.headers,
        body: text === "" ? undefined : JSON.parse(text),
      });
      const last = seen.at(-1) as SeenRequest;
      void Promise.resolve(answer(last, seen.length)).then((reply) => send(response, reply));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

function send(response: ServerResponse, answer: Answer): void {
  if (answer === "hang") return;
  if (answer === "drop") return void response.socket?.destroy();
  if (answer === "truncate") {
    response.writeHead(200, { "content-type": "application/json", "content-length": "500" });
    response.write('{"agent_id": "agent_1", "ver', () => response.socket?.destroy());
    return;
  }
  const body = "json" in answer ? JSON.stringify(answer.json) : answer.text;
  const type = "json" in answer ? "application/json" : (answer.type ?? "text/html");
  response.writeHead(answer.status, { "content-type": type, ...answer.headers });
  response.end(answer.status === 204 ? undefined : body);
}
