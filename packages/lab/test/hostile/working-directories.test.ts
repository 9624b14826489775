import { expect, test } from "@jest/globals";
import { agent, clearRecords, deployedScene, githubWrites, list, openScene, ourComments, project, propose, push, retellWrites } from "../known-mistakes/project.ts";
import { held } from "../attacks/held.ts";

function inFolder(folder: string, files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}

test("two projects in one repository touch neither each other's agents nor states nor comments", async () => {
  const files = { ...inFolder("voice", project({ sales: agent("Voice sales") })), ...inFolder("voice-eu", project({ sales: agent("European sales") })) };
  const scene = await openScene({ files });
  const voice = { inputs: { "working-directory": "voice" } };
  const europe = { inputs: { "working-directory": "./voice-eu/" } };
  expect((await scene.deploy(voice)).outputs).toMatchObject({ outcome: "deployed", created: '["sales"]' });
  expect((await scene.deploy(europe)).outputs).toMatchObject({ outcome: "deployed", created: '["sales"]' });
  const states = await Promise.all(["voice", "voice-eu"].map(async (folder) => JSON.parse((await scene.repository.readFile(`retell/state/${folder}/staging`, "agents/sales/staging.json")) ?? "{}") as { agent_id: string }));
  expect(states.map(({ agent_id: id }) => scene.staging.agent(id).latest.agent["agent_name"])).toEqual(["Voice sales", "European sales"]);
  expect(await scene.repository.git.text(["for-each-ref", "--format=%(refname)", "refs/heads/retell/"])).toBe("refs/heads/retell/state/voice-eu/staging\nrefs/heads/retell/state/voice/staging");

  const pull = await propose(scene, { "voice/agents/sales/agent.json": agent("Voice sales", { general_prompt: "Only here." }) });
  const checks = [await scene.validate({ pullRequest: pull.number, ...voice }), await scene.validate({ pullRequest: pull.number, ...europe })];
  expect(checks.map((check) => list(check, "agents-to-deploy"))).toEqual([["sales"], []]);
  expect(ourComments(scene, pull).map(({ body, edits }) => [body.includes("Only here."), edits])).toEqual([[true, 0], [false, 0]]);
  await scene.validate({ pullRequest: pull.number, ...europe });
  expect(ourComments(scene, pull).map(({ edits }) => edits)).toEqual([0, 0]);

  await scene.repository.merge(pull.number);
  clearRecords(scene);
  expect((await scene.deploy(europe)).outputs["outcome"]).toBe("unchanged");
  expect([retellWrites(scene), githubWrites(scene)]).toEqual([[], []]);
  expect((await scene.deploy(voice)).outputs).toMatchObject({ outcome: "deployed", updated: '["sales"]' });
  expect((await scene.deploy(europe)).outputs["outcome"]).toBe("unchanged");
  held("working directories");
});

test("after a lost state a project finds its own agents by their mark, and not those of its neighbour", async () => {
  const files = { ...project({ sales: agent("Sales") }), ...inFolder("sales", project({ sales: agent("Other sales") })) };
  const scene = await deployedScene({ files });
  await scene.deploy({ inputs: { "working-directory": "sales" } });
  await scene.repository.git.run(["update-ref", "-d", "refs/heads/retell/state/staging"]);
  const again = await scene.deploy();
  expect([again.outputs["outcome"], scene.staging.agents().length]).toEqual(["unchanged", 2]);
  await push(scene, { "sales/agents/sales/agent.json": agent("Other sales", { general_prompt: "Other." }) });
  expect((await scene.deploy()).outputs["outcome"]).toBe("unchanged");
  expect((await scene.deploy({ inputs: { "working-directory": "sales" } })).outputs["outcome"]).toBe("deployed");
  held("working directories");
});

test("a folder that is none of the repository is refused, not taken for its root", async () => {
  const scene = await openScene({ files: project({ sales: agent("Sales") }) });
  for (const folder of ["../voice", "/etc", "voice/../.."]) {
    const result = await scene.deploy({ inputs: { "working-directory": folder } });
    expect([folder, result.outputs["outcome"], result.outputs["reason-code"]]).toEqual([folder, "failed", "invalid-input"]);
  }
  expect((await scene.validate({ inputs: { "working-directory": "nowhere" } })).outputs["outcome"]).toBe("invalid");
  expect(scene.retell.requests).toEqual([]);
  held("working directories");
});
