import { beforeEach, describe, expect, test } from "@jest/globals";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { deploy, detect, fileAt, idOf, pulls } from "./support.ts";

const WORKSPACES = `${JSON.stringify(
  {
    mode: "multi-production",
    staging: { api_key_env: "RETELL_STAGING_API_KEY" },
    production: { "prod-eu": { api_key_env: "RETELL_PROD_EU_API_KEY" }, "prod-us": { api_key_env: "RETELL_PROD_US_API_KEY" } },
  },
  null,
  2,
)}\n`;
const AGENT = "agents/sales/agent.json";
const overlayOf = (workspace: string): string => `agents/sales/agent.${workspace}.json`;

let world: MemoryWorld;

beforeEach(async () => {
  world = createMemoryWorld(smallProject({ "workspaces.json": WORKSPACES }));
  for (const workspace of ["staging", "prod-eu", "prod-us"]) await deploy(world, workspace);
});

const edit = (workspace: string, change: { agent?: Record<string, number>; engine?: Record<string, string> }): void => world.retell(workspace).edit(idOf(world, "Sales", workspace), change);

/** Deploys both productions and counts what was written to Retell. */
async function writesOfDeploys(): Promise<number> {
  let writes = 0;
  for (const workspace of ["prod-eu", "prod-us"]) {
    world.retell(workspace).calls.length = 0;
    expect((await deploy(world, workspace)).outcome).toBe("unchanged");
    writes += world.retell(workspace).calls.filter(({ write }) => write).length;
  }
  return writes;
}

describe("several productions on one branch", () => {
  test("an edit in one of them goes to its overlay, and changes no other; both deploys then write nothing", async () => {
    edit("prod-eu", { agent: { voice_speed: 1.4 }, engine: { general_prompt: "Say hello.\n\nSell in Europe." } });
    expect(await detect(world)).toMatchObject({ outcome: "drift-detected", outputs: { "drifted-agents": '{"prod-eu":["sales"]}' } });
    expect(pulls(world, "prod-eu")).toMatchObject([{ base: "production", title: "prod-eu Configuration Drift Detected" }]);
    expect(pulls(world, "prod-eu")[0]?.body).toContain("gh workflow run retell-deploy-multi-production.yml --ref production -f workspace=prod-eu -f agents=sales -f on-console-edit=overwrite -f confirm=PRODUCTION");
    const branch = "retell/drift/prod-eu";
    expect(fileAt(world, branch, AGENT)).toBe(fileAt(world, "production", AGENT));
    expect(fileAt(world, branch, "prompts/sales/pitch.txt")).toBe("Sell.\n");
    expect(JSON.parse(fileAt(world, branch, overlayOf("prod-eu")) ?? "")).toEqual({ voice_speed: 1.4, llm_config: { prompt_config: { overrides: { "sales/pitch": "Sell in Europe." } } } });
    world.github.mergePullRequest(pulls(world, "prod-eu")[0]?.number ?? 0);
    expect(await writesOfDeploys()).toBe(0);
    expect(await detect(world)).toMatchObject({ outcome: "in-sync" });
  });

  test("an edit that all of them show goes to the files that they share; one merge settles both", async () => {
    for (const workspace of ["prod-eu", "prod-us"]) edit(workspace, { agent: { voice_speed: 1.4 } });
    await detect(world);
    expect(fileAt(world, "retell/drift/prod-eu", overlayOf("prod-eu"))).toBeUndefined();
    expect(fileAt(world, "retell/drift/prod-eu", AGENT)).toContain('"voice_speed": 1.4');
    expect(fileAt(world, "retell/drift/prod-us", AGENT)).toContain('"voice_speed": 1.4');
    world.github.mergePullRequest(pulls(world, "prod-eu")[0]?.number ?? 0);
    expect(await writesOfDeploys()).toBe(0);
    expect(await detect(world)).toMatchObject({ outcome: "in-sync" });
    expect(pulls(world, "prod-us")).toMatchObject([{ state: "closed" }]);
  });

  test("looked at alone, an edit is not taken for everybody's", async () => {
    for (const workspace of ["prod-eu", "prod-us"]) edit(workspace, { agent: { voice_speed: 1.4 } });
    await detect(world, { workspace: "prod-eu" });
    expect(fileAt(world, "retell/drift/prod-eu", AGENT)).toBe(fileAt(world, "production", AGENT));
    expect(JSON.parse(fileAt(world, "retell/drift/prod-eu", overlayOf("prod-eu")) ?? "")).toEqual({ voice_speed: 1.4 });
  });

  test("one that cannot be read fails the run, and the other is told", async () => {
    edit("prod-eu", { agent: { voice_speed: 1.4 } });
    world.withoutKey.add("prod-us");
    expect(await detect(world)).toMatchObject({ outcome: "failed", reason: "missing-key", outputs: { "drifted-agents": '{"prod-eu":["sales"]}' } });
    expect(pulls(world, "prod-eu")).toHaveLength(1);
  });
});
