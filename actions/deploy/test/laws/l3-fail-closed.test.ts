import { beforeAll, describe, expect, test } from "@jest/globals";
import { ALL_IS_WELL, BROKEN_WORLDS, type BrokenWorld } from "@retell-actions/lab/scene/broken-worlds";
import { agentResults, commentsIn } from "@retell-actions/lab/scene/look-at";
import { agentFile, sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { startScene, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";
import { startPool } from "@retell-actions/lab/scene/disturbed-run";
import { sampled } from "@retell-actions/lab/scene/sampled";

const CHANGE = { "agents/sales/agent.json": agentFile("sales", { agent: { voice_speed: 1.4 } }), "agents/support/agent.json": agentFile("support", { agent: { voice_speed: 1.4 } }) };

async function deployedScene(): Promise<Scene> {
  const scene = await startScene({ files: sampleFiles({ sales: {}, support: {} }) });
  expect((await scene.deploy()).outputs["outcome"]).toBe("deployed");
  scene.faults.reset();
  scene.retell.clearRequests();
  return scene;
}

async function meet(world: BrokenWorld): Promise<{ run: RunResult; comments: string; written: number; worked: boolean }> {
  const scene = await deployedScene();
  try {
    await scene.repository.commit({ branch: "staging", files: CHANGE, message: "Faster" });
    await world.arrange?.(scene);
    const run = await scene.deploy(world.options);
    const written = scene.retell.requests.filter(({ write, status }) => write && status < 300).length;
    scene.faults.reset();
    return { run, comments: commentsIn(scene), written, worked: run.outputs["outcome"] === "partially-deployed" };
  } finally {
    await scene.stop();
  }
}

/** Worlds in which one agent is unreadable; the other is deployed all the same. */
const ONE_AGENT = /^(state (that|with|of)|an empty state file|an agent whose)/;

/** Those that the check does not meet in an ordinary run; the first is met by both. */
const WORLDS = sampled(BROKEN_WORLDS.slice(1), 8);

describe("L3: what cannot be read is never well", () => {
  let met: Map<BrokenWorld, ReturnType<typeof meet>>;
  beforeAll(() => {
    met = startPool(WORLDS, 4, meet);
  });

  for (const world of WORLDS) {
    const one = ONE_AGENT.test(world.name);
    test(`L3: ${world.name}: ${one ? "the other agent is deployed, and the run is not green" : "fails and writes nothing"}`, async () => {
      const { run, comments, written } = (await met.get(world)) ?? { run: undefined, comments: "", written: -1 };
      expect(run).toMatchObject({ conclusion: "failure", exitCode: 1, outputs: { outcome: one ? "partially-deployed" : "failed", "reason-code": world.reason } });
      expect(run?.log).toMatch(world.says);
      expect(run?.summary).toMatch(world.says);
      expect(`${run?.log}\n${run?.summary}\n${comments}`).not.toMatch(ALL_IS_WELL);
      if (one) expect(run?.outputs).toMatchObject({ updated: '["support"]', failed: '["sales"]' });
      else expect(written).toBe(0);
    });
  }

  test("L3: a secret that the job does not have: nothing is written, and the message names the variable", async () => {
    const scene = await deployedScene();
    try {
      await scene.repository.commit({ branch: "staging", files: { "agents/sales/agent.json": agentFile("sales", { agent: { webhook_url: "secret://HOOK" } }) }, message: "Hook" });
      const run = await scene.deploy();
      expect(run).toMatchObject({ conclusion: "failure", outputs: { outcome: "failed", "reason-code": "missing-secret" } });
      expect(run.log).toContain("RETELL_SECRET_HOOK");
      expect(`${run.log}\n${run.summary}`).not.toMatch(ALL_IS_WELL);
      expect(scene.retell.requests.some(({ write }) => write)).toBe(false);
    } finally {
      await scene.stop();
    }
  });

  test("L3: an unreadable agent that Git does not want to change is no success either", async () => {
    const scene = await deployedScene();
    try {
      await scene.repository.commit({ branch: "retell/state/staging", files: { "agents/sales/staging.json": "{" }, message: "By hand" });
      const run = await scene.deploy();
      expect(run).toMatchObject({ conclusion: "failure", outputs: { outcome: "failed", "reason-code": "unreadable-state", failed: '["sales"]' } });
      expect(agentResults(run).get("sales")).toMatchObject({ class: "unreadable", status: "failed" });
      expect(scene.staging.agents()).toHaveLength(2);
    } finally {
      await scene.stop();
    }
  });

  test("L3: after each failure a run in a mended world deploys", async () => {
    const scene = await deployedScene();
    try {
      await scene.repository.commit({ branch: "staging", files: CHANGE, message: "Faster" });
      for (const name of ["a wrong API key", "a read-only key", "an unknown workspace", "truncated JSON from /get-agent/"]) {
        const world = BROKEN_WORLDS.find((candidate) => candidate.name === name);
        await world?.arrange?.(scene);
        expect((await scene.deploy(world?.options)).conclusion).toBe("failure");
        scene.faults.reset();
      }
      const run = await scene.deploy();
      expect(run.outputs).toMatchObject({ outcome: "deployed", updated: '["sales","support"]' });
    } finally {
      await scene.stop();
    }
  });
});
