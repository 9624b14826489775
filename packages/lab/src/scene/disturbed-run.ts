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
  return runDisturbed(scene, { at, disturbance }, (more) => scene.deploy({ ...options, onSpawn: (child) => [more.onSpawn, options.onSpawn].forEach((tell) => tell?.(child)) }));
}

/** The ways in which L4 is proved at every write of every action and template: killed before and after it, its answer lost, SIGTERM during it. */
export const FOUR_WAYS: readonly Disturbance[] = ["killed before", "killed after", "answer dropped", "terminated"];

/** The same for whatever `start` runs with the options given: one bundle, several one after the other, or jobs side by side, which then all break off. */
export async function runDisturbed<Result>(scene: Pick<Scene, "faults">, { at, disturbance }: { at: number; disturbance: Disturbance }, start: (options: Required<Pick<RunOptions, "onSpawn">>) => Promise<Result>): Promise<Result> {
  scene.faults.reset();
  const children: ChildProcess[] = [];
  const underWay = (): ChildProcess[] => children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  const matches = (request: FaultRequest): boolean => request.writeIndex === at;
  const kill = async (): Promise<void> => {
    const killed = underWay();
    if (killed.length === 0) throw new Error("no run is under way");
    const gone = Promise.all(killed.map((child) => once(child, "exit")));
    for (const { pid } of killed) if (pid !== undefined) process.kill(-pid, "SIGKILL");
    await gone;
  };
  const signal = (name: "SIGTERM" | "SIGINT") => (): void => underWay().forEach((child) => child.kill(name));
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
  const result = await start({ onSpawn: (child) => void children.push(child) });
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
