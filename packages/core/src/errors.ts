import type { ReasonCode } from "./outcome.ts";

/** Where in the user's repository something is; line and column count from 1. */
export interface Position {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * A failure that a person can act on. The message says what happened and what to do; the reason code is from the closed
 * list of `outcome.ts`. Anything thrown that is not an `ActionError` is a defect of this suite and is shown with its stack.
 */
export class ActionError extends Error {
  override readonly name = "ActionError";
  readonly reason: ReasonCode;
  readonly position: Position | undefined;

  constructor(reason: ReasonCode, message: string, options: { cause?: unknown; position?: Position } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    this.position = options.position;
  }
}

/** The platform answered with an error, or did not answer. `status` is undefined when there was no answer. */
export class PlatformError extends ActionError {
  readonly platform: "retell" | "github";
  readonly status: number | undefined;
  /** True if the request may have been processed all the same (no answer, or a 5xx answer to a write). */
  readonly ambiguous: boolean;

  constructor(
    details: { platform: "retell" | "github"; reason: ReasonCode; status?: number; ambiguous?: boolean; cause?: unknown },
    message: string,
  ) {
    super(details.reason, message, { cause: details.cause });
    this.platform = details.platform;
    this.status = details.status;
    this.ambiguous = details.ambiguous ?? false;
  }
}
