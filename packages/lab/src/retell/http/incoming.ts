import type { IncomingMessage } from "node:http";
import { isObject } from "../schema/validate.ts";
import type { Fields } from "../schema/schema.ts";
import { businessError, messages, validationError } from "./errors.ts";
import { readForm } from "./multipart.ts";
import type { Form } from "./multipart.ts";

/** A request as received, before anything is decided about it. */
export interface Incoming {
  readonly method: string;
  /** Raw path, percent-encoded, without query. */
  readonly path: string;
  /** Raw query without the question mark. */
  readonly query: string;
  readonly text: string;
  /** The parsed body; undefined where there is none or it is no JSON. */
  readonly body: unknown;
  /** The parsed form; undefined where the body is none. */
  readonly form: Form | undefined;
  /** Where the client found the lab, e.g. `http://127.0.0.1:40000`. */
  readonly origin: string;
  readonly authorization: string | undefined;
}

/** Reads a request to its end. Rejects when the client goes away before that. */
export async function readIncoming(request: IncomingMessage): Promise<Incoming> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const form = await readForm(bytes, request.headers["content-type"]);
  const text = bytes.toString("utf8");
  const target = request.url ?? "/";
  const mark = target.indexOf("?");
  return {
    method: request.method ?? "GET",
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? "" : target.slice(mark + 1),
    text,
    body: parse(text),
    form,
    origin: `http://${request.headers.host ?? "127.0.0.1"}`,
    authorization: request.headers.authorization,
  };
}

/** The body as an object. Throws 400 for what is not JSON, or not an object. */
export function bodyObject(incoming: Incoming): Fields {
  if (incoming.text === "") return {};
  if (incoming.body === undefined) throw businessError(400, messages.badRequest);
  if (!isObject(incoming.body)) throw validationError(["request/body must be object"]);
  return incoming.body;
}

function parse(text: string): unknown {
  try {
    return text === "" ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}
