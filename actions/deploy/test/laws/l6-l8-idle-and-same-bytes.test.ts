import { afterEach, describe, expect, test } from "@jest/globals";
import { agentNamed } from "@retell-actions/lab/scene/look-at";
import { agentFile, sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { startScene, type Scene } from "@retell-actions/lab/scene/scene";

const FILES = sampleFiles({
  sales: { agent: { voice_speed: 1.1, boosted_keywords: ["b", "A"] }, llm: { begin_message: "Hi  there" } },
  support: { llm: { general_tools: [{ type: "end_call", name: "end" }] } },
  zeta: {},
});

const scenes: Scene[] = [];
async function open(seed = 0): Promise<Scene> {
  const scene = await startScene({ files: FILES, retell: { seed } });
  scenes.push(scene);
  return scene;
}
afterEach(async () => {
  await Promise.all(scenes.splice(0).map((scene) => scene.stop()));
});

function forget(scene: Scene): void {
  scene.retell.clearRequests();
  scene.github.clearRequests();
}

function writes(scene: Scene): string[] {
  return [...scene.retell.requests, ...scene.github.requests].filter(({ write }) => write).map(({ method, path }) => `${method} ${path}`);
}

const stateTip = (scene: Scene): Promise<string> => scene.repository.tip("retell/state/staging");

describe("L6: idle is free", () => {
  test.each([0, 1, 4])("L6: a second deployment writes nothing, commits nothing (lab seed %i)", async (seed) => {
    const scene = await open(seed);
    await scene.deploy();
    const tip = await stateTip(scene);
    forget(scene);
    const again = await scene.deploy();
    expect(again).toMatchObject({ conclusion: "success", outputs: { outcome: "unchanged", "reason-code": "nothing-to-do", unchanged: '["sales","support","zeta"]', "state-commit": "" } });
    expect(writes(scene)).toEqual([]);
    expect(await stateTip(scene)).toBe(tip);
  });

  test("L6: a commit that changes nothing of any agent writes nothing", async () => {
    const scene = await open();
    await scene.deploy();
    await scene.repository.commit({ branch: "staging", files: { "README.md": "Words\n", "prompts/shared/greeting.txt": `${FILES["prompts/shared/greeting.txt"]?.replace("\n", "\r\n")}` }, message: "Words, and line ends" });
    forget(scene);
    expect((await scene.deploy()).outputs["outcome"]).toBe("unchanged");
    expect(writes(scene)).toEqual([]);
  });

  test("L6: console edits of agents that Git does not want to change cost no write, however often a run reports them", async () => {
    const scene = await open();
    await scene.deploy();
    scene.staging.console.editAgent(agentNamed(scene.staging, "sales").id, { voice_speed: 0.8 });
    forget(scene);
    for (let run = 0; run < 2; run += 1) expect((await scene.deploy()).outputs).toMatchObject({ outcome: "unchanged", drifted: '["sales"]' });
    expect(writes(scene)).toEqual([]);
  });

  test("L6: a dry run writes nothing, also where there is much to do", async () => {
    const scene = await open();
    forget(scene);
    expect((await scene.deploy({ inputs: { "dry-run": "true" } })).outputs).toMatchObject({ outcome: "planned", created: "[]" });
    expect(writes(scene)).toEqual([]);
    expect(scene.staging.agents()).toEqual([]);
  });

  test("L6: a second check leaves its comment alone", async () => {
    const scene = await open();
    await scene.deploy();
    await scene.repository.commit({ branch: "faster", parent: "staging", files: { "agents/zeta/agent.json": agentFile("zeta", { agent: { voice_speed: 1.5 } }) }, message: "Faster" });
    const { number } = await scene.repository.openPullRequest({ head: "faster", base: "staging", title: "Faster" });
    await scene.validate({ pullRequest: number });
    const [comment] = structuredClone(scene.repository.commentsOf(number));
    forget(scene);
    const again = await scene.validate({ pullRequest: number });
    expect(again.outputs["outcome"]).toBe("passed");
    expect(writes(scene)).toEqual([]);
    expect(scene.repository.commentsOf(number)).toEqual([comment]);
  });
});

describe("L8: the same input gives the same bytes", () => {
  /** Everything that one story leaves behind. Ids are the same in every scene of a seed; times, commits and ports are not. */
  async function tell(seed: number, concurrency: string): Promise<Record<string, unknown>> {
    const scene = await open(seed);
    // One after the other, so that each agent gets the same id.
    const first = await scene.deploy({ inputs: { concurrency: "1" } });
    await scene.repository.commit({ branch: "faster", parent: "staging", files: { "prompts/shared/greeting.txt": "Good morning.\n" }, message: "Faster" });
    scene.staging.console.editLlm(agentNamed(scene.staging, "sales").id, { begin_message: "Edited" });
    const { number } = await scene.repository.openPullRequest({ head: "faster", base: "staging", title: "Faster" });
    const check = await scene.validate({ pullRequest: number, inputs: { concurrency } });
    const neutral = (text: string): string =>
      text
        .replace(/\b[0-9a-f]{40}\b/g, "<commit>")
        .replace(/(?<=\[|from |`)[0-9a-f]{7}(?=\]|`)/g, "<commit>")
        .replaceAll(scene.github.url, "<github>")
        .replace(/"digest":"sha256:[0-9a-f]{64}"/, '"digest":"<digest>"')
        .replace(/(?<="(agent|engine)_at": )\d{13}/g, "<time>")
        .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?( ?UTC|Z)?/g, "<time>");
    const state: Record<string, string> = {};
    for (const path of await scene.repository.files("retell/state/staging")) state[path] = neutral((await scene.repository.readFile("retell/state/staging", path)) ?? "");
    return {
      comment: neutral(scene.repository.commentsOf(number)[0]?.body ?? "no comment"),
      fingerprints: [first.outputs["plan-fingerprint"], check.outputs["plan-fingerprint"]],
      summaries: [first.summary, check.summary].map(neutral),
      result: neutral(check.outputs["result"] ?? ""),
      state,
    };
  }

  test("L8: comment, plan fingerprint, summary, result and state files do not depend on the order of answers", async () => {
    const one = await tell(2, "1");
    const other = await tell(2, "8");
    expect(one["comment"]).toContain("begin_message");
    expect(other).toEqual(one);
  });

  test("L8: two checks of the same plan have the same fingerprint, comment and result", async () => {
    const scene = await open(1);
    await scene.deploy();
    await scene.repository.commit({ branch: "staging", files: { "agents/zeta/agent.json": agentFile("zeta", { agent: { voice_speed: 1.5 } }) }, message: "Faster" });
    const [a, b] = [await scene.deploy({ inputs: { "dry-run": "true" } }), await scene.deploy({ inputs: { "dry-run": "true", concurrency: "1" } })];
    expect(b.outputs["plan-fingerprint"]).toBe(a.outputs["plan-fingerprint"]);
    expect(b.outputs["result"]).toBe(a.outputs["result"]);
    const applied = await scene.deploy({ inputs: { "plan-fingerprint": a.outputs["plan-fingerprint"] ?? "" } });
    expect(applied.outputs["outcome"]).toBe("deployed");
  });

  test("L8: another plan than the approved one is refused before anything is written", async () => {
    const scene = await open();
    await scene.deploy();
    await scene.repository.commit({ branch: "staging", files: { "agents/zeta/agent.json": agentFile("zeta", { agent: { voice_speed: 1.5 } }) }, message: "Faster" });
    const dry = await scene.deploy({ inputs: { "dry-run": "true" } });
    scene.staging.console.editAgent(agentNamed(scene.staging, "zeta").id, { volume: 1.5 });
    forget(scene);
    const refused = await scene.deploy({ inputs: { "plan-fingerprint": dry.outputs["plan-fingerprint"] ?? "", "on-console-edit": "overwrite" } });
    expect(refused).toMatchObject({ conclusion: "failure", outputs: { outcome: "failed", "reason-code": "plan-changed" } });
    expect(writes(scene)).toEqual([]);
  });
});
