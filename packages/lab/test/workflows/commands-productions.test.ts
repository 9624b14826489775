import { afterEach, describe, expect, jest, test } from "@jest/globals";
import type { ProjectFile } from "@retell-actions/core/project/files";
import { validateProject } from "@retell-actions/core/project/validate-project";
import type { WorkflowScene } from "@retell-actions/lab/scene/workflow-scene";
import { commandIn, editInConsole, isGreen, land, offences, reportOn, write } from "./conversation.ts";
import { approve, outcomeOf, PROJECT, publishedPrompt, runsOf, sharedScene, stage, workspacesFile } from "./support.ts";

/** Each act is several runs of several jobs. */
jest.setTimeout(240_000);

const TONE = "prompts/shared/tone.md";
const DEPLOY = "retell-deploy-multi-production.yml";
const REGIONS = ["prod-eu", "prod-us"];
const theScene = sharedScene({ protect: false, productions: REGIONS, files: { ...PROJECT, "workspaces.json": workspacesFile(REGIONS) } });

afterEach(() => expect(offences(theScene())).toEqual([]));

/** The reviewer lets every region pass. */
async function approveAll(scene: WorkflowScene): Promise<void> {
  for (let [next] = scene.actions.approvals.environments; next !== undefined; [next] = scene.actions.approvals.environments) await approve(scene, next);
}

const prompts = (scene: WorkflowScene): Promise<unknown[]> => Promise.all(REGIONS.map((workspace) => publishedPrompt(scene, { agent: "one", workspace })));

/** What a branch builds for each workspace, as it would be hashed and sent. */
async function builtBy({ repository }: WorkflowScene, branch: string): Promise<ReadonlyMap<string, string>> {
  const paths = (await repository.files(branch)).filter((path) => !path.startsWith(".github/"));
  const files = new Map(await Promise.all(paths.map(async (path): Promise<[string, ProjectFile]> => [path, { kind: "file", text: (await repository.readFile(branch, path)) ?? "" }])));
  const { desired } = validateProject({ files, workingDirectory: "" });
  return new Map([...desired].map(([workspace, agents]) => [workspace, JSON.stringify([...agents].map(([name, { content }]) => [name, content]))]));
}

describe("retell-commands.yml, several productions", () => {
  test("use-console for one production goes into its overlay; the others build what they built before", async () => {
    const scene = theScene();
    const { repository, person } = scene;
    await runsOf(scene, () => person.dispatch(DEPLOY, { branch: "production", inputs: { confirm: "PRODUCTION", "require-staging": "true" } }));
    await approveAll(scene);
    expect(await prompts(scene)).toEqual(["Be brief.", "Be brief."]);
    await editInConsole(scene, "one", { workspace: "prod-eu", llm: { general_prompt: "Be brief, in metres." } });
    await stage(scene, { [TONE]: "Be brief and kind.\n" });
    const { number } = await repository.openPullRequest({ head: "staging", base: "production", title: "Promote" });
    await scene.actions.idle();
    expect(outcomeOf(scene.actions.runs.at(-1))).toBe("conflicts");
    const report = reportOn(scene, number);
    expect(report).toContain("## Workspace `prod-eu`\n\n### `one` is left alone\n\nGit and the Retell console changed llm.general_prompt differently.");
    expect(report).not.toContain("use-git prod-us");

    const [unnamed, named] = ["/retell use-console one", commandIn(report, "/retell use-console prod-eu one")];
    const decided = await write(scene, number, `${unnamed}\n${named}`);
    expect([decided.outcome, decided.signs]).toEqual(["partially-resolved", ["eyes", "confused"]]);
    const pull = repository.openPulls().find(({ head }) => head.ref === "retell/resolve/prod-eu");
    if (pull === undefined) throw new Error(`There is no pull request of the decision: ${decided.answer}`);
    expect(pull.base.ref).toBe("staging");
    expect(decided.answer).toContain("to `retell/resolve/prod-eu`, ");
    const changed = await repository.git.run(["diff", "--name-status", "staging", "retell/resolve/prod-eu"]);
    expect(changed.stdout.toString("utf8").trim().split("\n")).toEqual(["A\tagents/one/agent.prod-eu.json"]);
    expect(JSON.parse((await repository.readFile("retell/resolve/prod-eu", "agents/one/agent.prod-eu.json")) ?? "")).toEqual({ llm_config: { prompt_config: { overrides: { "shared/tone": "Be brief, in metres." } } } });
    const [before, after] = [await builtBy(scene, "staging"), await builtBy(scene, "retell/resolve/prod-eu")];
    expect([...after].filter(([workspace, built]) => before.get(workspace) !== built).map(([workspace]) => workspace)).toEqual(["prod-eu"]);

    expect(await land(scene, pull.number)).toBe("unchanged");
    expect([outcomeOf(scene.actions.runs.at(-1)), isGreen(scene, number)]).toEqual(["passed", true]);
    expect(reportOn(scene, number)).toContain("## ✅ Validation Passed");
    await runsOf(scene, () => person.merge(number));
    await approveAll(scene);
    expect(await prompts(scene)).toEqual(["Be brief, in metres.", "Be brief and kind."]);
  });
});
