import { beforeEach, describe, expect, test } from "@jest/globals";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import { flowProject } from "@retell-actions/lab/memory/flow-project";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { deploy, detect, fileAt, idOf, pulls } from "./support.ts";

let world: MemoryWorld;
const BRANCH = "retell/drift/staging";
const FLOW = "agents/chat/flow.json";

beforeEach(async () => {
  world = createMemoryWorld(flowProject());
  expect(await deploy(world)).toMatchObject({ outcome: "deployed" });
});

/** The fields of an agent's engine in Retell, as they are now. */
function engine(name: string): JsonObject {
  const agent = world.retell("staging").agents.get(idOf(world, name));
  const versions = world.retell("staging").engines.get(agent?.engineId ?? "")?.versions;
  return structuredClone([...(versions?.values() ?? [])].at(-1)?.fields ?? {});
}

const nodes = (): JsonObject[] => engine("Chat")["nodes"] as JsonObject[];
const inConsole = (name: string, changes: JsonObject): void => world.retell("staging").edit(idOf(world, name), { engine: changes });
const flowIn = (branch: string): { nodes: JsonObject[] } & JsonObject => JSON.parse(fileAt(world, branch, FLOW) ?? "{}") as { nodes: JsonObject[] } & JsonObject;

/** Merged, the next deploy writes nothing and the next detection finds nothing. */
async function settles(): Promise<void> {
  world.github.mergePullRequest(pulls(world)[0]?.number ?? 0);
  world.retell("staging").calls.length = 0;
  expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
  expect(world.retell("staging").calls.filter(({ write }) => write)).toEqual([]);
  expect(await detect(world)).toMatchObject({ outcome: "in-sync", outputs: { "has-drift": "false" } });
}

describe("a console edit of a chat agent's flow", () => {
  test("in a node's text goes into its section, or a copy of it", async () => {
    inConsole("Chat", { nodes: nodes().map((node) => ({ ...node, instruction: { type: "prompt", text: node["id"] === "bye" ? "Say bye bye." : "Say good day." } })) });
    expect(await detect(world)).toMatchObject({ outcome: "drift-detected", outputs: { "drifted-agents": '{"staging":["chat"]}' } });
    expect(fileAt(world, BRANCH, "prompts/chat/bye.txt")).toBe("Say bye bye.\n");
    expect(fileAt(world, BRANCH, "prompts/base/greeting.txt")).toBe("Say hello.\n");
    expect(fileAt(world, BRANCH, "prompts/chat/base/greeting.txt")).toBe("Say good day.\n");
    expect(flowIn(BRANCH).nodes[0]).toMatchObject({ instruction: { text: { $prompt: "chat/base/greeting" } } });
    expect(pulls(world)[0]?.body).toContain("flow.nodes[greet].instruction.text");
    await settles();
  });

  test("adds and removes nodes by their ids; moving them on the canvas is none", async () => {
    const [greet, bye] = nodes();
    inConsole("Chat", { nodes: [{ ...greet, display_position: { x: 77, y: 77 } }, { ...bye, display_position: { x: 1, y: 1 } }] });
    expect(await detect(world)).toMatchObject({ outcome: "in-sync" });
    const added = { id: "end", type: "end", instruction: { type: "prompt", text: "Hang up." }, display_position: { x: 5, y: 5 } };
    inConsole("Chat", { nodes: [{ ...greet, edges: [{ id: "done", transition_condition: { type: "prompt", prompt: "All is said" }, destination_node_id: "end" }] }, added] });
    expect(await detect(world)).toMatchObject({ outcome: "drift-detected" });
    expect(flowIn(BRANCH).nodes).toMatchObject([{ id: "greet", display_position: { x: 0, y: 0 }, edges: [{ destination_node_id: "end" }] }, { id: "end", instruction: { text: "Hang up." } }]);
    expect(flowIn(BRANCH).nodes[1]).not.toHaveProperty("display_position");
    await settles();
  });

  test("in the global prompt goes into the flow's sections, as in general_prompt", async () => {
    inConsole("Chat", { global_prompt: "Be very kind." });
    await detect(world);
    expect(fileAt(world, BRANCH, "prompts/base/rules.txt")).toBe("Be very kind.\n");
    expect(fileAt(world, BRANCH, FLOW)).toBe(fileAt(world, "staging", FLOW));
    await settles();
  });

  test("and one of a state's prompt, at once", async () => {
    inConsole("Chat", { model_temperature: 0.4 });
    inConsole("Voice", { states: [{ name: "first", state_prompt: "Say hello, Ann." }] });
    await detect(world);
    expect(flowIn(BRANCH)).toMatchObject({ model_temperature: 0.4 });
    expect(fileAt(world, BRANCH, "prompts/voice/base/greeting.txt")).toBe("Say hello, Ann.\n");
    await settles();
  });
});

