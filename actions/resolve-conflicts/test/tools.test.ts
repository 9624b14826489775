import { beforeEach, describe, expect, test } from "@jest/globals";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { comment, commandIn, deploy, detect, fileAt, idOf } from "./support.ts";

const SALES = "agents/sales/agent.json";
const HANG_UP = { type: "end_call", name: "hang_up", description: "Hang up." };
const GIVE_UP = { type: "end_call", name: "give_up", description: "Give up." };
const TOOLS = [HANG_UP, GIVE_UP];

let world: MemoryWorld;

const engineOf = () => [...world.retell("staging").engines.values()].map((engine) => [...engine.versions.values()].at(-1)?.fields).find((fields) => fields?.["general_tools"] !== undefined);
const names = () => (engineOf()?.["general_tools"] as { name: string }[] | undefined)?.map(({ name }) => name);
const drift = () => [...world.github.pulls.values()].findLast(({ head, state }) => head === "retell/drift/staging" && state === "open");

/** The console's edit becomes a drift pull request, `use-git` is said on it, it is merged and deployed. */
async function restoreByCommand(): Promise<void> {
  await detect(world);
  const pull = drift();
  expect(await comment(world, pull?.number ?? 0, commandIn(pull?.body ?? "", "/retell use-git"))).toMatchObject({ outcome: "resolved", outputs: { check: "passed" } });
  expect(fileAt(world, "retell/drift/staging", SALES)).toBe(fileAt(world, "staging", SALES));
  world.github.mergePullRequest(pull?.number ?? 0);
  expect(await deploy(world)).toMatchObject({ outcome: "deployed" });
}

describe("use-git on a drift pull request about whole items", () => {
  beforeEach(async () => {
    const config = JSON.parse(smallProject()[SALES] ?? "") as { llm_config: Record<string, unknown> };
    config.llm_config["general_tools"] = TOOLS;
    world = createMemoryWorld(smallProject({ [SALES]: `${JSON.stringify(config, null, 2)}\n` }));
    await deploy(world);
    expect(names()).toEqual(["hang_up", "give_up"]);
  });

  test("a tool that the console added goes again", async () => {
    world.retell("staging").edit(idOf(world, "Sales"), { engine: { general_tools: [...TOOLS, { type: "end_call", name: "added", description: "By hand." }] } });
    await restoreByCommand();
    expect(names()).toEqual(["hang_up", "give_up"]);
    expect(await detect(world)).toMatchObject({ outcome: "in-sync" });
  });

  test("a tool that the console removed comes back", async () => {
    world.retell("staging").edit(idOf(world, "Sales"), { engine: { general_tools: [GIVE_UP] } });
    await restoreByCommand();
    expect(names()).toEqual(["hang_up", "give_up"]);
    expect(await detect(world)).toMatchObject({ outcome: "in-sync" });
  });

  test("a tool that the console renamed, and edited once more after the command, is left to the next decision", async () => {
    const renamed = { ...HANG_UP, name: "leave" };
    world.retell("staging").edit(idOf(world, "Sales"), { engine: { general_tools: [renamed, GIVE_UP] } });
    await detect(world);
    const pull = drift();
    expect(await comment(world, pull?.number ?? 0, commandIn(pull?.body ?? "", "/retell use-git"))).toMatchObject({ outcome: "resolved" });
    world.github.mergePullRequest(pull?.number ?? 0);
    world.retell("staging").edit(idOf(world, "Sales"), { engine: { general_tools: [{ ...renamed, description: "Again." }, GIVE_UP] } });
    expect(await deploy(world)).toMatchObject({ outcome: "conflicts" });
    expect(engineOf()?.["general_tools"]).toEqual([{ ...renamed, description: "Again." }, GIVE_UP]);
  });

  test("a field that only the console set goes back to what was there", async () => {
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { interruption_sensitivity: 0.3 }, engine: { begin_message: "Hello you." } });
    await restoreByCommand();
    expect(engineOf()?.["begin_message"] ?? null).toBeNull();
    expect(await detect(world)).toMatchObject({ outcome: "in-sync" });
  });
});
