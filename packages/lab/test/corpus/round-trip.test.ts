import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import Retell from "retell-sdk";
import { referencesIn } from "@retell-actions/lab/corpus/markers";
import { readCorpus, type Corpus } from "@retell-actions/lab/corpus/read-corpus";
import { seedCorpus } from "@retell-actions/lab/corpus/seed-corpus";
import type { PullRequest } from "@retell-actions/lab/github/model/records";
import type { Permissions } from "@retell-actions/lab/github/model/tokens";
import { KEYS, startScene, type RunOptions, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";
import { filesOn, foldersOf, heldIn, saidBy, secretValues, type Files } from "./imported-project.ts";

const WORKSPACES = `${JSON.stringify({ staging: { api_key_env: "RETELL_STAGING_API_KEY" }, production: { api_key_env: "RETELL_PRODUCTION_API_KEY" } }, null, 2)}\n`;
/** Permissions of the job in retell-import.yml. */
const IMPORT_PERMISSIONS: Permissions = { contents: "write", "pull-requests": "write", statuses: "write", actions: "read" };
/** Agents that no file can say, by their names in the console: a credential in a prompt, and texts that look like references. */
const UNSAYABLE = ["agent://sales", "Leaky integration", "Odd flow"];

/** All agents with `PROVE=full`; otherwise a sixth and what that refers to. */
function chosenCorpus(): Corpus {
  const all = readCorpus();
  const isChosen = (slug: string): boolean => process.env["PROVE"] === "full" || (createHash("sha256").update(slug).digest()[0] ?? 0) % 6 === 0;
  const chosen = new Set(all.agents.map(({ slug }) => slug).filter(isChosen));
  for (let before = -1; before < chosen.size; ) {
    before = chosen.size;
    const holders = [...all.agents.filter(({ slug }) => chosen.has(slug)), ...all.components];
    for (const { kind, slug } of holders.flatMap(referencesIn)) if (kind === "agent") chosen.add(slug);
  }
  return { ...all, agents: all.agents.filter(({ slug }) => chosen.has(slug)) };
}

const corpus = chosenCorpus();
/** Names of agents with values that only a newer Retell takes: they can be kept as they are, but not made anew. */
const FUTURE: readonly unknown[] = corpus.agents.filter(({ uses }) => uses.future !== undefined).map(({ agent }) => agent["agent_name"]);

const scenes: Scene[] = [];
/** The files of the import of staging. */
let files: Files;
let scene: Scene;
let imported: RunResult;
let secrets: Readonly<Record<string, string>> = {};
/** Folders of agents that cannot be made elsewhere. */
let kept: readonly string[] = [];

async function startEmpty(): Promise<Scene> {
  // Seed 0: what Retell makes up beside a write would be a difference, and has tests of its own.
  const started = await startScene({ files: { "workspaces.json": WORKSPACES }, retell: { seed: 0 } });
  started.repository.settings.allowActionsToCreatePullRequests = true;
  scenes.push(started);
  return started;
}

const importFrom = (of: Scene, workspace: string, options: RunOptions = {}): Promise<RunResult> =>
  of.action("import-agents", { branch: "develop", eventName: "workflow_dispatch", event: { inputs: {} }, permissions: IMPORT_PERMISSIONS, inputs: { workspace }, ...options });
const pullOf = ({ repository }: Scene): PullRequest | undefined => [...repository.pulls.values()].find(({ head }) => head.ref === "retell/import");
const clientFor = (apiKey: string): Retell => new Retell({ apiKey, baseURL: scene.retell.url, maxRetries: 0 });

/** The run, and how many writes to Retell it took. */
async function counted(run: () => Promise<RunResult>): Promise<{ readonly run: RunResult; readonly writes: number }> {
  const before = scene.retell.requests.length;
  return { run: await run(), writes: scene.retell.requests.slice(before).filter(({ write }) => write).length };
}

const deployElsewhere = (): Promise<RunResult> =>
  scene.deploy({
    branch: "production",
    inputs: { workspace: "production", agents: ["*", ...kept.map((name) => `!${name}`)].join("\n") },
    env: Object.fromEntries(Object.entries(secrets).map(([name, value]) => [`RETELL_SECRET_${name}`, value])),
  });

beforeAll(async () => {
  scene = await startEmpty();
  await seedCorpus({ client: clientFor(KEYS.staging), corpus, console: scene.staging.console });
  imported = await importFrom(scene, "staging");
  await scene.repository.merge(pullOf(scene)?.number ?? 0);
  for (const branch of ["staging", "production"]) await scene.repository.git.run(["branch", "-f", branch, "develop"]);
  files = await filesOn(scene, "develop");
  kept = foldersOf(files).filter(({ file }) => FUTURE.includes(file["agent_name"])).map(({ name }) => name);
  secrets = await secretValues({ scene, files, workspace: "staging", client: clientFor(KEYS.staging) });
}, 300_000);

afterAll(async () => {
  await Promise.all(scenes.map((one) => one.stop()));
});

describe("the corpus, from a workspace to the repository and on to another one", () => {
  test("the import takes all but what no file can say, and names the secrets", () => {
    const names = corpus.agents.map(({ agent }) => String(agent["agent_name"] ?? ""));
    const leftOut = JSON.parse(imported.outputs["left-out"] ?? "null") as string[];
    expect(leftOut.sort()).toEqual(UNSAYABLE.filter((name) => names.includes(name)).sort());
    expect(JSON.parse(imported.outputs["agents"] ?? "[]")).toHaveLength(corpus.agents.length - leftOut.length);
    expect(Object.keys(secrets).sort()).toEqual((JSON.parse(imported.outputs["secrets"] ?? "[]") as string[]).sort());
    expect(corpus.credentials.filter((credential) => Object.values(files).some((text) => text.includes(credential)))).toEqual([]);
  });

  test("L1: deploy after the merge is `unchanged` and writes nothing to Retell, with the secrets and without", async () => {
    for (const env of [{}, Object.fromEntries(Object.entries(secrets).map(([name, value]) => [`RETELL_SECRET_${name}`, value]))]) {
      const { run, writes } = await counted(() => scene.deploy({ env }));
      expect([run.outputs["outcome"], run.outputs["drifted"], writes]).toEqual(["unchanged", "[]", 0]);
    }
  }, 300_000);

  test("L1: validate has no errors and nothing to deploy", async () => {
    const run = await scene.validate({ branch: "staging" });
    expect([run.outputs["outcome"], run.outputs["errors"], run.outputs["agents-to-deploy"]]).toEqual(["passed", "0", "[]"]);
  }, 300_000);

  test("elsewhere: the same files make the same agents in an empty organisation, and a second deploy is `unchanged`", async () => {
    const { run, writes } = await counted(deployElsewhere);
    const made = JSON.parse(run.outputs["created"] ?? "[]") as string[];
    expect([run.outputs["outcome"], run.outputs["failed"], run.outputs["blocked"]]).toEqual(["deployed", "[]", "[]"]);
    expect(made).toHaveLength((JSON.parse(imported.outputs["agents"] ?? "[]") as string[]).length - kept.length);
    expect(writes).toBeGreaterThan(made.length);
    const again = await counted(deployElsewhere);
    expect([again.run.outputs["outcome"], again.run.outputs["drifted"], again.writes]).toEqual(["unchanged", "[]", 0]);
  }, 300_000);

  test("elsewhere: another repository that imports them gets the same files", async () => {
    const client = clientFor(KEYS.production);
    // The mark of the repository that made them: with it nobody else imports them.
    for (const { agentId, channel } of await heldIn(scene, { files, workspace: "production" })) {
      await (channel === "chat" ? client.chatAgent.update(agentId, { version_title: "" }) : client.agent.update(agentId, { version_title: "" }));
    }
    const other = await startEmpty();
    const run = await importFrom(other, "production", { env: { RETELL_BASE_URL: scene.retell.url } });
    expect([run.outputs["outcome"], run.outputs["left-out"]]).toEqual(["imported", "[]"]);
    const there = await filesOn(other, "retell/import");
    const those = Object.fromEntries(Object.entries(files).filter(([path]) => !kept.some((name) => path.includes(`/${name}/`))));
    expect(saidBy(there, await secretValues({ scene: other, files: there, workspace: "production", client }))).toEqual(saidBy(those, secrets));
  }, 300_000);

  test("GitHub was used as it is documented", () => {
    expect(scenes.flatMap(({ github }) => github.violations)).toEqual([]);
  });
});