describe("what Retell replaced by itself", () => {
  const retired = (): Record<string, string> => {
    const files = flowProject();
    return { ...files, [FLOW]: (files[FLOW] ?? "").replace('"model": "gpt-4.1"', '"model": "gpt-4.1-nano"').replace('"type": "conversation",', '"type": "conversation",\n      "model_choice": { "type": "cascading", "model": "gpt-4.1-nano" },').replace('"start_speaker"', '"temperature": 0.3,\n  "start_speaker"') };
  };
  const migrate = (): void => {
    const choice = { type: "cascading", model: "gpt-5.6-luna" };
    inConsole("Chat", { model_choice: choice, nodes: nodes().map((node) => (node["model_choice"] === undefined ? node : { ...node, model_choice: choice })) });
  };

  beforeEach(async () => {
    world = createMemoryWorld(retired());
    expect(await deploy(world)).toMatchObject({ outcome: "deployed" });
    migrate();
  });

  test("is nobody's edit: no drift, a note with the lines to change", async () => {
    const report = await detect(world);
    expect(report).toMatchObject({ outcome: "in-sync", outputs: { "has-drift": "false", "drifted-agents": "{}" } });
    expect(pulls(world)).toEqual([]);
    expect(report.message).toMatch(/Retell itself has replaced what the files say at agents\/chat\/flow\.json:\d+/);
    expect(report.summary).toContain("### Replaced by Retell");
    expect(report.summary).toContain("`flow.nodes[greet].model_choice.model`");
    expect(report.summary).toContain("Retell replaced `gpt-4.1-nano` with `gpt-5.6-luna`; update the file.");
    expect(report.summary).toContain("It is called `model_temperature` today; update the file.");
    expect(report.result).toMatchObject({ agents: [{ agent: "chat", status: "in-sync", changed_fields: [], outdated_fields: ["flow.model_choice.model", "flow.nodes[greet].model_choice.model"] }, {}, {}, {}] });
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
  });

  test("is brought up to date with the next drift, in words of its own", async () => {
    world.retell("staging").edit(idOf(world, "Voice"), { agent: { voice_speed: 1.3 } });
    const report = await detect(world);
    expect(report).toMatchObject({ outcome: "drift-detected", outputs: { "drifted-agents": '{"staging":["voice"]}' } });
    expect(fileAt(world, BRANCH, FLOW)).toBe((fileAt(world, "staging", FLOW) ?? "").replaceAll("gpt-4.1-nano", "gpt-5.6-luna").replace('"temperature"', '"model_temperature"'));
    const body = pulls(world)[0]?.body ?? "";
    expect(body).toContain("1 agent, 2 files.");
    expect(body).toContain("Retell replaced `gpt-4.1-nano` with `gpt-5.6-luna`; this PR updates the file.");
    expect(body).toContain("It is called `model_temperature` today; this PR updates the file.");
    await settles();
  });

  test("opens no pull request where nothing of the drift can be adopted", async () => {
    inConsole("Chat", { global_prompt: "Be {{firm}}." });
    expect(await detect(world)).toMatchObject({ outcome: "drift-detected", outputs: { "pull-requests": "{}" } });
    expect(pulls(world)).toEqual([]);
  });

  test("and was then changed by somebody, is an edit", async () => {
    inConsole("Chat", { model_choice: { type: "cascading", model: "gpt-4.1" } });
    await detect(world);
    expect(flowIn(BRANCH)).toMatchObject({ model_choice: { model: "gpt-4.1" } });
    await settles();
  });
});
