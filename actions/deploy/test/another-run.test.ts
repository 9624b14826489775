import { describe, expect, test } from "@jest/globals";
import process from "node:process";
import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import type { DeployInputs } from "../src/inputs.ts";
import { run } from "../src/run.ts";
import { inputs as usual } from "./deploy-run.ts";

const inputs: DeployInputs = { ...usual, options: { ...usual.options, prune: "delete" } };

/** Called before each call of a port that leaves the job, and once more after its answer. */
type Moment = () => Promise<void>;

function watched<Port extends object>(port: Port, moment: Moment): Port {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return async (...given: unknown[]): Promise<unknown> => {
        await moment();
        const answer: unknown = await Reflect.apply(member, target, given);
        await moment();
        return answer;
      };
    },
  });
}

function watchedPorts(ports: ActionPorts, moment: Moment): ActionPorts {
  return {
    ...ports,
    git: watched(ports.git, moment),
    gitWriter: watched(ports.gitWriter, moment),
    repository: watched(ports.repository, moment),
    openRetell: (...given) => {
      const { reader, writer } = ports.openRetell(...given);
      return { reader: watched(reader, moment), writer: writer === undefined ? undefined : watched(writer, moment) };
    },
  };
}

interface Stop {
  readonly at: number;
  readonly hold: Moment;
}

/** One run of deploy; `hold` is awaited at its moment number `at`. Tells how many moments there were. */
async function deploy(world: MemoryWorld, about: { runId: string; stop?: Stop; options?: Partial<DeployInputs["options"]> | undefined }): Promise<{ report: ActionReport; moments: number }> {
  const { runId, stop } = about;
  world.github.runs.set(`${runId}/1`, { kind: "in-progress" });
  let moments = 0;
  const moment = async (): Promise<void> => {
    moments += 1;
    if (moments - 1 === stop?.at) await stop.hold();
  };
  try {
    return { report: await run({ ...inputs, options: { ...inputs.options, ...about.options } }, watchedPorts(world.ports({ runId }), moment)), moments };
  } finally {
    world.github.runs.set(`${runId}/1`, { kind: "over", endedAt: world.clock.now() });
  }
}

const idOf = (world: MemoryWorld, name: string): string => [...world.retell("staging").agents.values()].find((agent) => [...agent.versions.values()].some((version) => version.fields["agent_name"] === name))?.id ?? "";
const stateTip = (world: MemoryWorld): string => world.git.branches.get("retell/state/staging") ?? "";
const commit = (world: MemoryWorld, changes: Record<string, string | null>): void => void world.git.commit("staging", changes);
const checkOut = (world: MemoryWorld): void => world.git.checkout(world.git.branches.get("staging") ?? "");

interface Story {
  readonly name: string;
  /** Brings a world to where the two runs begin. */
  readonly prepare: (world: MemoryWorld) => Promise<void>;
  readonly options?: Partial<DeployInputs["options"]>;
  /** Agents in Retell at the end. */
  readonly agents: number;
  /** Engines in Retell at the end, where there are not as many. */
  readonly engines?: number;
}

async function prepared(story: Story): Promise<MemoryWorld> {
  const world = createMemoryWorld(smallProject());
  await story.prepare(world);
  checkOut(world);
  return world;
}

async function deployed(world: MemoryWorld): Promise<void> {
  checkOut(world);
  await deploy(world, { runId: "1" });
}

