import Retell from "retell-sdk";
import { isJsonObject } from "../../canonical/json.ts";
import type { HeaderSource } from "../retry-headers.ts";

/** Why a request to Retell did not yield a usable answer. */
export type Failure =
  /** Retell answered with an error. `text` is its own message; undefined if the body is not one of Retell's two shapes. */
  | { readonly kind: "error-answer"; readonly status: number; readonly text: string | undefined; readonly headers: HeaderSource }
  /** No answer. `sent` is false only if the connection was never made, so nothing can have been processed. */
  | { readonly kind: "no-answer"; readonly sent: boolean; readonly text: string }
  /** A success status whose body broke off or is not JSON. */
  | { readonly kind: "broken-answer" }
  /** A success status with a body that the API does not promise. */
  | { readonly kind: "unexpected-answer"; readonly text: string };

/** Codes of Node and undici for connections that were never made. */
const NEVER_CONNECTED = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"]);

/** Reads what the SDK threw. Errors of the SDK about its own arguments are defects of the caller and are thrown on. */
export function failureFrom(error: unknown): Failure {
  if (error instanceof Retell.APIError) {
    if (error.status !== undefined) {
      return { kind: "error-answer", status: error.status, text: messageOf(error.error), headers: error.headers };
    }
    const code = causeCode(error);
    return { kind: "no-answer", sent: !NEVER_CONNECTED.has(code ?? ""), text: code ?? "the connection broke or timed out" };
  }
  if (error instanceof Retell.RetellError) throw error;
  return { kind: "broken-answer" };
}

/** Retell's two shapes: `{status, message}` for business errors, `{error_message}` for request validation (field reports). */
function messageOf(body: unknown): string | undefined {
  if (!isJsonObject(body)) return undefined;
  const text = body["message"] ?? body["error_message"];
  return typeof text === "string" && text.trim() !== "" ? text : undefined;
}

/** The first error code down the chain of causes. Not by `instanceof`: fetch's errors can be of another realm. */
function causeCode(error: unknown, depth = 0): string | undefined {
  if (typeof error !== "object" || error === null || depth > 6) return undefined;
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  if (typeof code === "string") return code;
  return causeCode(cause ?? (Array.isArray(errors) ? (errors as unknown[])[0] : undefined), depth + 1);
}

/**
 * True if Retell said that there is no such thing. The specification says 422 `Cannot find requested asset`, the live
 * service often answers 404 (field reports). A 404 for an unknown route (`Cannot GET /x`) or from something that is
 * not Retell (no message) is no such answer, nor is 422 `Cannot update published agent …`.
 */
export function saysMissing(failure: Failure): boolean {
  if (failure.kind !== "error-answer" || failure.text === undefined) return false;
  if (failure.status === 404) return !/^cannot [a-z]+ \//i.test(failure.text);
  return failure.status === 422 && /cannot find|not found|does not exist/i.test(failure.text);
}
