import { beforeAll, describe, expect, test } from "@jest/globals";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { FOUR_WAYS, runDisturbed, startPool, type Disturbance } from "@retell-actions/lab/scene/disturbed-run";
import { addedFiles, pullsOf, scaffold, startScaffoldScene, type ScaffoldScene } from "./scaffold-scene.ts";

const KINDS: readonly Disturbance[] = [...FOUR_WAYS, "request dropped"];

interface Case {
  readonly at: number;
  readonly disturbance: Disturbance;
}

/** Tree and commit, the branch, status, pull request, answer. */
const WRITES = 6;
const CASES: readonly Case[] = Array.from({ length: WRITES }, (_, at) => KINDS.map((disturbance, kind) => ({ at, disturbance, sampled: at % 4 === 0 && (at / 4 + kind) % KINDS.length === 0 })))
  .flat()
  .filter(({ sampled }) => process.env["PROVE"] === "full" || sampled);

async function picture(scene: ScaffoldScene): Promise<unknown> {
  const { repository } = scene;
  const pulls = pullsOf(scene);
  const anonymous = (text: string): string => text.replace(/#\d+/g, "#").replaceAll(String(repository.id), "<id>").replace(/sha256:[0-9a-f]{64}/g, "<digest>");
  return {
    pulls: pulls.map(({ state, title, body, base }) => ({ state, title, base: base.ref, body: anonymous(body ?? "") })),
    files: await addedFiles(scene),
    isChecked: repository.statusesOf(pulls[0]?.head.sha ?? "").some(({ context, state }) => context === "Validate & Check Conflicts" && state === "success"),
    answers: repository.commentsOf(scene.issue).map(({ body }) => anonymous(body)),
  };
}

async function play({ at, disturbance }: Case): Promise<unknown> {
  const scene = await startScaffoldScene();
  try {
    const first = await runDisturbed(scene, { at, disturbance }, (options) => scaffold(scene, options));
    const rerun = await scaffold(scene, { rerunOf: first.runId });
    return { conclusion: rerun.conclusion, picture: await picture(scene) };
  } finally {
    await scene.stop();
  }
}

describe("L4: agents that were half made are made by a re-run, once", () => {
  let undisturbed: unknown;
  let results: Map<Case, ReturnType<typeof play>>;
  beforeAll(async () => {
    const scene = await startScaffoldScene();
    try {
      const run = await scaffold(scene);
      expect(run.outputs).toMatchObject({ outcome: "scaffolded", agents: '["sales-eu","sales-us"]' });
      expect(scene.faults.writes).toBe(WRITES);
      undisturbed = await picture(scene);
    } finally {
      await scene.stop();
    }
    results = startPool(CASES, 2, play);
  });

  for (const one of CASES) {
    test(`L4: write ${one.at} ${one.disturbance}`, async () => {
      expect(await results.get(one)).toEqual({ conclusion: "success", picture: undisturbed });
      tellCase({ matrix: "crash", subject: "scaffold-agents", what: `write ${one.at} ${one.disturbance}`, outcome: "converged" });
    });
  }
});