const STORIES: readonly Story[] = [
  { name: "a first deployment", agents: 2, prepare: async () => undefined },
  {
    name: "an update",
    agents: 2,
    prepare: async (world) => {
      await deployed(world);
      commit(world, { "prompts/base/greeting.txt": "Say hi.\n" });
    },
  },
  {
    name: "an update over a published version",
    agents: 2,
    prepare: async (world) => {
      await deployed(world);
      world.retell("staging").publish(idOf(world, "Sales"), 0);
      commit(world, { "prompts/base/greeting.txt": "Say hi.\n" });
    },
  },
  {
    name: "a change that the console has made already",
    agents: 2,
    prepare: async (world) => {
      await deployed(world);
      world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 1.5 } });
      commit(world, { "agents/sales/agent.json": (smallProject()["agents/sales/agent.json"] ?? "").replace('"voice_speed": 1,', '"voice_speed": 1.5,') });
    },
  },
  {
    name: "a folder that was removed",
    agents: 1,
    prepare: async (world) => {
      await deployed(world);
      commit(world, { "agents/support/agent.json": null });
    },
  },
  {
    name: "a folder that was renamed",
    agents: 2,
    prepare: async (world) => {
      await deployed(world);
      const moved = { ...(JSON.parse(smallProject()["workspaces.json"] ?? "") as object), moved: [{ agent: "sales", to: "sales-eu" }] };
      commit(world, { "workspaces.json": JSON.stringify(moved), "agents/sales/agent.json": null, "agents/sales-eu/agent.json": smallProject()["agents/sales/agent.json"] ?? "" });
    },
  },
  {
    name: "an agent that was deleted in the console",
    agents: 2,
    // The console leaves the engine of an agent that it deletes.
    engines: 3,
    options: { recreate: true },
    prepare: async (world) => {
      await deployed(world);
      world.retell("staging").agents.delete(idOf(world, "Sales"));
      commit(world, { "prompts/base/greeting.txt": "Say hi.\n" });
    },
  },
  {
    name: "what a dead run left",
    agents: 2,
    prepare: async (world) => {
      await deployed(world);
      commit(world, { "prompts/base/greeting.txt": "Say hi.\n" });
      checkOut(world);
      const died = new Error("died");
      world.retell("staging").after = ({ method }) => {
        if (method === "updateEngine") throw died;
      };
      await expect(deploy(world, { runId: "2" })).rejects.toBe(died);
      world.retell("staging").after = undefined;
    },
  },
];

const STATED = ["deployed", "unchanged", "busy"];

async function expectEnds(world: MemoryWorld, story: Story, reports: readonly ActionReport[]): Promise<void> {
  for (const { outcome, reason, message } of reports) if (!STATED.includes(outcome)) throw new Error(`${outcome} (${reason}): ${message ?? ""}`);
  expect(reports.some(({ outcome }) => outcome !== "busy")).toBe(true);
  const recorded = stateTip(world);
  expect((await deploy(world, { runId: "99", options: story.options })).report).toMatchObject({ outcome: "unchanged", outputs: { drifted: "[]" } });
  expect(stateTip(world)).toBe(recorded);
  expect(world.retell("staging").agents.size).toBe(story.agents);
  expect(world.retell("staging").engines.size).toBe(story.engines ?? story.agents);
  expect(world.git.commits.get(recorded)?.files.get("workspace.json")).toContain('"pending": null');
}

/** Holds up a run at a moment until another one has ended, or has itself come to a moment of its own; that one goes on when the first has ended. */
async function deployBeside(story: Story, { at, otherAt }: { at: number; otherAt: number | undefined }): Promise<{ wasHeld: boolean }> {
  const world = await prepared(story);
  const { options } = story;
  const firstEnded = Promise.withResolvers<undefined>();
  const otherHeld = Promise.withResolvers<undefined>();
  let wasHeld = false;
  let other: Promise<ActionReport> | undefined;
  const holdOther = (): Promise<void> => {
    wasHeld = true;
    otherHeld.resolve(undefined);
    return firstEnded.promise;
  };
  const hold = async (): Promise<void> => {
    other = deploy(world, { runId: "11", options, ...(otherAt === undefined ? {} : { stop: { at: otherAt, hold: holdOther } }) }).then(({ report }) => report);
    await Promise.race([otherHeld.promise, other]);
  };
  const { report } = await deploy(world, { runId: "10", options, stop: { at, hold } });
  firstEnded.resolve(undefined);
  if (other === undefined) throw new Error(`The run has no moment ${at}.`);
  await expectEnds(world, story, [report, await other]);
  return { wasHeld };
}

