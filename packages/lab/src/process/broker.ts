/**
 * A small process that starts others. Starting a process costs time in proportion to the memory of the one that starts it,
 * and a test worker is a hundred times the size of this. Ends by itself when it is idle, or when its owner is gone.
 */
import { spawn } from "node:child_process";
import type { ProcessAnswer, ProcessOrder } from "./orders.ts";

const IDLE_MILLISECONDS = 3_000;

let running = 0;
let idle = setTimeout(leave, IDLE_MILLISECONDS);

function leave(): void {
  process.exit(0);
}

function answer(result: ProcessAnswer): void {
  running -= 1;
  if (running === 0) idle = setTimeout(leave, IDLE_MILLISECONDS);
  process.send?.(result);
}

process.on("disconnect", leave);
process.on("message", ({ id, command, args, cwd, env, input }: ProcessOrder) => {
  clearTimeout(idle);
  running += 1;
  const child = spawn(command, args, { env, stdio: ["pipe", "pipe", "pipe"], ...(cwd === undefined ? {} : { cwd }) });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  let problem: string | undefined;
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  child.stdin.on("error", () => undefined); // a process may end without reading all of its input
  child.on("error", (error) => (problem = error.message));
  child.on("close", (code) => answer({ id, code: code ?? 128, stdout: Buffer.concat(out), stderr: Buffer.concat(err), problem }));
  child.stdin.end(input);
});
