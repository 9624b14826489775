import { describe, expect, test } from "@jest/globals";
import { approve, jobsOf, outcomeOf, promote, runsOf, sharedScene, stage } from "./support.ts";

const TONE = "prompts/shared/tone.md";
const FILE = "retell-release.yml";
const theScene = sharedScene({ protect: false });

const assetsOf = (tag: string): string[] => [`retell-agents-${tag}.tar.gz`, `retell-agents-${tag}.zip`, "RELEASE_MANIFEST.json", "SHA256SUMS"].toSorted();

describe("retell-release.yml", () => {
  test("by hand for a tag: makes the release, uploads to its draft, publishes it, and starts no second run", async () => {
    const scene = theScene();
    const { repository } = scene;
    repository.settings.immutableReleases = true;
    await repository.git.run(["tag", "v1.0.0", "production"]);
    const runs = await runsOf(scene, () => scene.person.dispatch(FILE, { branch: "develop", inputs: { tag: "v1.0.0" } }));
    expect(runs.map(outcomeOf)).toEqual(["packaged"]);
    const release = repository.releases.find(({ tag }) => tag === "v1.0.0");
    expect(release).toMatchObject({ draft: false, immutable: true });
    expect(release?.assets.map(({ name }) => name).toSorted()).toEqual(assetsOf("v1.0.0"));
    expect(scene.jobRequests().filter(({ status }) => status === 403)).toEqual([]);
    repository.settings.immutableReleases = false;
  });

  test("a release that a person publishes gets the files of its tag, whatever branches hold by then", async () => {
    const scene = theScene();
    const { repository } = scene;
    await repository.git.run(["tag", "v1.1.0", "production"]);
    const sha = await repository.tip("production");
    await repository.commit({ branch: "develop", files: { [TONE]: "Be new.\n" }, message: "New" });
    await scene.actions.idle();
    const runs = await runsOf(scene, () => repository.release("v1.1.0", { body: "What is new.\n" }));
    expect(runs.map((run) => `${run.event.name} ${outcomeOf(run)}`)).toEqual(["release packaged"]);
    const release = repository.releases.find(({ tag }) => tag === "v1.1.0");
    expect(release?.assets.map(({ name }) => name).toSorted()).toEqual(assetsOf("v1.1.0"));
    expect(release?.body).toMatch(/^What is new\./);
    const manifest = release?.assets.find(({ name }) => name === "RELEASE_MANIFEST.json")?.data.toString("utf8") ?? "{}";
    expect(manifest).toContain(sha);
  });

  test("a tag that does not exist fails, and leaves no release", async () => {
    const scene = theScene();
    const [run] = await runsOf(scene, () => scene.person.dispatch(FILE, { branch: "develop", inputs: { tag: "v9.9.9" } }));
    expect([outcomeOf(run), run?.conclusion]).toEqual(["failed", "failure"]);
    expect(scene.repository.releases.filter(({ tag }) => tag === "v9.9.9")).toEqual([]);
  });

  test("the deploy to production makes the release of a tag at its end, if it is told one", async () => {
    const scene = theScene();
    const { repository } = scene;
    await stage(scene, { [TONE]: "Be brief and kind.\n" });
    await promote(scene);
    await approve(scene);
    await repository.git.run(["tag", "v2.0.0", "production"]);
    await runsOf(scene, () => scene.person.dispatch("retell-deploy-production.yml", { branch: "production", inputs: { confirm: "PRODUCTION", tag: "v2.0.0" } }));
    const [run] = await approve(scene);
    expect(jobsOf(run)).toEqual({ plan: "success", deploy: "success", "branch-sync": "success", release: "success" });
    const release = repository.releases.find(({ tag }) => tag === "v2.0.0");
    expect(release?.assets.map(({ name }) => name).toSorted()).toEqual(assetsOf("v2.0.0"));
  });
});
