import { expect } from "@jest/globals";
import { agentNamed } from "@retell-actions/lab/scene/look-at";
import { agentFile, sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { startScene, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";
import { detect, driftPulls, edit } from "../../../../actions/drift-detect/test/laws/drift-scene.ts";
import { describeRaces, race } from "./meet.ts";

interface Place {
  readonly scene: Scene;
}

const FILES = sampleFiles({ sales: { agent: { voice_speed: 1.1 } }, support: { agent: { webhook_url: "https://example.com/hook" } } });
/** All detections are of staging. */
const look = (scene: Scene): Promise<RunResult> => detect(scene, { inputs: { workspace: "staging" } });

async function startDeployed(): Promise<Place> {
  const scene = await startScene({ files: FILES });
  scene.repository.settings.allowActionsToCreatePullRequests = true;
  const run = await scene.deploy();
  if (run.conclusion !== "success") throw new Error(run.log);
  return { scene };
}

/** Staging deployed, and a commit that is not. */
async function startChanged(): Promise<Place> {
  const { scene } = await startDeployed();
  await scene.repository.commit({ branch: "staging", files: { "agents/support/agent.json": agentFile("support", { agent: { webhook_url: "https://example.com/new" } }) }, message: "Another hook" });
  return { scene };
}

async function startDrifted(): Promise<Place> {
  const { scene } = await startDeployed();
  edit(scene, "staging", "sales", { agent: { voice_speed: 1.3 } });
  return { scene };
}

/** A deploy is nobody's edit: no pull request, no issue, no comment, and what was deployed stays. */
async function expectNoAlarm({ scene }: Place): Promise<void> {
  expect([scene.repository.pulls.size, scene.repository.issues.size, scene.repository.comments.length]).toEqual([0, 0, 0]);
  expect(await scene.repository.git.text(["for-each-ref", "--format=%(refname)", "refs/heads/retell/drift/"])).toBe("");
  expect(agentNamed(scene.staging, "support").latest.agent["webhook_url"]).toBe("https://example.com/new");
  expect((await look(scene)).outputs).toMatchObject({ outcome: "in-sync", "has-drift": "false" });
}

describeRaces([
  race<Place>({
    name: "a detection, and a deploy",
    subject: "drift-detect",
    start: startChanged,
    held: ({ scene }) => look(scene),
    meanwhile: ({ scene }) => scene.deploy(),
    moments: "requests",
    sample: [4],
    ends: ["in-sync beside deployed"],
    check: expectNoAlarm,
  }),
  race<Place>({
    name: "a deploy, and a detection",
    subject: "deploy",
    start: startChanged,
    held: ({ scene }) => scene.deploy(),
    meanwhile: ({ scene }) => look(scene),
    moments: "writes",
    sample: [],
    ends: ["deployed beside in-sync"],
    check: expectNoAlarm,
  }),
  race<Place>({
    name: "a detection, and another one",
    subject: "drift-detect",
    start: startDrifted,
    held: ({ scene }) => look(scene),
    meanwhile: ({ scene }) => look(scene),
    moments: "writes",
    sample: [],
    ends: ["drift-detected beside drift-detected"],
    check: async ({ scene }) => {
      const open = driftPulls(scene, "staging");
      expect(open.map(({ state }) => state)).toEqual(["open"]);
      expect(JSON.parse((await scene.repository.readFile("retell/drift/staging", "agents/sales/agent.json")) ?? "{}")).toMatchObject({ voice_speed: 1.3 });
      expect([scene.repository.issues.size, scene.repository.comments.length]).toEqual([0, 0]);
      scene.github.clearRequests();
      expect((await look(scene)).outputs["outcome"]).toBe("drift-detected");
      expect(driftPulls(scene, "staging")).toHaveLength(1);
    },
  }),
] as never);
