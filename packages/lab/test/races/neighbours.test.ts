import { expect, test } from "@jest/globals";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { agentFile, sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { startScene, type RunOptions, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";
import { describeRaces, race } from "./meet.ts";

const FILES = sampleFiles({ sales: {}, support: {} });

interface Place {
  readonly scene: Scene;
}

const inProduction = (scene: Scene): Promise<RunResult> => scene.deploy({ branch: "production", inputs: { workspace: "production", "require-staging": "false" } });

/** Two repositories with the same agents whose key leads to the same organisation of Retell. */
interface Neighbours extends Place {
  readonly other: Scene;
  readonly deployOther: (options?: RunOptions) => Promise<RunResult>;
}

async function startNeighbours(): Promise<Neighbours> {
  const [scene, other] = await Promise.all([startScene({ files: FILES }), startScene({ files: FILES })]);
  // Two labs of GitHub count from the same number on, which two repositories of one GitHub never have in common.
  const env = { RETELL_BASE_URL: scene.retell.url, GITHUB_REPOSITORY_ID: String(other.repository.id + 1) };
  const stop = async (): Promise<void> => void (await Promise.all([scene.stop(), other.stop()]));
  return { scene: { ...scene, stop }, other, deployOther: (options = {}) => other.deploy({ ...options, env: { ...env, ...options.env } }) };
}

const ids = async ({ repository }: Scene): Promise<unknown[]> =>
  (await Promise.all(["sales", "support"].map((name) => repository.readFile("retell/state/staging", `agents/${name}/staging.json`).catch(() => undefined))))
    .map((text) => (text === undefined ? undefined : (JSON.parse(text) as { agent_id?: string | null }).agent_id))
    .filter((id) => id !== undefined && id !== null);

/** No agent belongs to both, none belongs to nobody, and each repository's own agents are as it says. */
async function expectApart({ scene, other, deployOther }: Neighbours): Promise<void> {
  const speed = (value: number): Record<string, string> => ({ "agents/sales/agent.json": agentFile("sales", { agent: { voice_speed: value } }), "agents/support/agent.json": agentFile("support", { agent: { voice_speed: value } }) });
  await scene.repository.commit({ branch: "staging", files: speed(1.2), message: "1.2" });
  await other.repository.commit({ branch: "staging", files: speed(1.4), message: "1.4" });
  await scene.deploy();
  await deployOther();
  const [mine, theirs] = [await ids(scene), await ids(other)];
  expect(mine.filter((id) => theirs.includes(id))).toEqual([]);
  expect([...mine, ...theirs].toSorted()).toEqual(scene.staging.agents().map(({ id }) => id).toSorted());
  for (const { id, latest } of scene.staging.agents()) expect([id, latest.agent["voice_speed"]]).toEqual([id, mine.includes(id) ? 1.2 : 1.4]);
}

describeRaces([
  race<Place>({
    name: "a deploy to staging, and one of the same commit to production",
    subject: "deploy",
    start: async () => ({ scene: await startScene({ files: FILES }) }),
    held: ({ scene }) => scene.deploy(),
    meanwhile: ({ scene }) => inProduction(scene),
    moments: "writes",
    sample: [],
    ends: ["deployed beside deployed"],
    check: async ({ scene }) => {
      expect([scene.staging, scene.production].map((organization) => organization.agents().length)).toEqual([2, 2]);
      expect([(await scene.deploy()).outputs["outcome"], (await inProduction(scene)).outputs["outcome"]]).toEqual(["unchanged", "unchanged"]);
    },
  }),
  race<Neighbours>({
    name: "a first deploy, and that of another repository with the same names in the same workspace",
    subject: "deploy",
    start: startNeighbours,
    held: ({ scene }) => scene.deploy(),
    meanwhile: ({ deployOther }) => deployOther(),
    moments: "writes",
    sample: [],
    ends: ["conflicts beside deployed", "deployed beside conflicts", "deployed beside deployed", "partially-deployed beside deployed", "deployed beside partially-deployed"],
    check: expectApart,
  }),
] as never);

test("two repositories on one workspace, one after the other: the second takes nothing over unless it is told to, and then the first gives up", async () => {
  const { scene, other, deployOther } = await startNeighbours();
  try {
    expect((await scene.deploy()).outputs["outcome"]).toBe("deployed");
    const refused = await deployOther();
    expect([refused.conclusion, refused.outputs["outcome"], refused.outputs["reason-code"]]).toEqual(["failure", "conflicts", "name-taken"]);
    expect([scene.staging.agents().length, await ids(other)]).toEqual([2, []]);

    await other.repository.commit({ branch: "staging", files: { "agents/sales/agent.json": agentFile("sales", { agent: { voice_speed: 1.4 } }) }, message: "Faster" });
    const adopted = await deployOther({ inputs: { adopt: "true", "on-console-edit": "overwrite" } });
    expect([adopted.outputs["outcome"], (await ids(other)).length, scene.staging.agents().length]).toEqual(["deployed", 2, 2]);

    await scene.repository.commit({ branch: "staging", files: { "agents/sales/agent.json": agentFile("sales", { agent: { voice_speed: 0.8 } }) }, message: "Slower" });
    const lost = await scene.deploy();
    expect([lost.conclusion, lost.outputs["outcome"], lost.outputs["reason-code"], lost.outputs["blocked"]]).toEqual(["failure", "conflicts", "not-ours", '["sales"]']);
    expect(scene.staging.agents().map(({ latest }) => latest.agent["voice_speed"])).toContain(1.4);
    tellCase({ matrix: "races", subject: "deploy", what: "another repository with the same names in the same workspace, then adopt: true", outcome: "conflicts: name-taken, then not-ours" });
  } finally {
    await scene.stop();
  }
});
