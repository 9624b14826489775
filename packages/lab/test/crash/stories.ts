/** One small story, or a few, for each workflow template. */
import { jsonFile } from "@retell-actions/lab/scene/sample-files";
import type { WorkflowScene } from "@retell-actions/lab/scene/workflow-scene";
import { agentFile, agentId, runsOf, stage, workspacesFile } from "../workflows/support.ts";
import { commandIn, editInConsole, reportOn } from "../workflows/conversation.ts";
import type { Story } from "./story.ts";

const TONE = "prompts/shared/tone.md";
const ONE = "agents/one/agent.json";
const TWO = "agents/two/agent.json";
const FEATURE = "feature";

const SINGLE = jsonFile({
  staging: { api_key_env: "RETELL_STAGING_API_KEY", read_key_env: "RETELL_STAGING_READ_KEY" },
  production: { api_key_env: "RETELL_PRODUCTION_API_KEY", read_key_env: "RETELL_PRODUCTION_READ_KEY" },
});
const REGIONS = ["prod-eu", "prod-us"];
const ONE_AGENT = { "workspaces.json": SINGLE, [TONE]: "Be brief.\n", [ONE]: agentFile("one") };
const TWO_AGENTS = { ...ONE_AGENT, [TWO]: agentFile("two") };

const nothing = (): Promise<void> => Promise.resolve();

/** Does what people do while no runner listens. */
async function unheard(scene: WorkflowScene, task: () => Promise<unknown>): Promise<void> {
  scene.actions.stop();
  await task();
  scene.actions.start();
}

const branchOff = ({ repository }: WorkflowScene, name: string, from = "develop"): Promise<unknown> => repository.git.run(["branch", name, from]);
const propose = ({ repository }: WorkflowScene): Promise<{ readonly number: number }> => repository.openPullRequest({ head: FEATURE, base: "staging", title: "A change" });

/** A pull request of one change to a staging that was never deployed. */
async function openFirstPull(scene: WorkflowScene): Promise<void> {
  await branchOff(scene, "staging");
  await scene.repository.commit({ branch: FEATURE, parent: "staging", files: { [TONE]: "Be kind.\n" }, message: "Kind" });
  await propose(scene);
}

/** Staging is deployed, and so are its branches. */
const deployFirst = (scene: WorkflowScene): Promise<void> => stage(scene, {});

async function deployedThenEdited(scene: WorkflowScene): Promise<void> {
  await deployFirst(scene);
  await scene.repository.commit({ branch: FEATURE, parent: "staging", files: { [ONE]: agentFile("one", { voice_speed: 1.2 }) }, message: "Faster" });
  await editInConsole(scene, "one", { agent: { voice_speed: 0.9 } });
}

/** A change that staging has had, and that is merged into production. */
async function promoted(scene: WorkflowScene): Promise<void> {
  const { repository } = scene;
  await deployFirst(scene);
  await unheard(scene, async () => {
    await branchOff(scene, "production");
    const { number } = await repository.openPullRequest({ head: "staging", base: "production", title: "Promote" });
    await repository.merge(number);
  });
}

export const VALIDATE: readonly Story[] = [
  {
    template: "retell-validate.yml",
    name: "a pull request is opened",
    writes: 1,
    ends: "success",
    installation: { files: ONE_AGENT },
    prepare: nothing,
    begin: openFirstPull,
  },
  {
    template: "retell-validate.yml",
    name: "a pull request is corrected",
    writes: 1,
    ends: "success",
    installation: { files: ONE_AGENT },
    prepare: async (scene) => {
      await unheard(scene, () => branchOff(scene, "staging"));
      await scene.repository.commit({ branch: FEATURE, parent: "staging", files: { [ONE]: "{" }, message: "Broken" });
      await runsOf(scene, () => propose(scene));
    },
    begin: ({ repository }) => repository.commit({ branch: FEATURE, files: { [ONE]: agentFile("one", { voice_speed: 1.2 }) }, message: "Faster" }),
  },
];

export const STAGING: readonly Story[] = [
  {
    template: "retell-deploy-staging.yml",
    name: "an agent changes, another one is new",
    writes: 7,
    ends: "success",
    installation: { files: ONE_AGENT },
    prepare: deployFirst,
    begin: ({ repository }) => repository.commit({ branch: "staging", files: { [TONE]: "Be kind.\n", [ONE]: agentFile("one", { voice_speed: 1.2 }), [TWO]: agentFile("two") }, message: "More" }),
  },
  {
    template: "retell-deploy-staging.yml",
    name: "a merge meets an edit in the console",
    writes: 1,
    ends: "failure",
    installation: { files: ONE_AGENT },
    prepare: async (scene) => {
      await deployedThenEdited(scene);
      await unheard(scene, () => propose(scene));
    },
    begin: ({ repository }) => repository.merge(1),
  },
];

