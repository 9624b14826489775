import { beforeAll, describe, expect, test } from "@jest/globals";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { FOUR_WAYS, runDisturbed, startPool, type Disturbance } from "@retell-actions/lab/scene/disturbed-run";
import { agentNamed } from "@retell-actions/lab/scene/look-at";
import { agentFile, sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { sampled } from "@retell-actions/lab/scene/sampled";
import { startScene, type Scene } from "@retell-actions/lab/scene/scene";

const KINDS: readonly Disturbance[] = [...FOUR_WAYS, "request dropped"];
const SALES = "agents/sales/agent.json";

/** A pull request that is checked; the check has one write, the comment. */
interface Story {
  readonly name: string;
  readonly start: () => Promise<Scene>;
}

/** Staging is deployed, somebody has edited `sales` in the console, and a pull request wants to change it too. */
async function conflict(): Promise<Scene> {
  const scene = await startScene({ files: sampleFiles({ sales: { agent: { voice_speed: 1 } } }) });
  try {
    expect((await scene.deploy()).outputs["outcome"]).toBe("deployed");
    scene.staging.console.editAgent(agentNamed(scene.staging, "sales").id, { voice_speed: 0.9 });
    await scene.repository.commit({ branch: "feature", parent: "staging", files: { [SALES]: agentFile("sales", { agent: { voice_speed: 1.2 } }) }, message: "Faster" });
    await scene.repository.openPullRequest({ head: "feature", base: "staging", title: "Faster" });
    return scene;
  } catch (error) {
    await scene.stop();
    throw error;
  }
}

const STORIES: readonly Story[] = [
  { name: "the first report", start: conflict },
  {
    name: "a report that is out of date",
    start: async () => {
      const scene = await conflict();
      await scene.validate({ pullRequest: 1 });
      await scene.repository.commit({ branch: "feature", files: { [SALES]: agentFile("sales", { agent: { voice_speed: 1.3 } }) }, message: "Faster still" });
      return scene;
    },
  },
];

interface Case {
  readonly story: Story;
  readonly disturbance: Disturbance;
}

/** Of each story one way in an ordinary run. */
const CASES: readonly Case[] = sampled(STORIES.flatMap((story) => KINDS.map((disturbance) => ({ story, disturbance }))), KINDS.length);

async function picture(scene: Scene): Promise<unknown> {
  const { repository, staging } = scene;
  const commits = (await repository.git.text(["log", "--all", "--format=%H"])).split("\n");
  const neutral = (text: string): string =>
    text
      .replaceAll(String(repository.id), "<repository>")
      .replaceAll(scene.github.url, "<github>")
      .replace(/actions\/runs\/\d+/g, "<run>")
      .replace(/"digest":"sha256:[0-9a-f]{64}"|@[0-9a-f]{12}\b/g, "<digest>")
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "<time>")
      .replace(/\b[0-9a-f]{7,40}\b/g, (word) => (commits.some((sha) => sha.startsWith(word)) ? "<commit>" : word));
  return {
    comments: repository.comments.map(({ issueNumber, user, body }) => ({ on: issueNumber, by: user.login, body: neutral(body) })),
    pulls: repository.pulls.size,
    issues: repository.issues.size,
    branches: await repository.git.text(["for-each-ref", "--format=%(refname)"]),
    retell: JSON.parse(neutral(JSON.stringify(staging.snapshot()))) as unknown,
  };
}

async function check(scene: Scene, disturbed?: Disturbance): Promise<unknown> {
  try {
    scene.faults.reset();
    let rerunOf: number | undefined;
    if (disturbed !== undefined) rerunOf = (await runDisturbed(scene, { at: 0, disturbance: disturbed }, (options) => scene.validate({ ...options, pullRequest: 1 }))).runId;
    const run = await scene.validate({ pullRequest: 1, ...(rerunOf === undefined ? {} : { rerunOf }) });
    if (disturbed === undefined) expect(scene.faults.writes).toBe(1);
    return { outcome: run.outputs["outcome"], picture: await picture(scene), violations: scene.github.violations };
  } finally {
    await scene.stop();
  }
}

describe("L4: a check whose report was not written to the end is finished by its rerun, in the one comment", () => {
  const undisturbed = new Map<Story, unknown>();
  let results: Map<Case, Promise<unknown>>;
  beforeAll(async () => {
    for (const story of STORIES) undisturbed.set(story, await check(await story.start()));
    results = startPool(CASES, 2, async ({ story, disturbance }) => check(await story.start(), disturbance));
  });

  for (const one of CASES) {
    test(`L4: ${one.story.name}, ${one.disturbance}`, async () => {
      const expected = undisturbed.get(one.story);
      expect(expected).toMatchObject({ outcome: "conflicts", violations: [], picture: { comments: [{ on: 1 }] } });
      expect(await results.get(one)).toEqual(expected);
      tellCase({ matrix: "crash", subject: "validate-and-conflict-check", what: `${one.story.name}: write 0 ${one.disturbance}`, outcome: "converged" });
    });
  }
});
