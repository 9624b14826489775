import { beforeAll, describe, expect, test } from "@jest/globals";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { runDisturbed, startPool, type Disturbance } from "@retell-actions/lab/scene/disturbed-run";
import type { RunResult } from "@retell-actions/lab/scene/scene";
import { age, answersOn, carryOut, changesOf, decisionPulls, digestOf, signsOf, startConflict, type ResolveScene } from "./resolve-scene.ts";

const KINDS: readonly Disturbance[] = ["killed before", "killed after", "answer dropped", "request dropped", "terminated"];

/** A comment whose run is disturbed, and the branch that takes the decision. */
interface Story {
  readonly name: string;
  readonly branch: string;
  /** Writes of the undisturbed run. */
  readonly writes: number;
  /** Cases that the ordinary run takes, as write and disturbance. */
  readonly sample: readonly (readonly [number, Disturbance])[];
  readonly start: () => Promise<Told>;
}

interface Told {
  readonly scene: ResolveScene;
  readonly pull: number;
  readonly id: number;
}

const STORIES: readonly Story[] = [
  {
    // Eyes, commit, status, the check's report, answer, thumb; the command means the report that the run itself writes anew.
    name: "on an open pull request",
    branch: "feature",
    writes: 6,
    sample: [[1, "killed after"], [2, "terminated"]],
    start: async () => {
      const { scene, pull } = await startConflict();
      await scene.validate({ pullRequest: pull });
      age(scene);
      return { scene, pull, id: await scene.dana.comment(pull, "/retell use-git sales") };
    },
  },
  {
    // Eyes, tree and commit and branch in three requests, status, pull request, answer, thumb.
    name: "after the merge",
    branch: "retell/resolve/staging",
    writes: 8,
    sample: [[5, "killed after"]],
    start: async () => {
      const { scene, pull } = await startConflict();
      await scene.repository.merge(pull);
      return { scene, pull, id: await scene.dana.comment(pull, `/retell use-console sales ${await digestOf(scene)}`) };
    },
  },
];

interface Case {
  readonly story: Story;
  readonly at: number;
  readonly disturbance: Disturbance;
}

const CASES: readonly Case[] = STORIES.flatMap((story) =>
  Array.from({ length: story.writes }, (_, at) => KINDS.map((disturbance): Case => ({ story, at, disturbance })))
    .flat()
    .filter(({ at, disturbance }) => process.env["PROVE"] === "full" || story.sample.some(([sampledAt, kind]) => sampledAt === at && kind === disturbance)),
);

/** What has to be the same, whatever happened on the way. */
async function picture({ scene, pull, id }: Told, { branch }: Story): Promise<unknown> {
  const { repository } = scene;
  const log = await repository.log(branch);
  const tip = await repository.tip(branch);
  return {
    files: JSON.parse(JSON.stringify(await changesOf(scene, branch)).replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "<time>")) as unknown,
    decisions: log.filter(({ message }) => message.includes("Retell-Command:")).length,
    answers: answersOn(scene, pull).map(({ body }) => /^## .*/m.exec(body)?.[0]),
    linksCommit: answersOn(scene, pull).every(({ body }) => body.includes(tip)),
    comments: repository.commentsOf(pull).length,
    report: repository.commentsOf(pull).map(({ body }) => /"kind":"validation"/.test(body) && body.includes("Validation Passed")).includes(true),
    pulls: decisionPulls(scene).map(({ state, title, base, body }) => ({ state, title, base: base.ref, decided: (body ?? "").split("Decided by").length - 1 })),
    isChecked: repository.statusesOf(tip).some(({ context, state }) => context === "Validate & Check Conflicts" && state === "success"),
    // One of a run that was cancelled stays.
    sign: signsOf(scene, pull, id).includes("+1"),
  };
}

async function play({ story, at, disturbance }: Case): Promise<{ readonly rerun: RunResult; readonly picture: unknown; readonly violations: unknown }> {
  const told = await story.start();
  try {
    const first = await runDisturbed(told.scene, { at, disturbance }, (options) => carryOut(told.scene, told.id, options));
    const rerun = await carryOut(told.scene, told.id, { rerunOf: first.runId });
    return { rerun, picture: await picture(told, story), violations: told.scene.github.violations };
  } finally {
    await told.scene.stop();
  }
}

describe.each(STORIES)("L4: a command that broke off anywhere is finished by running its comment again: $name", (story) => {
  let undisturbed: unknown;
  let results: Map<Case, ReturnType<typeof play>>;
  const cases = CASES.filter((one) => one.story === story);
  beforeAll(async () => {
    results = startPool(cases, 2, play);
    const told = await story.start();
    told.scene.faults.reset();
    const run = await carryOut(told.scene, told.id);
    expect([run.outputs["outcome"], told.scene.faults.writes]).toEqual(["resolved", story.writes]);
    undisturbed = await picture(told, story);
    expect(undisturbed).toMatchObject({ decisions: 1, linksCommit: true, isChecked: true, sign: true, answers: ["## ✅ Decided"] });
    // L6: once more, and nothing is written but what says that it has been seen.
    told.scene.faults.reset();
    const again = await carryOut(told.scene, told.id, { rerunOf: run.runId });
    expect(again.outputs["outcome"]).toBe("resolved");
    expect(await picture(told, story)).toEqual(undisturbed);
    await told.scene.stop();
  }, 60_000);

  for (const one of cases) {
    test(`L4: write ${one.at} ${one.disturbance}`, async () => {
      const result = await results.get(one);
      expect(result?.picture).toEqual(undisturbed);
      expect(result?.rerun.outputs).toMatchObject({ outcome: "resolved", "reason-code": "ok", check: "passed" });
      expect(result?.violations).toEqual([]);
      tellCase({ matrix: "crash", subject: "resolve-conflicts", what: `${story.name}: write ${one.at} ${one.disturbance}`, outcome: "converged" });
    }, 60_000);
  }
});
