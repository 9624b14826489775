import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Scene } from "@retell-actions/lab/scene/scene";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { FOUR_WAYS, runDisturbed, startPool, type Disturbance } from "@retell-actions/lab/scene/disturbed-run";
import { changedFiles, detect, driftPulls, edit, startDriftScene } from "./drift-scene.ts";

/** Writes of a run with one drift: three of the commit, the branch, the pull request, two for each of three labels less one, status, body. */
const KINDS: readonly Disturbance[] = [...FOUR_WAYS, "request dropped"];

interface Case {
  readonly at: number;
  readonly disturbance: Disturbance;
}

const WRITES = 10;
const CASES: readonly Case[] = Array.from({ length: WRITES }, (_, at) => KINDS.map((disturbance, kind) => ({ at, disturbance, sampled: at % 6 === 4 && (Math.floor(at / 3) + kind) % KINDS.length === 0 })))
  .flat()
  .filter(({ sampled }) => process.env["PROVE"] === "full" || sampled);

async function drifted(): Promise<Scene> {
  const scene = await startDriftScene();
  edit(scene, "staging", "sales", { agent: { voice_speed: 1.3 } });
  scene.faults.reset();
  return scene;
}

async function picture(scene: Scene): Promise<unknown> {
  const pulls = driftPulls(scene, "staging");
  return {
    pulls: pulls.map(({ state, title, labels, body, base }) => ({ state, title, labels: labels.map((label) => (typeof label === "string" ? label : (label as { name: string }).name)).sort(), base: base.ref, body: (body ?? "").replace(/[0-9a-f]{40}/g, "<sha>").replaceAll(String(scene.repository.id), "<id>").replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "<time>").replace(/@[0-9a-f]{12}|commit `[0-9a-f]{7}`/g, "<id>") })),
    files: await changedFiles(scene, "staging"),
    isChecked: scene.repository.statusesOf(pulls[0]?.head.sha ?? "").some(({ context, state }) => context === "Validate & Check Conflicts" && state === "success"),
    issues: scene.repository.issues.size,
    comments: scene.repository.comments,
    retell: [scene.staging, scene.production].map((organization) => organization.snapshot().agents.length),
  };
}

async function play({ at, disturbance }: Case): Promise<{ outcome: string | undefined; picture: unknown }> {
  const scene = await drifted();
  try {
    const first = await runDisturbed(scene, { at, disturbance }, (options) => detect(scene, options));
    const rerun = await detect(scene, at % 2 === 0 ? { rerunOf: first.runId } : {});
    return { outcome: rerun.outputs["outcome"], picture: await picture(scene) };
  } finally {
    await scene.stop();
  }
}

describe("L4: a detection that broke off anywhere is finished by the next one", () => {
  let undisturbed: unknown;
  let results: Map<Case, ReturnType<typeof play>>;
  beforeAll(async () => {
    const scene = await drifted();
    await detect(scene);
    expect(scene.faults.writes).toBe(WRITES);
    undisturbed = await picture(scene);
    await scene.stop();
    results = startPool(CASES, 2, play);
  });

  for (const one of CASES) {
    test(`L4: write ${one.at} ${one.disturbance}`, async () => {
      expect(await results.get(one)).toEqual({ outcome: "drift-detected", picture: undisturbed });
      tellCase({ matrix: "crash", subject: "drift-detect", what: `write ${one.at} ${one.disturbance}`, outcome: "converged" });
    });
  }
});