export const PRODUCTION: readonly Story[] = [
  {
    template: "retell-deploy-production.yml",
    name: "deployed, published, brought back, released",
    writes: 19,
    ends: "success",
    installation: { files: ONE_AGENT },
    prepare: promoted,
    begin: async ({ repository, person }) => {
      await repository.git.run(["tag", "v1", "production"]);
      return person.dispatch("retell-deploy-production.yml", { branch: "production", inputs: { confirm: "PRODUCTION", tag: "v1" } });
    },
  },
];

export const PRODUCTIONS: readonly Story[] = [
  {
    template: "retell-deploy-multi-production.yml",
    name: "two productions deployed and published, brought back",
    writes: 23,
    ends: "success",
    installation: { productions: REGIONS, files: { ...ONE_AGENT, "workspaces.json": workspacesFile(REGIONS) } },
    prepare: promoted,
    begin: ({ person }) => person.dispatch("retell-deploy-multi-production.yml", { branch: "production", inputs: { confirm: "PRODUCTION" } }),
  },
];

export const DRIFT: readonly Story[] = [
  {
    template: "retell-drift-detection.yml",
    name: "an agent was edited, another one deleted",
    writes: 10,
    ends: "success",
    installation: { files: TWO_AGENTS },
    prepare: deployFirst,
    begin: async (scene) => {
      await editInConsole(scene, "one", { agent: { voice_speed: 1.3 } });
      scene.staging.console.deleteAgent(await agentId(scene, "two"));
      await scene.person.dispatch("retell-drift-detection.yml", { branch: "develop", inputs: { workspace: "staging" } });
    },
  },
  {
    template: "retell-drift-detection.yml",
    name: "the drift is gone",
    writes: 2,
    ends: "success",
    installation: { files: { ...ONE_AGENT, [ONE]: agentFile("one", { voice_speed: 1.1 }) } },
    prepare: async (scene) => {
      await deployFirst(scene);
      await editInConsole(scene, "one", { agent: { voice_speed: 1.3 } });
      await runsOf(scene, () => scene.person.dispatch("retell-drift-detection.yml", { branch: "develop", inputs: { workspace: "staging" } }));
    },
    begin: async (scene) => {
      await editInConsole(scene, "one", { agent: { voice_speed: 1.1 } });
      await scene.person.dispatch("retell-drift-detection.yml", { branch: "develop", inputs: { workspace: "staging" } });
    },
  },
];

export const COMMANDS: readonly Story[] = [
  {
    template: "retell-commands.yml",
    name: "use-git on an open pull request",
    writes: 6,
    ends: "success",
    installation: { files: ONE_AGENT },
    prepare: async (scene) => {
      await deployedThenEdited(scene);
      await runsOf(scene, () => propose(scene));
    },
    begin: (scene) => scene.person.comment(1, commandIn(reportOn(scene, 1), "/retell use-git staging one")),
  },
];

export const RELEASE: readonly Story[] = [
  {
    template: "retell-release.yml",
    name: "by hand for a tag",
    writes: 6,
    ends: "success",
    installation: { files: ONE_AGENT },
    prepare: async ({ repository }) => void (await repository.git.run(["tag", "v1", "develop"])),
    begin: ({ person }) => person.dispatch("retell-release.yml", { branch: "develop", inputs: { tag: "v1" } }),
  },
  {
    template: "retell-release.yml",
    name: "a release is published",
    writes: 5,
    ends: "success",
    installation: { files: ONE_AGENT },
    prepare: async ({ repository }) => void (await repository.git.run(["tag", "v1", "develop"])),
    begin: ({ repository }) => repository.release("v1", { body: "What is new.\n" }),
  },
];

export const NEW_AGENT: readonly Story[] = [
  {
    template: "retell-new-agent.yml",
    name: "an issue of the form",
    writes: 6,
    ends: "success",
    installation: { files: ONE_AGENT },
    prepare: nothing,
    begin: ({ person }) => person.openIssue("A new agent", "### Names of the agents\n\nhelp-desk\n\n### Starting point\n\ncustomer-service\n"),
  },
];

export const IMPORT: readonly Story[] = [
  {
    template: "retell-import.yml",
    name: "an agent of each workspace",
    writes: 11,
    ends: "success",
    installation: { files: { "workspaces.json": SINGLE } },
    prepare: ({ staging, production }) => {
      for (const { console } of [staging, production]) console.createAgent({ agent_name: "Front Desk" }, { general_prompt: "You answer.\n\nBe kind." });
      return Promise.resolve();
    },
    begin: ({ person }) => person.dispatch("retell-import.yml", { branch: "develop" }),
  },
];
