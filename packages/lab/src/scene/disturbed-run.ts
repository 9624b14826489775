import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { FaultRequest } from "../faults/faults.ts";
import type { RunOptions, RunResult, Scene } from "./scene.ts";

/** What happens to one outgoing write, or to the run at that moment. */
export type Disturbance =
  /** SIGKILL before the service has seen the request. */
  | "killed before"
  /** SIGKILL after the service has obeyed, before it answers. */
  | "killed after"
  /** The request is lost on the way; the run lives. */
  | "request dropped"
  /** The service obeys, its answer is lost; the run lives. */
  | "answer dropped"
  /** The runner cancels the run while the write is under way. */
  | "terminated"
  | "interrupted";

/** Deploys while one write, counted from 0 over both services, is disturbed. */
export function deployDisturbed(scene: Scene, at: number, disturbance: Disturbance, options: RunOptions = {}): Promise<RunResult> {
  return runDisturbed(scene, { at, disturbance }, (more) => scene.deploy({ ...options, ...more, onSpawn: (child) => [more.onSpawn, options.onSpawn].forEach((tell) => tell?.(child)) }));
}

/** The same for whatever `start` runs with the options given: one bundle, or several one after the other. */
export async function runDisturbed<Result>(scene: Scene, { at, disturbance }: { at: number; disturbance: Disturbance }, start: (options: Pick<RunOptions, "onSpawn">) => Promise<Result>): Promise<Result> {
  scene.faults.reset();
  let child: ChildProcess | undefined;
  const matches = (request: FaultRequest): boolean => request.writeIndex === at;
  const kill = async (): Promise<void> => {
    if (child?.pid === undefined) throw new Error("the run has not started");
    const gone = once(child, "exit");
    process.kill(-child.pid, "SIGKILL");
    await gone;
  };
  const signal = (name: "SIGTERM" | "SIGINT") => (): void => void child?.kill(name);
  switch (disturbance) {
    case "killed before":
      scene.faults.add({ matches, action: { kind: "call", when: "before", run: kill } }).add({ matches, action: { kind: "drop-before" } });
      break;
    case "killed after":
      scene.faults.add({ matches, action: { kind: "call", when: "after", run: kill } }).add({ matches, action: { kind: "drop-after" } });
      break;
    case "request dropped":
      scene.faults.add({ matches, action: { kind: "drop-before" } });
      break;
    case "answer dropped":
      scene.faults.add({ matches, action: { kind: "drop-after" } });
      break;
    case "terminated":
      scene.faults.add({ matches, action: { kind: "call", when: "before", run: signal("SIGTERM") } });
      break;
    case "interrupted":
      scene.faults.add({ matches, action: { kind: "call", when: "before", run: signal("SIGINT") } });
      break;
  }
  const result = await start({
    onSpawn: (spawned) => {
      child = spawned;
    },
  });
  scene.faults.reset();
  return result;
}

/** Starts tasks in order, so many at a time; each result can be awaited on its own. */
export function startPool<Task, Result>(tasks: readonly Task[], parallel: number, run: (task: Task) => Promise<Result>): Map<Task, Promise<Result>> {
  const waiting = [...tasks];
  const settle = new Map<Task, PromiseWithResolvers<Result>>(tasks.map((task) => [task, Promise.withResolvers<Result>()]));
  const work = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const { resolve, reject } = settle.get(task) ?? Promise.withResolvers<Result>();
      await run(task).then(resolve, reject);
    }
  };
  for (const { promise } of settle.values()) promise.catch(() => undefined);
  for (let worker = 0; worker < parallel; worker += 1) void work();
  return new Map([...settle].map(([task, { promise }]) => [task, promise]));
}
