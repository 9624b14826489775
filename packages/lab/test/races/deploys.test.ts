import { expect } from "@jest/globals";
import { agentNamed } from "@retell-actions/lab/scene/look-at";
import { agentFile, sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { startScene, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";
import { describeRaces, race } from "./meet.ts";

interface Place {
  readonly scene: Scene;
  /** The commit that the held run deploys. */
  readonly sha: string;
}

const commit = (scene: Scene, speed: number): Promise<string> =>
  scene.repository.commit({ branch: "staging", files: { "agents/sales/agent.json": agentFile("sales", { agent: { voice_speed: speed } }) }, message: `Speed ${speed}` });
const speed = (scene: Scene): unknown => agentNamed(scene.staging, "sales").latest.agent["voice_speed"];

/** Staging deployed, and a commit that is not; or nothing deployed yet. */
async function start(isFirst = false): Promise<Place> {
  const scene = await startScene({ files: sampleFiles({ sales: {}, support: {} }) });
  if (!isFirst) await scene.deploy();
  return { scene, sha: await commit(scene, 1.2) };
}

/** After one more run: what the newest commit says, one agent and one engine per folder, nothing pending, and then nothing to do. */
async function expectSettled(scene: Scene, wanted: number): Promise<void> {
  const next = await scene.deploy();
  expect(["deployed", "unchanged"]).toContain(next.outputs["outcome"]);
  expect([speed(scene), scene.staging.agents().length, scene.staging.llms().length]).toEqual([wanted, 2, 2]);
  expect(JSON.parse((await scene.repository.readFile("retell/state/staging", "workspace.json")) ?? "{}")).toMatchObject({ pending: null });
  const tip = await scene.repository.tip("retell/state/staging");
  expect((await scene.deploy()).outputs["outcome"]).toBe("unchanged");
  expect(await scene.repository.tip("retell/state/staging")).toBe(tip);
}

/** What a run that deployed says it did, it did: the newest content that any of them claims is live at once. */
function expectClaimed(scene: Scene, runs: readonly (readonly [RunResult | undefined, number])[]): void {
  const claimed = runs.filter(([run]) => run?.outputs["outcome"] === "deployed").map(([, value]) => value);
  if (claimed.length > 0) expect(speed(scene)).toBe(Math.max(...claimed));
}

describeRaces([
  race<Place>({
    name: "a deploy, and one of the same commit",
    subject: "deploy",
    start,
    held: ({ scene }) => scene.deploy(),
    meanwhile: ({ scene }) => scene.deploy(),
    moments: "writes",
    sample: [],
    ends: ["unchanged beside deployed", "deployed beside busy", "deployed beside unchanged"],
    check: async ({ scene }, { held, other }) => {
      expectClaimed(scene, [[held, 1.2], [other, 1.2]]);
      await expectSettled(scene, 1.2);
    },
  }),
  race<Place>({
    name: "a first deploy, and one of the same commit",
    subject: "deploy",
    start: () => start(true),
    held: ({ scene }) => scene.deploy(),
    meanwhile: ({ scene }) => scene.deploy(),
    moments: "writes",
    sample: [],
    ends: ["unchanged beside deployed", "deployed beside busy", "deployed beside unchanged"],
    check: async ({ scene }, { held, other }) => {
      expectClaimed(scene, [[held, 1.2], [other, 1.2]]);
      await expectSettled(scene, 1.2);
    },
  }),
  race<Place>({
    name: "a deploy, and one of a newer commit",
    subject: "deploy",
    start,
    held: ({ scene, sha }) => scene.deploy({ sha }),
    meanwhile: async ({ scene }) => {
      await commit(scene, 1.3);
      return scene.deploy();
    },
    moments: "writes",
    sample: [1],
    ends: ["superseded beside deployed", "deployed beside busy", "deployed beside deployed"],
    check: async ({ scene }, { held, other }) => {
      expectClaimed(scene, [[held, 1.2], [other, 1.3]]);
      await expectSettled(scene, 1.3);
    },
  }),
] as never);
