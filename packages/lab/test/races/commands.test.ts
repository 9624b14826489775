import { expect } from "@jest/globals";
import type { Scene } from "@retell-actions/lab/scene/scene";
import { answersOn, carryOut, changesOf, digestOf, SALES, salesWith, openPull, edit, signsOf, startDeployed, type ResolveScene } from "../../../../actions/resolve-conflicts/test/laws/resolve-scene.ts";
import { describeRaces, race } from "./meet.ts";

interface Place {
  readonly scene: ResolveScene & Scene;
  readonly pull: number;
  readonly first: number;
  readonly second: number;
}

/** A pull request of which two fields conflict, and a command for each of them, written before either is carried out. */
async function start(): Promise<Place> {
  const scene = await startDeployed();
  const pull = await openPull(scene, { [SALES]: salesWith(1.2, { interruption_sensitivity: 0.6 }) });
  edit(scene, "sales", { agent: { voice_speed: 0.9, interruption_sensitivity: 0.3 } });
  const digest = await digestOf(scene);
  const first = await scene.dana.comment(pull, `/retell use-console sales agent.voice_speed ${digest}`);
  const second = await scene.dana.comment(pull, `/retell use-git sales agent.interruption_sensitivity ${digest}`);
  return { scene, pull, first, second };
}

describeRaces([
  race<Place>({
    name: "a command, and another one on the same pull request",
    subject: "resolve-conflicts",
    start,
    held: ({ scene, first }) => carryOut(scene, first),
    meanwhile: ({ scene, second }) => carryOut(scene, second),
    moments: "writes",
    sample: [1],
    ends: ["resolved beside resolved"],
    check: async ({ scene, pull, first, second }) => {
      const changes = await changesOf(scene, "feature");
      expect(changes[SALES]).toBe(salesWith(0.9, { interruption_sensitivity: 0.6 }));
      expect(changes["agents/sales/overwrite.staging.json"]).toContain("interruption_sensitivity");
      expect(answersOn(scene, pull)).toHaveLength(2);
      expect([signsOf(scene, pull, first), signsOf(scene, pull, second)]).toEqual([["eyes", "+1"], ["eyes", "+1"]]);
      expect((await scene.validate({ pullRequest: pull })).outputs).toMatchObject({ outcome: "passed", "has-conflicts": "false" });
    },
  }),
] as never);
