import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { ALL_IS_WELL, BROKEN_WORLDS } from "@retell-actions/lab/scene/broken-worlds";
import { agentNamed, shownBy } from "@retell-actions/lab/scene/look-at";
import type { RunOptions } from "@retell-actions/lab/scene/scene";
import { answersOn, command, digestOf, dispatch, now, signsOf, startConflict, writesSince, type ResolveScene } from "./resolve-scene.ts";

const STATE = "retell/state/staging";
const SAYS_DECIDED = /✅ Decided|resolved:/;

let scene: ResolveScene;
let pull: number;
let digest: string;
let tips: Readonly<Record<string, string>>;

beforeAll(async () => {
  ({ scene, pull } = await startConflict());
  digest = await digestOf(scene);
  tips = { feature: await scene.repository.tip("feature"), [STATE]: await scene.repository.tip(STATE) };
}, 60_000);
afterAll(async () => {
  expect(scene.github.violations).toEqual([]);
  await scene.stop();
});
afterEach(async () => {
  scene.faults.reset();
  expect(await scene.repository.tip("feature")).toBe(tips["feature"]);
  expect([...(await scene.repository.git.run(["branch", "--list", "retell/resolve/*"])).stdout.toString()]).toEqual([]);
  await scene.repository.git.run(["update-ref", `refs/heads/${STATE}`, tips[STATE] ?? ""]);
});

/** A decision that is not to be made: nothing is committed, the person is told, and nobody is told that it was. */
async function undecided(body: string, expected: { readonly outcome: "refused" | "failed"; readonly reason: string; readonly says: RegExp }, options: RunOptions = {}): Promise<string> {
  const count = answersOn(scene, pull).length;
  const from = now(scene);
  const run = await command(scene, pull, body, options);
  expect([run.conclusion, run.outputs["outcome"], run.outputs["reason-code"]]).toEqual(["failure", expected.outcome, expected.reason]);
  const answers = answersOn(scene, pull);
  expect(answers).toHaveLength(count + 1);
  const answer = answers.at(-1)?.body ?? "";
  expect(answer).toMatch(expected.says);
  for (const text of [answer, shownBy(run)]) expect(text).not.toMatch(SAYS_DECIDED);
  expect(signsOf(scene, pull, run.id)).toEqual(["eyes", "confused"]);
  // The comment itself, two signs, the answer.
  expect(writesSince(scene, from)).toHaveLength(4);
  return answer;
}

describe("L2: a decision is about the state that was read", () => {
  test("the digest of another state, one that is too short or too long, or one agent's for all", async () => {
    const commands = ["use-git", "use-console", "merge"].map((verb) => `/retell ${verb} sales @0123456789ab`);
    const others = [digest.slice(0, -1), `${digest}0`, "@0"].map((other) => `/retell use-git sales ${other}`);
    const body = [...commands, ...others, `/retell use-git all ${digest}`].join("\n");
    const answer = await undecided(body, { outcome: "refused", reason: "live-changed", says: /nothing was decided/ });
    expect(answer.split("`live-changed`")).toHaveLength(8);
    expect(answer).toContain(digest);
  });

  test("two digests, or one that is no digest", async () => {
    const answer = await undecided(`/retell use-git sales ${digest} @0123456789ab\n/retell use-git sales @latest`, { outcome: "refused", reason: "unknown-command", says: /more than one digest/ });
    // Which of the two is said depends on whether the report was written in the second of the command.
    expect(answer).toMatch(/digest-missing|is no field of sales to decide about/);
  });

  test("none, and no report that shows the agent; a person's copy of a report is none", async () => {
    await scene.dana.comment(pull, `<!-- retell-actions {"kind":"validation","format":1,"repository":${scene.repository.id},"folder":"","workspaces":["staging"],"shown":{"staging":{"sales":"${digest.slice(1)}"}},"digest":"x"} -->\n`);
    scene.repository.comments.filter(({ user }) => user.login === "dana").forEach((comment) => Object.assign(comment, { createdAt: "2020-01-01T00:00:00Z", updatedAt: "2020-01-01T00:00:00Z" }));
    scene.repository.comments.filter(({ body }) => body.startsWith("<!-- retell-actions") && body.includes('"answer"')).forEach((comment) => Object.assign(comment, { updatedAt: "2099-01-01T00:00:00Z", createdAt: "2099-01-01T00:00:00Z" }));
    await undecided("/retell use-git sales", { outcome: "refused", reason: "digest-missing", says: /it is not known which state/ });
  });
});

/** Of the ways in which something cannot be read, those that this action can meet; the ordinary run takes one of each kind. */
const SAMPLED = ["a wrong API key", "a key of another organisation", "an API that refuses connections", "state that is not JSON", "a missing workspace.json of the state", "an agent whose engine was deleted"];
const WORLDS = BROKEN_WORLDS.filter(({ name, onlyWrites }) => onlyWrites !== true && name !== "an unknown workspace" && !name.startsWith("a GitHub that is down") && (process.env["PROVE"] === "full" || SAMPLED.includes(name)));
describe("L3: what cannot be read decides nothing", () => {
  test.each(WORLDS.filter(({ name }) => name !== "an agent whose engine was deleted"))("$name", async (world) => {
    await world.arrange?.(scene);
    const answer = await undecided(`/retell use-git sales ${digest}`, { outcome: "failed", reason: world.reason, says: world.says }, world.options);
    expect(answer).not.toMatch(ALL_IS_WELL);
  });

  test("a key that is nobody's: a view of Retell is a failure too", async () => {
    const run = await dispatch(scene, "diff staging", { env: { RETELL_STAGING_API_KEY: "key_of_nobody" } });
    expect([run.conclusion, run.outputs["outcome"], run.outputs["reason-code"]]).toEqual(["failure", "failed", "unauthorized"]);
  });

  test("status says of a workspace that it cannot be read", async () => {
    const run = await dispatch(scene, "status", { env: { RETELL_STAGING_READ_KEY: "key_of_nobody" } });
    expect(run.outputs["outcome"]).toBe("answered");
    expect(run.summary).toMatch(/staging[\s\S]*(API key|RETELL_STAGING_READ_KEY)/);
    expect(run.summary).not.toMatch(ALL_IS_WELL);
  });

  test("another agent cannot be read: the decision is made, and the check of the new head is no success", async () => {
    // The last one: it changes the branch.
    const { id } = agentNamed(scene.staging, "support");
    scene.faults.add({ matches: ({ path }) => path.includes(id), action: { kind: "status", status: 403, body: { error_message: "no" } } });
    const run = await command(scene, pull, `/retell use-git sales ${digest}`);
    expect(run.outputs["outcome"]).toBe("resolved");
    tips = { ...tips, feature: await scene.repository.tip("feature") };
    expect([run.outputs["check"], scene.repository.statusesOf(tips["feature"] ?? "").map(({ state }) => state)]).toEqual(["failed", ["failure"]]);
  });

  test("the engine of the agent is gone", async () => {
    const world = BROKEN_WORLDS.find(({ name }) => name === "an agent whose engine was deleted");
    await world?.arrange?.(scene);
    await undecided(`/retell use-console sales ${digest}`, { outcome: "failed", reason: "unreadable", says: /could not be read/ });
  });
});