describe.each(STORIES)("Two runs at once: $name", (story) => {
  const countMoments = async (): Promise<number> => (await deploy(await prepared(story), { runId: "10", options: story.options })).moments;

  test("whenever the other one comes and goes, both end as stated and nothing is lost", async () => {
    const moments = await countMoments();
    const wrong: string[] = [];
    for (let at = 0; at < moments; at += 1) await deployBeside(story, { at, otherAt: undefined }).catch((error: Error) => wrong.push(`${at}: ${error.message}`));
    expect(wrong).toEqual([]);
    tellCase({ matrix: "races", subject: "deploy", what: `${story.name}, another run comes and goes at each of its moments`, outcome: "both end as stated" });
  });

  test("wherever the other one is meanwhile, both end as stated and nothing is lost", async () => {
    const moments = await countMoments();
    const wrong: string[] = [];
    let held = 0;
    for (const [at, otherAt] of pairs(moments)) {
      await deployBeside(story, { at, otherAt }).then(
        ({ wasHeld }) => void (held += wasHeld ? 1 : 0),
        (error: Error) => wrong.push(`${at}, ${otherAt}: ${error.message}`),
      );
    }
    expect(wrong).toEqual([]);
    expect(held).toBeGreaterThan(0);
    tellCase({ matrix: "races", subject: "deploy", what: `${story.name}, two runs held at moments of theirs against each other`, outcome: "both end as stated" });
  }, 300_000);
});

describe("Another run's work is never taken for a state of affairs", () => {
  /** A deployment of a new greeting that has just written an agent, and is still on. */
  async function inProgress(): Promise<MemoryWorld> {
    const world = createMemoryWorld(smallProject());
    await deployed(world);
    commit(world, { "prompts/base/greeting.txt": "Say hi.\n" });
    checkOut(world);
    const held = new Error("held");
    world.retell("staging").after = ({ method }) => {
      if (method === "updateEngine") throw held;
    };
    await expect(deploy(world, { runId: "2" })).rejects.toBe(held);
    world.retell("staging").after = undefined;
    world.github.runs.set("2/1", { kind: "in-progress" });
    return world;
  }

  test("a run in progress comes before whatever else forbids to write", async () => {
    const world = await inProgress();
    expect(await run({ ...inputs, planFingerprint: "sha256:0" }, world.ports({ runId: "3" }))).toMatchObject({ outcome: "busy", reason: "busy" });
    world.github.runs.set("2/1", { kind: "over", endedAt: world.clock.now() });
    expect(await run({ ...inputs, planFingerprint: "sha256:0" }, world.ports({ runId: "3" }))).toMatchObject({ outcome: "failed", reason: "plan-changed" });
  });

  test("where others keep recording, no conflict is reported that may be their work", async () => {
    const world = createMemoryWorld(smallProject());
    await deployed(world);
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 1.5 } });
    commit(world, { "prompts/base/greeting.txt": "Say hi.\n" });
    checkOut(world);
    const ports = world.ports({ runId: "3" });
    const restless: ActionPorts = {
      ...ports,
      git: {
        ...ports.git,
        remoteTips: async (branches) => {
          world.git.commit("retell/state/staging", { "notes.txt": String(world.git.commits.size) });
          return ports.git.remoteTips(branches);
        },
      },
    };
    world.retell("staging").calls.length = 0;
    expect(await run(inputs, restless)).toMatchObject({ outcome: "busy", reason: "busy" });
    expect(world.retell("staging").calls.filter(({ write }) => write)).toEqual([]);
    expect(await run(inputs, ports)).toMatchObject({ outcome: "conflicts", reason: "console-edit" });
  });

  test("the lock is the first file of its commit and goes with the last one, also where GitHub takes them in parts", async () => {
    const world = createMemoryWorld(smallProject());
    await deployed(world);
    commit(world, { "prompts/base/greeting.txt": "Say hi.\n" });
    checkOut(world);
    const ports = world.ports({ runId: "2" });
    const paths: string[][] = [];
    const commitFiles: typeof ports.gitWriter.commitFiles = (change) => {
      paths.push([...change.files.keys()]);
      return ports.gitWriter.commitFiles(change);
    };
    expect(await run(inputs, { ...ports, gitWriter: { ...ports.gitWriter, commitFiles } })).toMatchObject({ outcome: "deployed" });
    const agents = ["agents/sales/staging.json", "agents/support/staging.json"];
    expect(paths).toEqual([["workspace.json", ...agents], [...agents, "workspace.json"]]);
  });
});

/** Moments of both runs: all with `PROVE=full`, otherwise one in 23, such that each moment of either has its turn. */
function pairs(moments: number): [number, number][] {
  const all = Array.from({ length: moments }, (_, at) => Array.from({ length: moments }, (_, otherAt): [number, number] => [at, otherAt])).flat();
  return process.env["PROVE"] === "full" ? all : all.filter(([at, otherAt]) => (at * 3 + otherAt) % 23 === 0);
}
