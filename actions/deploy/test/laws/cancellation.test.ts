import { afterEach, describe, expect, test } from "@jest/globals";
import type { ChildProcess } from "node:child_process";
import type { FaultRequest } from "@retell-actions/lab/faults/faults";
import { agentNamed, listOf } from "@retell-actions/lab/scene/look-at";
import { agentFile, sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { startScene, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";

const NAMES = ["a", "b", "c", "d", "e", "f"];

let scene: Scene;
afterEach(() => scene.stop());

async function startStory(): Promise<void> {
  scene = await startScene({ files: sampleFiles(Object.fromEntries(NAMES.map((name) => [name, {}]))) });
  expect((await scene.deploy()).outputs["outcome"]).toBe("deployed");
  const files = Object.fromEntries([...NAMES, "new"].map((name) => [`agents/${name}/agent.json`, agentFile(name, { agent: { voice_speed: 1.3 }, llm: { begin_message: "Hello" } })]));
  await scene.repository.commit({ branch: "staging", files, message: "Everything" });
  scene.faults.reset();
}

const isUpdate = ({ service, write, path }: FaultRequest): boolean => service === "retell" && write && path.startsWith("/update-agent/");

/** Cancels the run, as the runner does, when so many agents have been written. */
function deployCancelled(how: { readonly after: number; readonly signal: "SIGINT" | "SIGTERM" | "runner"; readonly hang?: boolean }): Promise<RunResult> {
  let child: ChildProcess | undefined;
  const controller = new AbortController();
  let updates = 0;
  scene.faults.add({
    matches: (request) => isUpdate(request) && ++updates === how.after,
    times: 1,
    action: { kind: "call", when: "before", run: () => void (how.signal === "runner" ? controller.abort() : child?.kill(how.signal)) },
  });
  if (how.hang === true) scene.faults.add({ matches: (request) => isUpdate(request) && updates === how.after, action: { kind: "delay", milliseconds: 40_000 } });
  return scene.deploy({ inputs: { concurrency: "1" }, signal: controller.signal, onSpawn: (spawned) => { child = spawned; } });
}

/** Agents whose recorded state comes from the tip of the branch. */
async function recordedFromTip(): Promise<string[]> {
  const tip = await scene.repository.tip("staging");
  const states = await Promise.all(
    [...NAMES, "new"].map(async (name) => [name, await scene.repository.readFile("retell/state/staging", `agents/${name}/staging.json`)] as const),
  );
  return states.flatMap(([name, text]) => {
    const state = JSON.parse(text ?? "{}") as { source_commit?: string; incomplete?: boolean; pending?: unknown };
    return state.source_commit === tip && state.incomplete !== true && state.pending === undefined ? [name] : [];
  });
}

async function expectFinishedByRerun(run: RunResult): Promise<void> {
  const rerun = await scene.deploy({ rerunOf: run.runId });
  expect(rerun).toMatchObject({ conclusion: "success", outputs: { outcome: "deployed", blocked: "[]" } });
  for (const name of [...NAMES, "new"]) {
    const { agent, engine } = agentNamed(scene.staging, name).latest;
    expect([name, agent["voice_speed"], engine?.["begin_message"]]).toEqual([name, 1.3, "Hello"]);
  }
  expect(scene.staging.agents()).toHaveLength(NAMES.length + 1);
  expect(scene.staging.llms()).toHaveLength(NAMES.length + 1);
  expect(await scene.repository.readFile("retell/state/staging", "workspace.json")).toContain('"pending": null');
}

describe("Cancellation: no more writes, what was written is recorded, the next run finishes", () => {
  test.each(["SIGINT", "SIGTERM", "runner"] as const)("%s in the midst of a long deployment", async (signal) => {
    await startStory();
    const run = await deployCancelled({ after: 3, signal });
    // It ended by itself: nobody had to kill it.
    expect(run).toMatchObject({ exitCode: 1, signal: null, conclusion: signal === "runner" ? "cancelled" : "failure" });
    expect(run.outputs).toMatchObject({ outcome: "partially-deployed", "reason-code": "cancelled" });
    const written = scene.staging.agents().filter(({ latest }) => latest.agent["voice_speed"] === 1.3 && latest.engine?.["begin_message"] === "Hello");
    expect(written.length).toBeLessThan(NAMES.length);
    expect(written.map(({ latest }) => latest.agent["agent_name"]).sort()).toEqual(await recordedFromTip());
    expect([...listOf(run, "created"), ...listOf(run, "updated")].sort()).toEqual(await recordedFromTip());
    expect(await scene.repository.readFile("retell/state/staging", "workspace.json")).toContain('"pending": null');
    await expectFinishedByRerun(run);
  });

  test("SIGINT while Retell does not answer: the run ends before the runner would kill it, and the journal stays", async () => {
    await startStory();
    const run = await deployCancelled({ after: 2, signal: "runner", hang: true });
    expect(run).toMatchObject({ exitCode: 1, signal: null, conclusion: "cancelled", outputs: { "reason-code": "cancelled" } });
    expect(run.log).not.toMatch(/\bpassed\b|\bunchanged\b/);
    scene.faults.reset();
    await expectFinishedByRerun(run);
  });

  test("a run that is cancelled before its first write changes nothing", async () => {
    await startStory();
    let child: ChildProcess | undefined;
    scene.faults.add({ matches: ({ path }) => path === "/get-api-key-info", times: 1, action: { kind: "call", when: "before", run: () => void child?.kill("SIGTERM") } });
    const before = scene.staging.snapshot();
    const tip = await scene.repository.tip("retell/state/staging");
    const run = await scene.deploy({ onSpawn: (spawned) => { child = spawned; } });
    expect(run.conclusion).toBe("failure");
    expect(run.outputs["reason-code"]).toBe("cancelled");
    expect(scene.staging.snapshot()).toEqual(before);
    scene.faults.reset();
    expect(await scene.repository.tip("retell/state/staging")).toBe(tip);
    await expectFinishedByRerun(run);
  });
});
