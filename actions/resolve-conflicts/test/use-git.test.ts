import { beforeEach, describe, expect, test } from "@jest/globals";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { answers, comment, commandIn, deploy, detect, fileAt, idOf, validate, worldWithPullRequest } from "./support.ts";

let world: MemoryWorld;
let pull: number;

const SALES = "agents/sales/agent.json";
const OVERWRITE = "agents/sales/overwrite.staging.json";
const sales = (changes: Readonly<Record<string, unknown>>): string => `${JSON.stringify({ ...(JSON.parse(smallProject()[SALES] ?? "{}") as object), ...changes }, null, 2)}\n`;

/** Writes commands with the digest that a fresh report has. */
async function decide(words: string): Promise<Awaited<ReturnType<typeof comment>>> {
  await validate(world, pull);
  await comment(world, pull, "/retell diff sales");
  const digest = /@[0-9a-f]{12}/.exec(commandIn((await answers(world, pull)).at(-1) ?? "", "/retell use-git"))?.[0] ?? "";
  return comment(world, pull, words.split("\n").map((line) => `/retell ${line} ${digest}`).join("\n"));
}

describe("use-git where the files hold what the console holds", () => {
  beforeEach(async () => {
    ({ world, number: pull } = await worldWithPullRequest({ [SALES]: sales({ voice_speed: 1.2, voice_temperature: 1.5 }) }));
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 0.9, voice_temperature: 1.5 } });
  });

  test("a value that the pull request's author wrote is not taken back", async () => {
    expect(await decide("use-git sales")).toMatchObject({ outcome: "resolved", result: { agents: [{ overwrites: ["agent.voice_speed"], already: ["agent.voice_temperature"], left: [] }] } });
    expect(fileAt(world, "feature", SALES)).toBe(sales({ voice_speed: 1.2, voice_temperature: 1.5 }));
    world.github.mergePullRequest(pull);
    expect(await deploy(world)).toMatchObject({ outcome: "deployed" });
  });

  test("after use-console Git's own value is not known any more, and that of the base is not taken for it", async () => {
    await decide("use-console sales");
    const report = await decide("use-git sales");
    expect(report).toMatchObject({ outcome: "refused", reason: "unmappable" });
    expect(report.message).toContain("write it into the files");
    expect(fileAt(world, "feature", SALES)).toContain('"voice_speed": 0.9');
    expect(fileAt(world, "feature", OVERWRITE)).toBeUndefined();
  });
});

test("a branch of decisions goes to a head that refuses commits: what is taken back there is the head's value", async () => {
  ({ world, number: pull } = await worldWithPullRequest({ [SALES]: sales({ voice_speed: 1.2 }) }));
  world.github.protectedBranches.add("feature");
  world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 0.9 } });
  expect(await decide("use-console sales")).toMatchObject({ outcome: "resolved", outputs: { branch: "retell/resolve/staging" } });
  expect(fileAt(world, "retell/resolve/staging", SALES)).toContain('"voice_speed": 0.9');
  expect(await decide("use-git sales")).toMatchObject({ outcome: "resolved", outputs: { branch: "retell/resolve/staging" } });
  expect(fileAt(world, "retell/resolve/staging", SALES)).toContain('"voice_speed": 1.2');
  expect(fileAt(world, "retell/resolve/staging", OVERWRITE)).toContain("0.9");
});

describe("use-git on a drift pull request that copied a shared section", () => {
  const GREETING = "prompts/sales/base/greeting.txt";

  async function drifted(changes: { agent?: Record<string, number>; prompt: string }): Promise<void> {
    world = createMemoryWorld(smallProject());
    await deploy(world);
    world.retell("staging").edit(idOf(world, "Sales"), { agent: changes.agent ?? {}, engine: { general_prompt: changes.prompt } });
    await detect(world);
    pull = [...world.github.pulls.values()].find(({ head }) => head === "retell/drift/staging")?.number ?? 0;
    expect(fileAt(world, "retell/drift/staging", GREETING)).toBeDefined();
  }

  test("the copy goes, and the section is shared again", async () => {
    await drifted({ prompt: "Say hello, friend.\n\nSell." });
    expect(await comment(world, pull, commandIn(world.github.pulls.get(pull)?.body ?? "", "/retell use-git"))).toMatchObject({ outcome: "resolved", outputs: { check: "passed" } });
    expect(fileAt(world, "retell/drift/staging", GREETING)).toBeUndefined();
    expect(fileAt(world, "retell/drift/staging", SALES)).toBe(smallProject()[SALES]);
    world.github.mergePullRequest(pull);
    expect(await deploy(world)).toMatchObject({ outcome: "deployed" });
    expect(await detect(world)).toMatchObject({ outcome: "in-sync" });
  });

  test("a field that stays adopted keeps its files, and the prompt is Git's all the same", async () => {
    await drifted({ agent: { voice_speed: 0.9 }, prompt: "Say hello, friend.\n\nSell." });
    const digest = /@[0-9a-f]{12}/.exec(world.github.pulls.get(pull)?.body ?? "")?.[0] ?? "";
    expect(await comment(world, pull, `/retell use-git staging sales llm.general_prompt ${digest}`)).toMatchObject({ outcome: "resolved", outputs: { check: "passed" } });
    expect(fileAt(world, "retell/drift/staging", SALES)).toContain('"voice_speed": 0.9');
    world.github.mergePullRequest(pull);
    expect(await deploy(world)).toMatchObject({ outcome: "deployed" });
    expect(await detect(world)).toMatchObject({ outcome: "in-sync" });
  });
});

test("shared-sections: update: a second command does not undo what the first one decided for another agent", async () => {
  ({ world, number: pull } = await worldWithPullRequest({ "notes.md": "x" }));
  world.retell("staging").edit(idOf(world, "Sales"), { engine: { general_prompt: "Say hello, friend.\n\nSell." } });
  world.retell("staging").edit(idOf(world, "Support"), { engine: { general_prompt: "Say hello, pal." } });
  await comment(world, pull, "/retell diff all");
  const report = await comment(world, pull, "/retell use-console sales\n/retell use-console support", { inputs: { sharedSections: "update" } });
  expect(report).toMatchObject({ outcome: "partially-resolved", reason: "unmappable" });
  expect(report.message).toContain("the prompt of sales, which a command above has decided about");
  expect(fileAt(world, "feature", "prompts/base/greeting.txt")).toBe("Say hello, friend.\n");
});
