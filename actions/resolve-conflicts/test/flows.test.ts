import { beforeEach, describe, expect, test } from "@jest/globals";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import { flowProject } from "@retell-actions/lab/memory/flow-project";
import type { MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { comment, commandIn, deploy, fileAt, idOf, validate, worldWithPullRequest } from "./support.ts";

let world: MemoryWorld;
let pull: number;

const FLOW = "agents/chat/flow.json";
const sticky = async (): Promise<string> => (await world.github.comments.list(pull)).find(({ body }) => body.includes('"kind":"validation"'))?.body ?? "";

function engine(): JsonObject {
  const agent = world.retell("staging").agents.get(idOf(world, "Chat"));
  return structuredClone([...(world.retell("staging").engines.get(agent?.engineId ?? "")?.versions.values() ?? [])].at(-1)?.fields ?? {});
}

/** Somebody types another text into a node in the console. */
function say(id: string, text: string): void {
  const nodes = (engine()["nodes"] as JsonObject[]).map((node) => (node["id"] === id ? { ...node, instruction: { type: "prompt", text } } : node));
  world.retell("staging").edit(idOf(world, "Chat"), { engine: { nodes } });
}

const said = (id: string): unknown => ((engine()["nodes"] as JsonObject[]).find((node) => node["id"] === id)?.["instruction"] as JsonObject | undefined)?.["text"];

describe("a conflict in the text of a node that names a section", () => {
  beforeEach(async () => {
    ({ world, number: pull } = await worldWithPullRequest({ "prompts/chat/bye.txt": "Say good bye.\nThank them much.\n" }, flowProject({ "prompts/chat/bye.txt": "Say good bye.\nThank them.\n" })));
    say("bye", "Say a good bye.\nThank them.");
    expect(await validate(world, pull)).toMatchObject({ outcome: "conflicts" });
  });

  test("is shown by its field, its lines and its section", async () => {
    const body = await sticky();
    expect(body).toContain("flow.nodes[bye].instruction.text");
    expect(body).toContain("prompts/chat/bye.txt");
    expect(body).toContain("+Say a good bye.");
  });

  test("use-console: the section gets the console's text, and deploy is clean", async () => {
    expect(await comment(world, pull, commandIn(await sticky(), "/retell use-console"))).toMatchObject({ outcome: "resolved", outputs: { agents: '["chat"]', check: "passed" } });
    expect(fileAt(world, "feature", "prompts/chat/bye.txt")).toBe("Say a good bye.\nThank them.\n");
    expect(fileAt(world, "feature", FLOW)).toBe(fileAt(world, "staging", FLOW));
    world.github.mergePullRequest(pull);
    world.retell("staging").calls.length = 0;
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
    expect(world.retell("staging").calls.filter(({ write }) => write)).toEqual([]);
  });

  test("use-git: deploy writes Git's text over what was read", async () => {
    expect(await comment(world, pull, commandIn(await sticky(), "/retell use-git"))).toMatchObject({ outcome: "resolved", outputs: { check: "passed" } });
    world.github.mergePullRequest(pull);
    expect(await deploy(world)).toMatchObject({ outcome: "deployed" });
    expect(said("bye")).toBe("Say good bye.\nThank them much.");
  });

  test("merge: words of both sides go into the section", async () => {
    expect(await comment(world, pull, commandIn(await sticky(), "/retell merge"))).toMatchObject({ outcome: "resolved", outputs: { check: "passed" } });
    expect(fileAt(world, "feature", "prompts/chat/bye.txt")).toBe("Say a good bye.\nThank them much.\n");
    world.github.mergePullRequest(pull);
    expect(await deploy(world)).toMatchObject({ outcome: "deployed" });
    expect(said("bye")).toBe("Say a good bye.\nThank them much.");
  });
});

test("what to write by hand names the flow's own file, and the field in it", async () => {
  const flow = (flowProject()[FLOW] ?? "").replace('"start_speaker"', '"model_temperature": 0.1,\n  "start_speaker"');
  ({ world, number: pull } = await worldWithPullRequest({ [FLOW]: flow.replace("0.1,", "0.2,") }, flowProject({ [FLOW]: flow })));
  world.retell("staging").edit(idOf(world, "Chat"), { engine: { model_temperature: 0.9 } });
  await validate(world, pull);
  expect(await sticky()).toContain("- `agents/chat/flow.json`: set `model_temperature` to `0.9`");
});

test("a console edit that fits no section becomes one text with flatten", async () => {
  const flow = (flowProject()[FLOW] ?? "").replace('"base/rules"', '"base/rules", "base/greeting"');
  ({ world, number: pull } = await worldWithPullRequest({ [FLOW]: flow.replace('"gpt-4.1"', '"gpt-5.6-luna"') }, flowProject({ [FLOW]: flow })));
  world.retell("staging").edit(idOf(world, "Chat"), { engine: { global_prompt: "Be kind.\nSay hello." } });
  expect(await validate(world, pull)).toMatchObject({ outcome: "conflicts" });
  const command = commandIn(await sticky(), "/retell use-console");
  expect(await comment(world, pull, command)).toMatchObject({ outcome: "refused" });
  expect(await comment(world, pull, command, { inputs: { flatten: true } })).toMatchObject({ outcome: "resolved" });
  expect(JSON.parse(fileAt(world, "feature", FLOW) ?? "")).toMatchObject({ global_prompt: "Be kind.\nSay hello.", prompt_config: { variables: { firm: "Acme" } } });
});
