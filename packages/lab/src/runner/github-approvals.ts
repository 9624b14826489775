import type { ApprovalRequest } from "./host.ts";

/** A reviewer's answer. */
export interface Approval {
  readonly approved: boolean;
  readonly reason?: string;
}

interface Waiting {
  readonly request: ApprovalRequest;
  readonly answer: (approval: Approval) => void;
}

/** Jobs that wait for a reviewer of their environment (docs "Reviewing deployments"). */
export class Approvals {
  readonly #waiting: Waiting[] = [];

  /** Names of the environments that somebody is asked about, oldest first. */
  get environments(): readonly string[] {
    return this.#waiting.map(({ request }) => request.environment);
  }

  /** Resolves with the answer, or with a refusal when the run is cancelled. */
  ask(request: ApprovalRequest): Promise<Approval> {
    return new Promise((resolve) => {
      const waiting: Waiting = { request, answer: resolve };
      this.#waiting.push(waiting);
      request.signal.addEventListener("abort", () => this.#settle(waiting, { approved: false, reason: "The run was canceled." }), { once: true });
    });
  }

  /** Answers the oldest job that waits for this environment. @throws {Error} if none does. */
  answer(environment: string, approval: Approval): void {
    const waiting = this.#waiting.find(({ request }) => request.environment === environment);
    if (waiting === undefined) throw new Error(`No job waits for an approval of '${environment}'; waiting: ${this.environments.join(", ") || "none"}.`);
    this.#settle(waiting, approval);
  }

  #settle(waiting: Waiting, approval: Approval): void {
    const at = this.#waiting.indexOf(waiting);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    waiting.answer(approval);
  }
}
