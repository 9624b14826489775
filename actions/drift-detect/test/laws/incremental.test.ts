import { expect, test } from "@jest/globals";
import { agentsToRemember } from "@retell-actions/core/drift/full-reads";
import { agentNamed } from "@retell-actions/lab/scene/look-at";
import { sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { startScene, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";
import { detect } from "./drift-scene.ts";

const HOUR = 3_600_000;

/** Names whose minute of full reading lies nowhere near the time of this test. */
function quietNames(wanted: number): string[] {
  const now = Date.now() + HOUR;
  const candidates = Array.from({ length: 100 }, (_, index) => `agent-${index}`);
  return [...agentsToRemember({ names: candidates, now, lastLook: now - 2 * HOUR }).keys()].slice(0, wanted);
}

const inputs = { workspace: "staging", read: "incremental" };
const agentReads = (scene: Scene): string[] => scene.retell.requests.flatMap(({ method, path }) => (method === "GET" && path.startsWith("/get-agent/") ? [path.slice("/get-agent/".length)] : []));

// What moves the list's time is not documented: engine edits may, or may not.
test.each([{ engineEditsTouchAgent: false }, { engineEditsTouchAgent: true }])("L3: the bundle reads what may have changed and no more, and says what it did not read ($engineEditsTouchAgent)", async (options) => {
  const [quiet = "", edited = "", engine = ""] = quietNames(3);
  const files = sampleFiles(Object.fromEntries([quiet, edited, engine].map((name) => [name, { agent: { voice_speed: 1.1 }, llm: { model_temperature: 0.2 } }])));
  const scene = await startScene({ files, retell: options });
  const look = async (): Promise<RunResult> => {
    scene.retell.clearRequests();
    return detect(scene, { inputs });
  };
  try {
    expect((await scene.deploy()).outputs["outcome"]).toBe("deployed");
    const first = await look();
    expect(first).toMatchObject({ conclusion: "success", outputs: { outcome: "in-sync" } });
    expect(agentReads(scene).length).toBeGreaterThanOrEqual(3);

    const second = await look();
    expect(agentReads(scene)).toEqual([]);
    expect(second).toMatchObject({ conclusion: "success", outputs: { outcome: "in-sync" } });
    expect(JSON.parse(second.outputs["result"] ?? "{}")).toMatchObject({ counts: { "in-sync-not-read": 3 } });
    expect(second.summary).toMatch(/0 in sync, 3 in sync \(not read since \d{4}-\d\d-\d\d \d\d:\d\d UTC\)/);

    const ids = [edited, engine].map((name) => agentNamed(scene.staging, name).id);
    scene.staging.console.editAgent(ids[0] ?? "", { voice_speed: 1.4 });
    scene.staging.console.editLlm(ids[1] ?? "", { model_temperature: 0.9 });
    const third = await look();
    expect(new Set(agentReads(scene))).toEqual(new Set(ids));
    expect(third).toMatchObject({ conclusion: "success", outputs: { outcome: "drift-detected", "drifted-agents": JSON.stringify({ staging: [edited, engine].sort() }) } });
  } finally {
    await scene.stop();
  }
});
