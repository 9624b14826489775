import { beforeAll, describe, expect, test } from "@jest/globals";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import type { RunOptions } from "@retell-actions/lab/scene/scene";
import { deployDisturbed, startPool, type Disturbance } from "@retell-actions/lab/scene/disturbed-run";
import { finalPicture, startCrashStory, type FinalPicture } from "./crash-story.ts";
import { sampled } from "@retell-actions/lab/scene/sampled";

/** Writes of the undisturbed run, in order: lock, 3 to create alpha, 2 for beta, 2 for delta, 3 for gamma with its fork, record. */
const WRITES = 12;
/** One agent after the other, so that write k is the same in every run. */
const IN_SEQUENCE: RunOptions = { inputs: { concurrency: "1" } };

interface Case {
  readonly seed: number;
  readonly at: number;
  readonly disturbance: Disturbance;
  readonly commit: "same" | "changed";
}

const every = Array.from({ length: WRITES }, (_, index) => index);
const crashes: readonly Disturbance[] = ["killed before", "killed after"];
const drops: readonly Disturbance[] = ["answer dropped", "request dropped"];
const signals: readonly Disturbance[] = ["terminated", "interrupted"];

/** Every way to break off at every write, rerun with either commit, in turns on a plain Retell and on one that invents behaviour: `npm run prove:crash`. */
const all = (): Case[] =>
  [...crashes, ...drops, ...signals].flatMap((disturbance, kind) =>
    every.flatMap((at) => (["same", "changed"] as const).map((commit, further): Case => ({ seed: (at + kind + further) % 2 === 0 ? 0 : 3, at, disturbance, commit }))),
  );

/** Every write killed, before or after it; without answer, with a changed commit, and cancelled at some; seeds take turns too. */
const sample = (): Case[] =>
  every.flatMap((at): Case[] => {
    const [seed, other] = at % 2 === 0 ? [0, 3] : [3, 0];
    return [
      { seed: other, at, disturbance: crashes[(at + 1) % 2] ?? "killed after", commit: "same" },
      ...(at % 6 === 0 ? [{ seed, at, disturbance: "answer dropped", commit: "same" } as const] : []),
      ...(at % 6 === 1 ? [{ seed: other, at, disturbance: crashes[at % 2] ?? "killed after", commit: "changed" } as const] : []),
      ...(at % 8 === 0 ? [{ seed, at, disturbance: signals[(at / 8) % 2] ?? "terminated", commit: "same" } as const] : []),
    ];
  });

const CASES: readonly Case[] = process.env["PROVE"] === "full" ? all() : sampled(sample(), 4);

interface Result {
  readonly disturbed: string;
  readonly rerun: { readonly outcome: string | undefined; readonly conclusion: string; readonly log: string };
  readonly picture: FinalPicture;
}

async function playCase({ seed, at, disturbance, commit }: Case): Promise<Result> {
  const story = await startCrashStory(seed);
  const { scene } = story;
  try {
    const disturbed = await deployDisturbed(scene, at, disturbance, IN_SEQUENCE);
    if (commit === "changed") await story.commitFurther();
    // A re-run of the failed attempt, or a run of its own.
    const rerun = await scene.deploy({ ...IN_SEQUENCE, ...(commit === "same" && at % 2 === 0 ? { rerunOf: disturbed.runId } : {}) });
    return {
      disturbed: disturbed.log,
      rerun: { outcome: rerun.outputs["outcome"], conclusion: rerun.conclusion, log: rerun.log },
      picture: await finalPicture(scene),
    };
  } finally {
    await story.stop();
  }
}

async function playUndisturbed(seed: number, commit: "same" | "changed"): Promise<{ writes: number; picture: FinalPicture }> {
  const story = await startCrashStory(seed);
  try {
    if (commit === "changed") await story.commitFurther();
    const run = await story.scene.deploy(IN_SEQUENCE);
    expect(run.outputs["outcome"]).toBe("deployed");
    return { writes: story.scene.faults.writes, picture: await finalPicture(story.scene) };
  } finally {
    await story.stop();
  }
}

function withoutHistory(picture: FinalPicture | undefined): unknown {
  return Object.fromEntries(Object.entries(picture?.state ?? {}).map(([path, file]) => [path, { ...(file as object), previous: undefined }]));
}

describe("L4: a deployment that broke off anywhere is finished by the next one", () => {
  let results: Map<Case, Promise<Result>>;
  const undisturbed = new Map<string, { writes: number; picture: FinalPicture }>();

  beforeAll(async () => {
    for (const seed of [0, 3]) for (const commit of ["same", "changed"] as const) undisturbed.set(`${seed} ${commit}`, await playUndisturbed(seed, commit));
    results = startPool(CASES, 3, playCase);
  });

  test("L4: the undisturbed run has as many writes as there are cases", () => {
    expect(undisturbed.get("0 same")?.writes).toBe(WRITES);
    expect(undisturbed.get("3 same")?.writes).toBe(WRITES);
  });

  for (const play of CASES) {
    test(`L4: write ${play.at} ${play.disturbance}, rerun with the ${play.commit} commit (lab seed ${play.seed})`, async () => {
      const result = await results.get(play);
      const reference = undisturbed.get(`${play.seed} ${play.commit}`)?.picture;
      expect(result?.rerun).toMatchObject({ conclusion: "success", outcome: expect.stringMatching(/^(deployed|unchanged)$/) });
      expect(result?.picture.state["workspace.json"]).toMatchObject({ pending: null });
      expect(result?.picture.retell).toEqual(reference?.retell);
      // With another commit in between, what the first run had finished rightly stands in the history.
      const state = (picture: FinalPicture | undefined): unknown => (play.commit === "same" ? picture?.state : withoutHistory(picture));
      expect(state(result?.picture)).toEqual(state(reference));
      expect(result?.picture.comments).toEqual(reference?.comments);
      tellCase({ matrix: "crash", subject: "deploy", what: `write ${play.at} ${play.disturbance}, rerun with the ${play.commit} commit`, outcome: "converged" });
    });
  }
});
