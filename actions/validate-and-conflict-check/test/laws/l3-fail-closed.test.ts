import { beforeAll, describe, expect, test } from "@jest/globals";
import { ALL_IS_WELL, BROKEN_WORLDS, type BrokenWorld } from "@retell-actions/lab/scene/broken-worlds";
import { commentsIn } from "@retell-actions/lab/scene/look-at";
import { agentFile, sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { startScene, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";
import { startPool } from "@retell-actions/lab/scene/disturbed-run";
import { sampled } from "@retell-actions/lab/scene/sampled";

const WORLDS = sampled(BROKEN_WORLDS.filter(({ onlyWrites }) => onlyWrites !== true), 8);

async function sceneWithPullRequest(): Promise<{ scene: Scene; pullRequest: number }> {
  const scene = await startScene({ files: sampleFiles({ sales: {}, support: {} }) });
  expect((await scene.deploy()).outputs["outcome"]).toBe("deployed");
  scene.faults.reset();
  await scene.repository.commit({ branch: "faster", parent: "staging", files: { "agents/support/agent.json": agentFile("support", { agent: { voice_speed: 1.4 } }) }, message: "Faster" });
  const { number } = await scene.repository.openPullRequest({ head: "faster", base: "staging", title: "Faster" });
  return { scene, pullRequest: number };
}

async function meet(world: BrokenWorld): Promise<{ run: RunResult; comments: string }> {
  const { scene, pullRequest } = await sceneWithPullRequest();
  try {
    // A comment of an earlier, good check must not stay as it is.
    const earlier = await scene.validate({ pullRequest });
    expect(earlier.outputs["outcome"]).toBe("passed");
    scene.faults.reset();
    await world.arrange?.(scene);
    const run = await scene.validate({ ...world.options, pullRequest });
    return { run, comments: commentsIn(scene) };
  } finally {
    await scene.stop();
  }
}

describe("L3: a check that could not read everything has not passed", () => {
  let met: Map<BrokenWorld, ReturnType<typeof meet>>;
  beforeAll(() => {
    met = startPool(WORLDS, 4, meet);
  });

  for (const world of WORLDS) {
    test(`L3: ${world.name}: fails, and says so in log, summary and comment`, async () => {
      const { run, comments } = (await met.get(world)) ?? { run: undefined, comments: "" };
      expect(run).toMatchObject({ conclusion: "failure", exitCode: 1, outputs: { outcome: "failed", "reason-code": world.reason } });
      expect(run?.log).toMatch(world.says);
      expect(run?.summary).toMatch(world.says);
      expect(`${run?.log}\n${run?.summary}\n${comments}`).not.toMatch(ALL_IS_WELL);
    });
  }

  test("L3: a pull request from a fork is passed-offline and says what was not checked", async () => {
    const { scene } = await sceneWithPullRequest();
    try {
      const fork = await scene.github.forkRepository("acme/voices", { owner: "stranger" });
      await fork.commit({ branch: "theirs", parent: "staging", files: { "agents/sales/agent.json": agentFile("sales", { agent: { voice_speed: 1.2 } }) }, message: "Theirs" });
      const { number } = await scene.repository.openPullRequest({ head: "theirs", base: "staging", title: "Theirs", headRepo: "stranger/voices", user: "stranger" });
      const run = await scene.validate({ pullRequest: number, fork: true });
      expect(run).toMatchObject({ conclusion: "success", outputs: { outcome: "passed-offline", "reason-code": "no-keys-in-this-job" } });
      expect(run.summary).toMatch(/NOT checked|not checked/);
      expect(run.summary).toContain("staging");
      expect(run.log).toContain("passed-offline");
      expect(run.log).not.toMatch(/\bpassed\b(?!-offline)/);
    } finally {
      await scene.stop();
    }
  });

  test("L3: a pull request by Dependabot is passed-offline and says what was not checked", async () => {
    const { scene } = await sceneWithPullRequest();
    try {
      await scene.repository.commit({ branch: "dependabot/x", parent: "staging", files: { "package.json": "{}\n" }, message: "Bump" });
      const { number } = await scene.repository.openPullRequest({ head: "dependabot/x", base: "staging", title: "Bump", user: "dependabot[bot]" });
      const run = await scene.validate({ pullRequest: number, fork: true, env: { GITHUB_ACTOR: "dependabot[bot]" } });
      expect(run).toMatchObject({ conclusion: "success", outputs: { outcome: "passed-offline", "reason-code": "no-keys-in-this-job" } });
      expect(run.summary).toMatch(/NOT checked|not checked/);
    } finally {
      await scene.stop();
    }
  });

  test("L3: a pull request of the repository itself without keys fails: only strangers are excused", async () => {
    const { scene, pullRequest } = await sceneWithPullRequest();
    try {
      const run = await scene.validate({ pullRequest, env: { RETELL_STAGING_API_KEY: "" } });
      expect(run).toMatchObject({ conclusion: "failure", outputs: { outcome: "failed", "reason-code": "missing-key" } });
    } finally {
      await scene.stop();
    }
  });

  test("L3: invalid files of a fork's pull request are still found", async () => {
    const { scene } = await sceneWithPullRequest();
    try {
      const fork = await scene.github.forkRepository("acme/voices", { owner: "stranger" });
      await fork.commit({ branch: "theirs", parent: "staging", files: { "agents/sales/agent.json": "{" }, message: "Theirs" });
      const { number } = await scene.repository.openPullRequest({ head: "theirs", base: "staging", title: "Theirs", headRepo: "stranger/voices", user: "stranger" });
      const run = await scene.validate({ pullRequest: number, fork: true });
      expect(run).toMatchObject({ conclusion: "failure", outputs: { outcome: "invalid" } });
    } finally {
      await scene.stop();
    }
  });
});
