import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ProcessAnswer, ProcessOrder } from "./orders.ts";

/** A process to be started and awaited. */
export interface ProcessRequest {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
}

/** How it ended. */
export type ProcessResult = Pick<ProcessAnswer, "code" | "stdout" | "stderr">;

interface Pending {
  readonly order: ProcessOrder;
  readonly resolve: (result: ProcessResult) => void;
  readonly reject: (error: Error) => void;
}

const pending = new Map<number, Pending>();
let broker: ChildProcess | undefined;
let lastId = 0;

/** Runs a process by way of the broker; rejects if it cannot be started. Its output is collected, nothing is streamed. */
export function runByBroker({ command, args, cwd, env, input = "" }: ProcessRequest): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const order: ProcessOrder = { id: (lastId += 1), command, args, cwd, env, input: Buffer.from(input) };
    pending.set(order.id, { order, resolve, reject });
    const child = (broker ??= startBroker());
    child.channel?.ref();
    child.send(order);
  });
}

function startBroker(): ChildProcess {
  const child = fork(fileURLToPath(new URL("broker.ts", import.meta.url)), { execArgv: [], serialization: "advanced", stdio: "ignore" });
  child.unref();
  child.on("message", (answer: ProcessAnswer) => {
    const asked = pending.get(answer.id);
    pending.delete(answer.id);
    if (pending.size === 0) child.channel?.unref();
    if (answer.problem !== undefined) asked?.reject(new Error(answer.problem));
    else asked?.resolve({ code: answer.code, stdout: Buffer.from(answer.stdout), stderr: Buffer.from(answer.stderr) });
  });
  child.on("error", () => undefined); // the order reached it too late; `exit` follows
  child.on("exit", () => {
    if (broker === child) broker = undefined;
    // It only leaves when nothing runs: what is open was never begun.
    const left = [...pending.values()];
    if (left.length === 0) return;
    const next = (broker ??= startBroker());
    next.channel?.ref();
    for (const { order } of left) next.send(order);
  });
  return child;
}
