import Retell from "retell-sdk";
import type { ComponentReader, ComponentWriter } from "../../ports/components.ts";
import type { KnowledgeReader, KnowledgeWriter } from "../../ports/knowledge-bases.ts";
import type { RetellReader, RetellWriter } from "../../ports/retell.ts";
import type { Clock, Log } from "../../ports/runner.ts";
import { sleep as realSleep, type Sleep } from "../sleep.ts";
import { createComponentReader, createComponentWriter } from "./components.ts";
import { createKnowledgeReader, createKnowledgeWriter } from "./knowledge-bases.ts";
import { createReader } from "./reader.ts";
import { createTransport } from "./transport.ts";
import { createWriter } from "./writer.ts";

export interface RetellOptions {
  readonly apiKey: string;
  /** Texts that errors must not repeat from Retell's answers: values of secrets in all their forms. */
  readonly hidden?: readonly string[];
  /** Undefined for the public API. */
  readonly baseUrl: string | undefined;
  /** With a read key there is no writer at all. */
  readonly readOnly: boolean;
  readonly concurrency: number;
  readonly log: Log;
  /** After it aborts no request starts; the one in flight is finished. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  readonly sleep?: Sleep;
  readonly chance?: () => number;
  /** Milliseconds until a request without answer is given up. */
  readonly timeout?: number;
}

/** Every `writer` is undefined when read-only. `calls` counts HTTP requests, repeated ones too. */
export interface RetellPorts {
  readonly reader: RetellReader;
  readonly writer: RetellWriter | undefined;
  readonly knowledge: { readonly reader: KnowledgeReader; readonly writer: KnowledgeWriter | undefined };
  readonly components: { readonly reader: ComponentReader; readonly writer: ComponentWriter | undefined };
  calls(): { reads: number; writes: number };
}

/** Retell through its SDK, with the SDK's own retries, environment variables and logging switched off. */
export function createRetell(options: RetellOptions): RetellPorts {
  const client = createClient(options);
  const transport = createTransport({
    hidden: [options.apiKey, ...(options.hidden ?? [])],
    concurrency: options.concurrency,
    log: options.log,
    clock: options.clock ?? { now: () => Date.now() },
    sleep: options.sleep ?? realSleep,
    chance: options.chance ?? Math.random,
    signal: options.signal,
    ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
  });
  const connection = { client, transport };
  return {
    reader: createReader(connection),
    writer: options.readOnly ? undefined : createWriter(connection),
    knowledge: { reader: createKnowledgeReader(connection), writer: options.readOnly ? undefined : createKnowledgeWriter(connection) },
    components: { reader: createComponentReader(connection), writer: options.readOnly ? undefined : createComponentWriter(connection) },
    calls: () => transport.calls(),
  };
}

function createClient({ apiKey, baseUrl }: RetellOptions): Retell {
  if (apiKey === "") throw new TypeError("the API key is empty");
  // RETELL_CUSTOM_HEADERS is read by the SDK's constructor, has no option to switch it off, and could replace the key.
  const customHeaders = process.env["RETELL_CUSTOM_HEADERS"];
  delete process.env["RETELL_CUSTOM_HEADERS"];
  try {
    return new Retell({
      apiKey,
      baseURL: baseUrl ?? "https://api.retellai.com",
      maxRetries: 0,
      // Not even with RETELL_LOG=debug: the SDK logs whole bodies.
      logLevel: "off",
      // A redirect would carry payloads to a host that nobody configured.
      fetchOptions: { redirect: "manual" },
    });
  } finally {
    if (customHeaders !== undefined) process.env["RETELL_CUSTOM_HEADERS"] = customHeaders;
  }
}
