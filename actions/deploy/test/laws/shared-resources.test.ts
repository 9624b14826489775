import { afterEach, describe, expect, test } from "@jest/globals";
import { deployDisturbed, type Disturbance } from "@retell-actions/lab/scene/disturbed-run";
import { agentResults, listOf, shownBy } from "@retell-actions/lab/scene/look-at";
import { agentFile, jsonFile, sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { startScene, type RunOptions, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";
import { finalPicture, type FinalPicture } from "./crash-story.ts";

const component = (text: string): string => jsonFile({ nodes: [{ id: "start", type: "conversation", instruction: { type: "prompt", text }, edges: [] }] });
const flow = (name: string): string =>
  jsonFile({
    agent_name: "guide",
    voice_id: "retell-Cimo",
    conversation_flow: {
      start_speaker: "agent",
      model_choice: { type: "cascading", model: "gpt-4.1" },
      nodes: [{ id: "welcome", type: "component", component_type: "shared", component_id: `component://${name}`, edges: [], else_edge: { id: "else", transition_condition: { type: "prompt", prompt: "Else" } } }],
    },
  });

const FILES = sampleFiles({ sales: { llm: { knowledge_base_ids: ["knowledge://faq"] } }, support: {} });
FILES["agents/guide/agent.json"] = flow("greeting");
FILES["knowledge/faq/knowledge.json"] = jsonFile({ texts: [{ title: "Hours", text: "Nine to five." }], files: ["./manual.txt"] });
FILES["knowledge/faq/manual.txt"] = "Turn it on.\n";
FILES["components/greeting.json"] = component("Greet.");

/** One file and one text change, a second knowledge base and a second component are new and used. */
const CHANGE: Record<string, string> = {
  "knowledge/faq/manual.txt": "Turn it off.\n",
  "knowledge/prices/knowledge.json": jsonFile({ texts: [{ title: "Prices", text: "Cheap." }] }),
  "components/greeting.json": component("Greet kindly."),
  "components/goodbye.json": component("Say goodbye."),
  "agents/sales/agent.json": agentFile("sales", { llm: { knowledge_base_ids: ["knowledge://faq", "knowledge://prices"] } }),
  "agents/guide/agent.json": flow("goodbye"),
};

/** One after the other, so that write k is the same in every run. */
const IN_SEQUENCE: RunOptions = { inputs: { concurrency: "1" } };
/** Lock, one file added and one deleted, one create, a component made and one changed, two agents with their engines, record. */
const WRITES = 11;

let scene: Scene;
afterEach(() => scene.stop());

async function start(retell: Parameters<typeof startScene>[0]["retell"] = {}): Promise<void> {
  // Indexed at the first look, so that nobody waits.
  scene = await startScene({ files: FILES, retell: { indexing: { reads: 0 }, ...retell } });
  expectDeployed(await scene.deploy());
}

async function change(): Promise<void> {
  await scene.repository.commit({ branch: "staging", files: CHANGE, message: "Change everything" });
  scene.retell.clearRequests();
  scene.github.clearRequests();
  scene.faults.reset();
}

function expectDeployed(run: RunResult): void {
  expect({ outcome: run.outputs["outcome"], log: run.outputs["outcome"] === "deployed" ? "" : run.log.slice(-3_000) }).toEqual({ outcome: "deployed", log: "" });
}

const writes = (): string[] => [...scene.retell.requests, ...scene.github.requests].filter(({ write }) => write).map(({ path }) => path);
const componentId = async (): Promise<string> => (JSON.parse((await scene.repository.readFile("retell/state/staging", "components/greeting/staging.json")) ?? "{}") as { component_id: string }).component_id;

test.each(process.env["PROVE"] === "full" ? [0, 1, 2, 3] : [3])("L1, L6: lab seed %d: after a deployment there is nothing to do and nothing is written", async (seed) => {
  await start({ seed });
  await change();
  expectDeployed(await scene.deploy());
  scene.retell.clearRequests();
  scene.github.clearRequests();
  const idle = await scene.deploy();
  expect(idle.outputs).toMatchObject({ outcome: "unchanged", drifted: "[]" });
  expect(writes()).toEqual([]);
});

test("L2: a component that is edited between plan and write is left alone, and the edit stays", async () => {
  await start();
  await change();
  const id = await componentId();
  scene.faults.add({ matches: (request) => request.service === "github" && request.write, times: 1, action: { kind: "call", when: "after", run: () => scene.staging.console.editComponent(id, { flex_mode: true }) } });
  const run = await scene.deploy();
  expect(run.outputs).toMatchObject({ outcome: "conflicts", "reason-code": "changed-while-deploying" });
  expect(writes().filter((path) => path.startsWith("/update-conversation-flow-component"))).toEqual([]);
  expect(JSON.stringify(scene.staging.snapshot())).toContain("Greet.");
});

test("L3: what cannot be listed is never in sync", async () => {
  await start();
  scene.faults.add({ matches: (request) => request.path.startsWith("/list-knowledge-bases"), action: { kind: "status", status: 403 } });
  const run = await scene.deploy();
  expect(run.outputs["outcome"]).not.toBe("unchanged");
  expect(run.conclusion).toBe("failure");
  expect(agentResults(run).get("sales")).toMatchObject({ status: "failed" });
  expect(listOf(run, "failed")).toEqual(["sales"]);
});

test("L7: what stands in texts and files is in no log, summary, output or record", async () => {
  await start();
  await change();
  const run = await scene.deploy();
  const files = await scene.repository.files("retell/state/staging");
  const recorded = await Promise.all(files.map((path) => scene.repository.readFile("retell/state/staging", path)));
  for (const secret of ["Nine to five.", "Turn it off.", "Cheap."]) expect([shownBy(run), ...recorded].join("\n")).not.toContain(secret);
});

describe("L4: broken off at any write and run again, the end is that of an undisturbed run", () => {
  let undisturbed: FinalPicture | undefined;

  async function settled(): Promise<FinalPicture> {
    if (undisturbed !== undefined) return undisturbed;
    const own = scene;
    await start();
    await change();
    expectDeployed(await scene.deploy(IN_SEQUENCE));
    undisturbed = await finalPicture(scene);
    await scene.stop();
    scene = own;
    return undisturbed;
  }

  const disturbances: readonly Disturbance[] = ["killed before", "killed after", "answer dropped"];
  const all = Array.from({ length: WRITES }, (_, at) => disturbances.map((disturbance, kind) => ({ at, disturbance, sampled: at % 3 === 1 && (at + kind) % disturbances.length === 2 }))).flat();
  const cases = all.filter(({ sampled }) => process.env["PROVE"] === "full" || sampled);

  test.each(cases)("%j", async ({ at, disturbance }) => {
    await start();
    await change();
    await deployDisturbed(scene, at, disturbance, IN_SEQUENCE);
    const rerun = await scene.deploy(IN_SEQUENCE);
    expect(["deployed", "unchanged"]).toContain(rerun.outputs["outcome"]);
    const picture = await finalPicture(scene);
    expect(picture.retell).toEqual((await settled()).retell);
    const { "workspace.json": workspace } = picture.state;
    expect(workspace).toMatchObject({ pending: null });
  });
});
