import { createMemoryRetell, type MemoryCall, type MemoryRetell } from "@retell-actions/lab/memory/memory-retell";
import { createScenario, type RunInput, type Scenario } from "./scenario.ts";

/** Thrown in place of what a killed process would have done next; nothing of the suite catches it. */
class Killed extends Error {}

/** A workspace and the repository that deploys to it. */
export interface World {
  readonly retell: MemoryRetell;
  readonly scenario: Scenario;
}

/** An empty one, in which Retell fills in a field of each kind. */
export function world(): World {
  const retell = createMemoryRetell({ defaults: { agent: { filled_by_server: 1 }, engine: { model: "gpt-5.6-terra" } } });
  return { retell, scenario: createScenario({ reader: retell.reader, writer: retell.writer }) };
}

/** Before a write, or after it was applied and before its answer. */
export type Point = "before" | "after";

/** Kills the run at its k-th write to Retell or to the state branch; true if the run got that far. */
export async function killAt({ retell, scenario }: World, input: RunInput, at: { write: number; point: Point }): Promise<boolean> {
  let writes = 0;
  let dead = false;
  const hook = (point: Point) => (): void => {
    if (dead) throw new Killed();
    if (point === "before") writes += 1;
    if (writes - 1 !== at.write || point !== at.point) return;
    dead = true;
    throw new Killed();
  };
  const ofRetell = (run: () => void) => (call: MemoryCall): void => {
    if (dead) throw new Killed();
    if (call.write) run();
  };
  retell.before = ofRetell(hook("before"));
  retell.after = ofRetell(hook("after"));
  scenario.github.before = hook("before");
  scenario.github.after = hook("after");
  await scenario.die(input);
  retell.before = retell.after = scenario.github.before = scenario.github.after = undefined;
  return dead;
}
