/** What a handler answers. `body` undefined means no body at all; `chunked` hides the length of an empty one. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Complete body, as text or bytes; undefined for none. */
  readonly text: string | Uint8Array | undefined;
  readonly chunked: boolean;
}

/** A JSON answer. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    text: JSON.stringify(body),
    chunked: false,
  };
}

/** 204 without a body. */
export function noContent(): Reply {
  return { status: 204, headers: {}, text: undefined, chunked: false };
}

/**
 * 200, declared as JSON, with an empty body: the answer to a publish. Without a declared length (`chunked`) the
 * official SDK stumbles over it. Source: field report on `agent.publish`.
 */
export function emptyJson(transfer: "content-length" | "chunked"): Reply {
  return {
    status: 200,
    headers: { "content-type": "application/json; charset=utf-8" },
    text: "",
    chunked: transfer === "chunked",
  };
}

/** The framework's answer to a route that does not exist, as text. Source: field reports, 404. */
export function unknownRoute(method: string, path: string): Reply {
  return {
    status: 404,
    headers: { "content-type": "text/plain; charset=utf-8" },
    text: `Cannot ${method} ${path}`,
    chunked: false,
  };
}
