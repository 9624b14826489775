import { describe, expect, test } from "@jest/globals";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import type { FaultPlan, FaultRequest } from "@retell-actions/lab/faults/faults";
import type { RunResult, Scene } from "@retell-actions/lab/scene/scene";

/** Two things that meet: a run is held just before one of its requests, and meanwhile another run, or a person, comes and goes. */
export interface Race<Place extends { readonly scene: Scene }> {
  readonly name: string;
  /** The action that is held. */
  readonly subject: string;
  readonly start: () => Promise<Place>;
  readonly held: (place: Place) => Promise<RunResult>;
  /** What happens meanwhile: a run, or a person's deed, which has no result. */
  readonly meanwhile: (place: Place) => Promise<RunResult | undefined>;
  /** At which of its requests the run is held: each write, or each request. */
  readonly moments: "writes" | "requests";
  /** Of those, the ones that an ordinary run of the tests takes. */
  readonly sample: readonly number[];
  /** Every end that may be: `deployed beside busy`; alone the held run's outcome where a person does the other thing. */
  readonly ends: readonly string[];
  /** What must hold in the end, whatever the moment was. */
  readonly check: (place: Place, ended: Ended) => Promise<void>;
}

export interface Ended {
  readonly held: RunResult;
  readonly other: RunResult | undefined;
}

/** A race with the type of its place hidden, for tables. */
export function race<Place extends { readonly scene: Scene }>(one: Race<Place>): Race<Place> {
  return one;
}

/** Runs `held`; just before its `at`-th request (or write), `meanwhile` runs to its end. False if the run has no such moment. */
export async function meet(faults: FaultPlan, at: number, moments: Race<never>["moments"], steps: { readonly held: () => Promise<RunResult>; readonly meanwhile: () => Promise<RunResult | undefined> }): Promise<Ended | undefined> {
  let other: Promise<RunResult | undefined> | undefined;
  let seen = 0;
  faults.reset();
  faults.add({
    // Requests of the other run come while `other` is set.
    matches: ({ write }: FaultRequest) => other === undefined && (moments === "requests" || write) && seen++ === at,
    action: { kind: "call", when: "before", run: async () => void (await (other = steps.meanwhile())) },
  });
  const held = await steps.held();
  faults.reset();
  return other === undefined ? undefined : { held, other: await other };
}

async function play<Place extends { readonly scene: Scene }>(one: Race<Place>, at: number): Promise<boolean> {
  const place = await one.start();
  const { scene } = place;
  try {
    const ended = await meet(scene.faults, at, one.moments, { held: () => one.held(place), meanwhile: () => one.meanwhile(place) });
    if (ended === undefined) return false;
    const runs = [ended.held, ...(ended.other === undefined ? [] : [ended.other])];
    const end = runs.map(outcome).join(" beside ");
    if (!one.ends.includes(end)) throw new Error([`Not a stated end: ${end}`, ...runs.map(({ log }) => log)].join("\n"));
    await one.check(place, ended);
    expect(scene.github.violations).toEqual([]);
    tellCase({ matrix: "races", subject: one.subject, what: `${one.name}, held before ${one.moments === "writes" ? "write" : "request"} ${at}`, outcome: end });
    return true;
  } finally {
    await scene.stop();
  }
}

/** A failure with its reason. */
function outcome({ outputs }: RunResult): string {
  return outputs["outcome"] === "failed" ? `failed: ${outputs["reason-code"]}` : (outputs["outcome"] ?? "no outcome");
}

/** The tests of these races: with `PROVE=full` at every moment, otherwise at those of the sample. */
export function describeRaces(races: readonly Race<never>[]): void {
  describe.each(races.map((one) => ({ name: one.name, one: one as unknown as Race<{ scene: Scene }> })))("$name", ({ one }) => {
    if (process.env["PROVE"] === "full") {
      test("at whichever moment", async () => {
        const wrong: string[] = [];
        for (let at = 0, isOver = false; !isOver; at += 1) {
          await play(one, at).then(
            (wasHeld) => void (isOver = !wasHeld),
            (error: Error) => void wrong.push(`${at}: ${error.message}`),
          );
          if (at > 500) throw new Error("The run never ends.");
        }
        expect(wrong).toEqual([]);
      }, 1_800_000);
    } else {
      for (const at of one.sample) test(`held at ${at}`, async () => expect(await play(one, at)).toBe(true));
    }
  });
}
