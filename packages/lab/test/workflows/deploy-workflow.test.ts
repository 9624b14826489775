import { describe, expect, test } from "@jest/globals";
import { agentFile, agentId, live, outcomeOf, pullRequest, runsOf, sharedScene } from "./support.ts";

const TONE = "prompts/shared/tone.md";
const FILE = "retell-deploy-staging.yml";
const theScene = sharedScene();

describe("retell-deploy-staging.yml", () => {
  // The first: it counts all runs of the scene.
  test("the state commit starts no workflow", async () => {
    const scene = theScene();
    expect(scene.repository.heldEvents.map(({ event, reason }) => `${event.name} ${event.ref} ${reason}`)).toContain("push refs/heads/retell/state/staging suppressed");
    expect(scene.actions.runs).toHaveLength(1);
  });

  test("a merge deploys the agents that use the section, with the environment's key and no refused request", async () => {
    const scene = theScene();
    const { number } = await pullRequest(scene, { files: { [TONE]: "Be brief and kind.\n" } });
    const before = scene.retell.requests.length;
    const runs = await runsOf(scene, () => scene.person.merge(number));
    expect(runs.map(outcomeOf)).toEqual(["deployed"]);
    expect(runs[0]?.jobs["deploy"]?.steps.find(({ outputs }) => "outcome" in outputs)?.outputs["updated"]).toBe('["one"]');
    expect(await live(scene, "one")).toMatchObject({ prompt: "Be brief and kind." });
    expect([...new Set(scene.retell.requests.slice(before).map(({ apiKey }) => apiKey))]).toEqual(["deploy"]);
    expect(scene.jobRequests().filter(({ status }) => status === 403)).toEqual([]);
    expect(scene.actions.deployments.slice(-2).map(({ environment, state }) => `${environment} ${state}`)).toEqual(["staging in_progress", "staging success"]);
  });

  test("run by hand without changes: nothing is written anywhere", async () => {
    const scene = theScene();
    const tip = await scene.repository.tip("retell/state/staging");
    const counts = { retell: scene.retell.requests.length, github: scene.jobRequests().length };
    const runs = await runsOf(scene, () => scene.person.dispatch(FILE, { branch: "staging" }));
    expect(runs.map(outcomeOf)).toEqual(["unchanged"]);
    expect(scene.retell.requests.slice(counts.retell).filter(({ write }) => write)).toEqual([]);
    expect(scene.jobRequests().slice(counts.github).filter(({ write }) => write)).toEqual([]);
    expect(await scene.repository.tip("retell/state/staging")).toBe(tip);
  });

  test("dry-run and agents reach the action; a dry run uses the key that cannot write", async () => {
    const scene = theScene();
    const { repository, person } = scene;
    scene.actions.stop();
    await repository.commit({ branch: "staging", files: { "agents/one/agent.json": agentFile("one", { voice_speed: 1.5 }), "agents/two/agent.json": agentFile("two", { voice_speed: 1.5 }) }, message: "Faster" });
    scene.actions.start();
    const before = scene.retell.requests.length;
    const [dry] = await runsOf(scene, () => person.dispatch(FILE, { branch: "staging", inputs: { "dry-run": "true" } }));
    expect(outcomeOf(dry)).toBe("planned");
    expect([...new Set(scene.retell.requests.slice(before).map(({ apiKey }) => apiKey))]).toEqual(["read"]);
    const [partial] = await runsOf(scene, () => person.dispatch(FILE, { branch: "staging", inputs: { agents: "*,!two" } }));
    expect(outcomeOf(partial)).toBe("deployed");
    expect([(await live(scene, "one")).speed, (await live(scene, "two")).speed]).toEqual([1.5, undefined]);
    scene.actions.stop();
    await repository.commit({ branch: "staging", files: { "agents/two/agent.json": agentFile("two") }, message: "As before" });
    scene.actions.start();
  });

  test("on-console-edit: overwrite lets Git win where a conflict was left alone", async () => {
    const scene = theScene();
    const { number } = await pullRequest(scene, { files: { [TONE]: "Be brief and fair.\n" } });
    scene.staging.console.editLlm(await agentId(scene, "one"), { general_prompt: "Be rude." });
    const [left] = await runsOf(scene, () => scene.person.merge(number));
    expect(outcomeOf(left)).toBe("conflicts");
    expect(left?.conclusion).toBe("failure");
    expect(await live(scene, "one")).toMatchObject({ prompt: "Be rude." });
    expect(scene.repository.commentsOf(number).map(({ body }) => body).join("")).toContain("This PR is merged");
    const [forced] = await runsOf(scene, () => scene.person.dispatch(FILE, { branch: "staging", inputs: { "on-console-edit": "overwrite" } }));
    expect(outcomeOf(forced)).toBe("deployed");
    expect(await live(scene, "one")).toMatchObject({ prompt: "Be brief and fair." });
  });

  test("started from another branch, the environment does not let it pass", async () => {
    const scene = theScene();
    const before = scene.retell.requests.length;
    const [run] = await runsOf(scene, () => scene.person.dispatch(FILE, { branch: "develop" }));
    expect(run?.conclusion).toBe("failure");
    expect(run?.jobs["deploy"]?.reason).toContain("not allowed to deploy to staging");
    expect(scene.retell.requests.length).toBe(before);
  });

  test("pushes in quick succession: every run gets its turn, the last content stands, no agent is made twice", async () => {
    const scene = theScene();
    const texts = ["first", "second", "third", "fourth"];
    const runs = await runsOf(scene, async () => {
      for (const text of texts) await scene.repository.commit({ branch: "staging", files: { [TONE]: `${text}\n` }, message: text });
    });
    expect(runs).toHaveLength(4);
    const outcomes = runs.map(outcomeOf);
    expect(outcomes.slice(0, 3).every((outcome) => outcome === "deployed" || outcome === "superseded")).toBe(true);
    expect(outcomes[3]).toBe("deployed");
    expect(await live(scene, "one")).toMatchObject({ prompt: "fourth" });
    expect(scene.staging.agents()).toHaveLength(2);
  });

  test("re-running an older run after a newer deploy is superseded and writes nothing", async () => {
    const scene = theScene();
    const [old] = await runsOf(scene, () => scene.repository.commit({ branch: "staging", files: { [TONE]: "Old.\n" }, message: "Old" }));
    await runsOf(scene, () => scene.repository.commit({ branch: "staging", files: { [TONE]: "New.\n" }, message: "New" }));
    if (old === undefined) throw new Error("The first push started no run.");
    const before = scene.retell.requests.length;
    const [again] = await runsOf(scene, () => {
      scene.actions.rerun(old);
      return Promise.resolve();
    });
    expect(again?.run).toMatchObject({ id: old.run.id, attempt: 2 });
    expect(outcomeOf(again)).toBe("superseded");
    expect(scene.retell.requests.slice(before).filter(({ write }) => write)).toEqual([]);
    expect(await live(scene, "one")).toMatchObject({ prompt: "New." });
  });

  test("no key appears in any log, summary or comment", async () => {
    const scene = theScene();
    const { number } = await pullRequest(scene, { files: { [TONE]: "Be brief and calm.\n" } });
    await runsOf(scene, () => scene.person.merge(number));
    const texts = [...scene.actions.runs.flatMap(({ log, jobs }) => [log, ...Object.values(jobs).flatMap((job) => job.steps.flatMap(({ stdout, stderr, summary }) => [stdout, stderr, summary]))]), ...scene.repository.comments.map(({ body }) => body)].join("\n");
    for (const key of [...Object.values(scene.repository.secrets), ...Object.values(scene.repository.environments.get("staging")?.secrets ?? {})]) {
      // The one place is the command by which an action asks the runner to mask it.
      expect(texts.replaceAll(`::add-mask::${key}`, "")).not.toContain(key);
    }
  });
});
