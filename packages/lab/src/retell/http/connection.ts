import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { keepSilent } from "../../faults/deliver.ts";
import { queryWith, type FaultPlan } from "../../faults/faults.ts";
import type { Organization } from "../organization.ts";
import type { RetellLabOptions } from "../options.ts";
import { routes } from "../routes/routes.ts";
import { answer } from "./answer.ts";
import { findCaller } from "./authenticate.ts";
import { readIncoming } from "./incoming.ts";
import { pictureOfForm } from "./multipart.ts";
import { after, before, send } from "./obey-faults.ts";
import type { RateLimiter } from "./rate-limits.ts";
import { matchRoute } from "./router.ts";
import { storedContent } from "./stored-content.ts";

/** A request as tests see it. */
export interface RecordedRequest {
  /** Running number in the fault plan, so that several servers that share one can be put in order. */
  readonly index: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** The JSON body; of a form its fields, with files as name and size. */
  readonly body: unknown;
  /** Status of the answer; 0 while under way, or when the request was dropped unprocessed. */
  readonly status: number;
  /** False if the connection was closed instead of answering. */
  readonly answered: boolean;
  /** Name of the key, "unknown" for one that no organisation has, null for none. Never the secret itself. */
  readonly apiKey: string | null;
  /** Whether the route changes the organisation. */
  readonly write: boolean;
  /** Id of the organisation, null for an unknown key. */
  readonly organization: string | null;
}

/** What the connections share. */
export interface Connections {
  readonly options: RetellLabOptions;
  readonly organizations: ReadonlyMap<string, Organization>;
  readonly faults: FaultPlan;
  readonly limiter: RateLimiter;
  readonly requests: RecordedRequest[];
  /** Aborted when the lab stops: requests still waiting are not processed any more. */
  readonly signal: AbortSignal;
}

/** Serves requests side by side: each waits for itself, and is then processed in one step. */
export function listener(connections: Connections): RequestListener {
  return (request, response) => {
    serve(connections, request, response).catch((error: unknown) => {
      response.destroy();
      if (!connections.signal.aborted && !request.errored) console.error("The Retell lab failed:", error);
    });
  };
}

async function serve(connections: Connections, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { options, organizations, faults, limiter, signal } = connections;
  const incoming = await readIncoming(request);
  const { method, path, query } = incoming;
  const body = incoming.form === undefined ? incoming.body : pictureOfForm(incoming.form);
  const caller = findCaller(organizations.values(), incoming.authorization);
  const match = matchRoute(routes, method, path);
  const write = match?.route.write ?? false;
  const fault = faults.next({ service: "retell", method, path, query, body, write });
  const record: { -readonly [Key in keyof RecordedRequest]: RecordedRequest[Key] } = {
    index: fault.request.index,
    method,
    path,
    query,
    body,
    status: 0,
    answered: false,
    apiKey: caller?.key.name ?? (incoming.authorization === undefined ? null : "unknown"),
    write,
    organization: caller?.organization.seed.id ?? null,
  };
  connections.requests.push(record);
  const instead = await before(fault, (milliseconds) => options.sleep(milliseconds, signal));
  if (instead === "drop") {
    request.socket.destroy();
    return;
  }
  if (instead === "silence") return keepSilent(response);
  if (instead !== "process") {
    record.status = instead.status;
    record.answered = true;
    await send(response, instead);
    return;
  }
  if (options.latencyMs > 0) await options.sleep(options.latencyMs, signal);
  const processed = storedContent(organizations.values(), incoming) ?? answer({ incoming: { ...incoming, query: queryWith(query, fault.actions) }, caller, match, options, limiter });
  record.status = processed.status;
  const reply = await after(fault, processed);
  if (reply === "drop") {
    request.socket.destroy();
    return;
  }
  if (reply === "silence") return keepSilent(response);
  record.status = reply.status;
  record.answered = true;
  await send(response, reply, fault.actions);
}
