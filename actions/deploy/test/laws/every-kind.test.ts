import { afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { deployDisturbed, startPool, type Disturbance } from "@retell-actions/lab/scene/disturbed-run";
import { agentNamed, agentResults, shownBy } from "@retell-actions/lab/scene/look-at";
import { startScene, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";
import { finalPicture, type FinalPicture } from "./crash-story.ts";
import { ENV, KIND_NAMES, kindsOfAgents } from "./kinds-of-agents.ts";
import { sampled } from "@retell-actions/lab/scene/sampled";

const CHANGED = { language: "de-DE", greeting: "Guten Tag." };
const commit = (scene: Scene, changes = CHANGED): Promise<unknown> => scene.repository.commit({ branch: "staging", files: kindsOfAgents(changes), message: "Speak German" });
const writesOf = (scene: Scene): string[] => [...scene.retell.requests, ...scene.github.requests].filter(({ write }) => write).map(({ path }) => path);

function expectDeployed(run: RunResult): void {
  const bad = [...agentResults(run).values()].filter(({ status }) => status === "failed" || status === "left-alone");
  expect({ outcome: run.outputs["outcome"], bad, log: bad.length === 0 ? "" : run.log.slice(-3_000) }).toEqual({ outcome: "deployed", bad: [], log: "" });
}

describe("every kind of agent: L1 and L6", () => {
  const WAYS = [
    [1, "table"],
    [2, "all"],
    [3, "none"],
    [4, "table"],
    [0, "table"],
  ] as const;
  test.each(sampled(WAYS, 4))("L1: lab seed %d, defaults written: %s: after a deployment there is nothing to do, drafts and published versions alike", async (seed, writtenDefaults) => {
    const scene = await startScene({ files: kindsOfAgents(), retell: { seed, writtenDefaults } });
    try {
      expectDeployed(await scene.deploy({ env: ENV }));
      for (const { id, latest } of scene.staging.agents()) scene.staging.console.publish(id, latest.version);
      await commit(scene);
      expectDeployed(await scene.deploy({ env: ENV }));
      scene.retell.clearRequests();
      scene.github.clearRequests();
      const idle = await scene.deploy({ env: ENV });
      expect(idle.outputs).toMatchObject({ outcome: "unchanged", drifted: "[]" });
      expect(writesOf(scene)).toEqual([]);
      const check = await scene.validate({ env: ENV, inputs: { scope: "all" } });
      expect(check.outputs).toMatchObject({ outcome: "passed", "has-conflicts": "false", "agents-to-deploy": "[]" });
    } finally {
      await scene.stop();
    }
  });
});

describe("every kind of agent: L2, L3, L7", () => {
  let scene: Scene;
  const idOf = (name: string): string => agentNamed(scene.staging, name).id;
  afterEach(() => scene.stop());

  async function deployed(): Promise<void> {
    scene = await startScene({ files: kindsOfAgents() });
    expectDeployed(await scene.deploy({ env: ENV }));
    await commit(scene);
    scene.retell.clearRequests();
    scene.faults.reset();
  }

  const EDITS: [name: string, edit: () => unknown][] = [
    ["guide", () => scene.staging.console.editNode(idOf("guide"), "bye", { instruction: { type: "prompt", text: "Wave." } })],
    ["clerk", () => scene.staging.console.editAgent(idOf("clerk"), { auto_close_message: "Closed." })],
    ["helper", () => scene.staging.console.editNode(idOf("helper"), "bye", { instruction: { type: "prompt", text: "Wave." } })],
    ["socket", () => scene.staging.console.editAgent(idOf("socket"), { voice_speed: 1.3 })],
  ];
  test.each(sampled(EDITS, 4))("L2: %s is edited between plan and write: nothing is written to it, the edit stays", async (name, edit) => {
    await deployed();
    scene.faults.add({ matches: (request) => request.service === "github" && request.write, times: 1, action: { kind: "call", when: "after", run: () => void edit() } });
    const run = await scene.deploy({ env: ENV });
    expect(agentResults(run).get(name)).toMatchObject({ status: "left-alone", reason_code: "changed-while-deploying" });
    expect(agentNamed(scene.staging, name).latest.agent["language"]).toBe("en-US");
    const again = await scene.deploy({ env: ENV });
    expect(again.outputs["blocked"]).toContain(name);
  });

  test("L2: who drags a node between plan and write holds up nobody, and the node stays where it was put", async () => {
    await deployed();
    scene.faults.add({ matches: (request) => request.service === "github" && request.write, times: 1, action: { kind: "call", when: "after", run: () => void scene.staging.console.moveNode(idOf("guide"), "greet", { x: 700, y: 700 }) } });
    expectDeployed(await scene.deploy({ env: ENV }));
    const nodes = agentNamed(scene.staging, "guide").latest.engine?.["nodes"] as { id: string; display_position?: unknown }[];
    expect(nodes.find(({ id }) => id === "greet")?.display_position).toEqual({ x: 700, y: 700 });
  });

  test.each([
    ["/get-conversation-flow/", ["guide", "helper"]],
    ["/get-chat-agent/", ["clerk", "helper"]],
    ["/v2/list-conversation-flows", undefined],
  ] as const)("L3: what %s does not tell is never in sync", async (path, names) => {
    await deployed();
    scene.faults.add({ matches: (request) => request.service === "retell" && request.path.startsWith(path), action: { kind: "status", status: 403, body: { status: "error", message: "Forbidden" } } });
    // The bulk read is not enough where it shows another version than the one wanted.
    for (const { id, latest } of scene.staging.agents()) scene.staging.console.publish(id, latest.version);
    const run = await scene.deploy({ env: ENV });
    expect(run.conclusion).toBe("failure");
    if (names === undefined) expect(run.outputs["outcome"]).toBe("failed");
    else for (const [name, { status }] of agentResults(run)) expect([name, (names as readonly string[]).includes(name) ? status : "any"]).not.toEqual([name, "unchanged"]);
  });

  test("L7: a credential that somebody typed into a flow's tool is nowhere to be seen", async () => {
    await deployed();
    const typed = "Bearer sk_live_51H8typedIntoTheConsole99";
    const tools = agentNamed(scene.staging, "guide").latest.engine?.["tools"] as Record<string, unknown>[];
    scene.staging.console.editFlow(idOf("guide"), { tools: [{ ...tools[0], headers: { authorization: typed } }] });
    const run = await scene.deploy({ env: ENV });
    const files = await Promise.all((await scene.repository.files("retell/state/staging")).map((file) => scene.repository.readFile("retell/state/staging", file)));
    for (const text of [shownBy(run), ...files]) {
      expect(text).not.toContain("typedIntoTheConsole99");
      expect(text).not.toContain(ENV.RETELL_SECRET_ORDERS);
    }
    expect(agentResults(run).get("guide")).toMatchObject({ status: "left-alone", changed_fields: expect.arrayContaining([expect.stringContaining("headers.authorization")]) as unknown });
  });
});

describe("every kind of agent: L4 and L8", () => {
  interface Case {
    readonly story: "first" | "fork";
    readonly at: number;
    readonly disturbance: Disturbance;
  }
  const SEQUENCE = { inputs: { concurrency: "1" }, env: ENV };
  /** Upper bounds of the writes of a first deployment, and of one that forks every agent. */
  const MOST = { first: 14, fork: 14 } as const;
  const KINDS: readonly Disturbance[] = ["killed before", "killed after", "answer dropped", "terminated"];
  const CASES: readonly Case[] = (["first", "fork"] as const)
    .flatMap((story) => Array.from({ length: MOST[story] }, (_, at) => KINDS.map((disturbance): Case => ({ story, at, disturbance }))))
    .flat()
    .filter(({ story, at, disturbance }) => process.env["PROVE"] === "full" || (disturbance === KINDS[(at + (story === "fork" ? 1 : 0)) % KINDS.length] && at === (story === "fork" ? 7 : 8)));

  async function open(story: Case["story"]): Promise<Scene> {
    const scene = await startScene({ files: kindsOfAgents(), retell: { seed: story === "first" ? 3 : 1, now: () => Date.now() - 2_000 } });
    if (story === "first") return scene;
    expectDeployed(await scene.deploy(SEQUENCE));
    for (const { id, latest } of scene.staging.agents()) scene.staging.console.publish(id, latest.version);
    await commit(scene);
    scene.faults.reset();
    return scene;
  }

  async function play({ story, at, disturbance }: Case): Promise<{ outcome: string | undefined; log: string; picture: FinalPicture }> {
    const scene = await open(story);
    try {
      const disturbed = await deployDisturbed(scene, at, disturbance, SEQUENCE);
      const rerun = await scene.deploy({ ...SEQUENCE, ...(at % 2 === 0 ? { rerunOf: disturbed.runId } : {}) });
      return { outcome: rerun.outputs["outcome"], log: rerun.log, picture: await finalPicture(scene) };
    } finally {
      await scene.stop();
    }
  }

  const undisturbed = new Map<Case["story"], { writes: number; pictures: FinalPicture[] }>();
  let results: Map<Case, ReturnType<typeof play>>;

  beforeAll(async () => {
    for (const story of ["first", "fork"] as const) {
      const pictures: FinalPicture[] = [];
      let writes = 0;
      for (const _twice of story === "first" || process.env["PROVE"] === "full" ? [1, 2] : [1]) {
        const scene = await open(story);
        expectDeployed(await scene.deploy(SEQUENCE));
        writes = scene.faults.writes;
        pictures.push(await finalPicture(scene));
        expect(scene.staging.agents()).toHaveLength(KIND_NAMES.length);
        await scene.stop();
      }
      undisturbed.set(story, { writes, pictures });
    }
    results = startPool(CASES, 3, play);
  });

  test("L8: the same files make the same state and the same agents, byte by byte", () => {
    expect(undisturbed.get("first")?.pictures).toHaveLength(2);
    for (const { pictures } of undisturbed.values()) for (const picture of pictures) expect(picture).toEqual(pictures[0]);
  });

  test("L4: every write is among the cases", () => {
    for (const [story, { writes }] of undisturbed) expect(writes).toBeLessThanOrEqual(MOST[story]);
  });

  for (const one of CASES) {
    test(`L4: ${one.story === "first" ? "a first deployment" : "a deployment that makes new versions"}, write ${one.at} ${one.disturbance}`, async () => {
      const result = await results.get(one);
      const reference = undisturbed.get(one.story)?.pictures[0];
      expect({ outcome: result?.outcome, log: /^(deployed|unchanged)$/.test(result?.outcome ?? "") ? "" : result?.log.slice(-2_000) }).toMatchObject({ outcome: expect.stringMatching(/^(deployed|unchanged)$/) as unknown });
      expect(result?.picture.retell).toEqual(reference?.retell);
      expect(result?.picture.state).toEqual(reference?.state);
    });
  }
});
