import { beforeAll, describe, expect, test } from "@jest/globals";
import { agentNamed } from "@retell-actions/lab/scene/look-at";
import type { RunResult, Scene } from "@retell-actions/lab/scene/scene";
import { startCrashStory } from "./crash-story.ts";
import { deployDisturbed, startPool, type Disturbance } from "@retell-actions/lab/scene/disturbed-run";

const IN_SEQUENCE = { inputs: { concurrency: "1" } };

/** Edits, after the crash, of keys that the crashed run was writing. */
const EDITS: readonly { readonly agent: string; readonly part: "agent" | "engine"; readonly key: string; readonly value: unknown; readonly edit: (scene: Scene, id: string) => void }[] = [
  { agent: "beta", part: "agent", key: "voice_speed", value: 0.7, edit: (scene, id) => scene.staging.console.editAgent(id, { voice_speed: 0.7 }) },
  { agent: "beta", part: "engine", key: "general_prompt", value: "Typed in the console", edit: (scene, id) => scene.staging.console.editLlm(id, { general_prompt: "Typed in the console" }) },
  { agent: "gamma", part: "agent", key: "webhook_url", value: "https://console.example/x", edit: (scene, id) => scene.staging.console.editAgent(id, { webhook_url: "https://console.example/x" }) },
  { agent: "delta", part: "engine", key: "general_prompt", value: "Typed in the console", edit: (scene, id) => scene.staging.console.editLlm(id, { general_prompt: "Typed in the console" }) },
];

interface Case {
  readonly seed: number;
  readonly at: number;
  readonly disturbance: Disturbance;
  readonly edit: (typeof EDITS)[number];
  readonly commit: "same" | "changed";
}

/** Before anything of Retell was written, around the agents' own writes, and before the state was recorded; one of each in the ordinary run. */
const CASES: readonly Case[] = [1, 5, 7, 9, 10, 11].flatMap((at, index) =>
  EDITS.map((edit, offset): Case => ({ seed: (at + offset) % 2 === 0 ? 0 : 3, at, disturbance: (index + offset) % 2 === 0 ? "killed before" : "killed after", edit, commit: offset % 2 === 0 ? "same" : "changed" })).filter((_, offset) => process.env["PROVE"] === "full" || offset === index % 4),
);

async function playCase({ seed, at, disturbance, edit, commit }: Case): Promise<{ rerun: RunResult; held: unknown }> {
  const story = await startCrashStory(seed);
  const { scene } = story;
  try {
    await deployDisturbed(scene, at, disturbance, IN_SEQUENCE);
    story.passTime();
    edit.edit(scene, agentNamed(scene.staging, edit.agent).id);
    if (commit === "changed") await story.commitFurther();
    const rerun = await scene.deploy(IN_SEQUENCE);
    return { rerun, held: agentNamed(scene.staging, edit.agent).latest[edit.part]?.[edit.key] };
  } finally {
    await story.stop();
  }
}

describe("L5: an edit made between a crash and the rerun is never overwritten silently", () => {
  let results: Map<Case, ReturnType<typeof playCase>>;
  beforeAll(() => {
    results = startPool(CASES, 3, playCase);
  });

  for (const play of CASES) {
    test(`L5: write ${play.at} ${play.disturbance}, then ${play.edit.agent}'s ${play.edit.key} edited, then the ${play.commit} commit (lab seed ${play.seed})`, async () => {
      const { rerun, held } = (await results.get(play)) ?? {};
      expect(held).toEqual(play.edit.value);
      expect(rerun?.summary).toContain(play.edit.key);
      expect(rerun?.summary).toContain(play.edit.agent);
      // Either Git wants something else there, which is a conflict, or the agent was finished and the edit is drift.
      const blocked = JSON.parse(rerun?.outputs["blocked"] ?? "[]") as string[];
      const drifted = JSON.parse(rerun?.outputs["drifted"] ?? "[]") as string[];
      expect([...blocked, ...drifted]).toContain(play.edit.agent);
    });
  }
});
