import { expect } from "@jest/globals";
import { agentFile, sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { startScene, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";
import { deploy, FASTER, publish, stateFile } from "../../../../actions/publish-version/test/laws/publishing.ts";
import { describeRaces, race } from "./meet.ts";

interface Place {
  readonly scene: Scene;
}

const NEWEST = { "agents/sales/agent.json": agentFile("sales", { agent: { voice_speed: 1.5 } }), "agents/support/agent.json": agentFile("support", { agent: { voice_speed: 1.5 } }) };
const speeds = (scene: Scene): unknown[] => scene.production.agents().map(({ latestPublished }) => latestPublished?.agent["voice_speed"]);

/** A draft of both agents, deployed and not published, over a published version. */
async function startDrafts(): Promise<Place> {
  const scene = await startScene({ files: sampleFiles({ sales: {}, support: {} }) });
  for (const run of [await deploy(scene, "production"), await publish(scene, "production")]) if (run.conclusion !== "success") throw new Error(run.log);
  await scene.repository.commit({ branch: "production", files: FASTER, message: "Faster" });
  await deploy(scene, "production");
  return { scene };
}

async function newest({ scene }: Place): Promise<RunResult> {
  await scene.repository.commit({ branch: "production", files: NEWEST, message: "Faster still" });
  return deploy(scene, "production");
}

/** Only whole deployments are ever published, and one more deploy and publication end with the newest of them, once. */
async function expectPublishedOnce({ scene }: Place): Promise<void> {
  for (const agent of scene.production.agents()) {
    for (const version of agent.versions.filter(({ isPublished }) => isPublished)) expect([undefined, 1, 1.3, 1.5]).toContain(version.agent["voice_speed"]);
  }
  expect(["deployed", "unchanged"]).toContain((await deploy(scene, "production")).outputs["outcome"]);
  expect(["published", "unchanged"]).toContain((await publish(scene, "production")).outputs["outcome"]);
  expect([speeds(scene), scene.production.agents().length, scene.production.llms().length]).toEqual([[1.5, 1.5], 2, 2]);
  expect(await stateFile(scene, "production", "workspace.json")).toMatchObject({ pending: null });
  const before = scene.production.agents().map(({ versions }) => versions.length);
  expect((await publish(scene, "production")).outputs["outcome"]).toBe("unchanged");
  expect((await deploy(scene, "production")).outputs["outcome"]).toBe("unchanged");
  expect(scene.production.agents().map(({ versions }) => versions.length)).toEqual(before);
}

describeRaces([
  race<Place>({
    name: "a publication, and a deploy of a newer commit",
    subject: "publish-version",
    start: startDrafts,
    held: ({ scene }) => publish(scene, "production"),
    meanwhile: newest,
    moments: "writes",
    sample: [1],
    ends: ["published beside deployed", "published beside busy", "unchanged beside deployed", "conflicts beside deployed"],
    check: expectPublishedOnce,
  }),
  race<Place>({
    name: "a deploy of a newer commit, and a publication",
    subject: "deploy",
    start: startDrafts,
    held: newest,
    meanwhile: ({ scene }) => publish(scene, "production"),
    moments: "writes",
    sample: [],
    ends: ["deployed beside failed: busy", "deployed beside published"],
    check: expectPublishedOnce,
  }),
] as never);
