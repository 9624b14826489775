import { afterEach, expect, test } from "@jest/globals";
import { commentsIn, shownBy } from "@retell-actions/lab/scene/look-at";
import { agentFile, sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { KEYS, type RunResult } from "@retell-actions/lab/scene/scene";
import { age, changesOf, command, dispatch, edit, openPull, OVERWRITE, SALES, signsOf, startDeployed, type ResolveScene } from "./resolve-scene.ts";

const HOOK = 'whk+Zx91/"q&=%7 end';
const BEARER = "sk-live-9f8e7d6c5b4a39281706f5e4d3c2b1a0";
const QUERY = "Tq8fJw02LmPz77xKq3";
const TYPED = [BEARER, QUERY, `Bearer ${BEARER}`, Buffer.from(`Bearer ${BEARER}`).toString("base64"), encodeURIComponent(HOOK), HOOK, KEYS.staging, KEYS.stagingRead, KEYS.production];

const tool = (headers: Record<string, string>, url = "https://example.com/crm"): Record<string, unknown> => ({ type: "custom", name: "crm", description: "CRM", url, method: "POST", parameters: { type: "object", properties: {} }, headers, speak_after_execution: true });

let scene: ResolveScene;
afterEach(async () => {
  expect(scene.github.violations).toEqual([]);
  await scene.stop();
});

/** Everything that is left behind, but for lines that ask the runner to mask. */
async function everything(runs: readonly RunResult[]): Promise<string> {
  const { repository } = scene;
  return [
    (await repository.git.run(["log", "-p", "--all", "--format=%H%n%B"])).stdout.toString("utf8"),
    commentsIn(scene),
    JSON.stringify(scene.github.requests.map(({ body }) => body)),
    JSON.stringify(repository.statuses),
    JSON.stringify([...repository.pulls.values()].map(({ title, body }) => [title, body])),
    ...runs.flatMap((run) => [shownBy(run), run.stderr, run.stdout.split("\n").filter((line) => !line.startsWith("::add-mask::")).join("\n")]),
  ].join("\n");
}

test("L7: what was typed into the console: use-git keeps fingerprints, use-console names the secret to create", async () => {
  const env = { RETELL_SECRET_HOOK: HOOK };
  const files = sampleFiles({ sales: { agent: { webhook_url: "secret://HOOK" }, llm: { general_tools: [tool({ Authorization: "secret://HOOK", "X-Kind": "a" })] } }, support: {} });
  scene = await startDeployed({ files, env });
  const pull = await openPull(scene, { [SALES]: (files[SALES] ?? "").replace('"X-Kind": "a"', '"X-Kind": "b"').replace("https://example.com/crm", "https://example.com/crm2") });
  edit(scene, "sales", {
    agent: { webhook_url: `https://user:${QUERY}@example.com/hook?token=${QUERY}` },
    llm: { general_tools: [tool({ Authorization: `Bearer ${BEARER}`, "X-Kind": "c", "X-Api-Key": QUERY }, `https://example.com/crm?api_key=${QUERY}`)] },
  });
  const runs: RunResult[] = [await scene.validate({ pullRequest: pull, env })];
  age(scene);
  runs.push(await command(scene, pull, "/retell use-git sales agent.webhook_url llm.general_tools[crm].headers.Authorization", { env, debug: true }));
  expect(runs[1]?.outputs).toMatchObject({ outcome: "resolved" });
  const entries = JSON.parse((await scene.repository.readFile("feature", OVERWRITE)) ?? "{}") as { fields: Record<string, unknown> };
  expect(Object.keys(entries.fields)).toEqual(["agent.webhook_url", "llm.general_tools[crm].headers.Authorization"]);
  for (const value of Object.values(entries.fields)) expect(JSON.stringify(value)).toMatch(/fingerprint|scrypt|sha256|fp/i);

  // The report was written anew; its copy of before would do, too.
  age(scene);
  const adopted = await command(scene, pull, "/retell use-console sales llm.general_tools[crm]", { env, debug: true });
  runs.push(adopted);
  // A field that is a secret already is not given another name: its value is for a person to change.
  expect(adopted.outputs).toMatchObject({ outcome: "partially-resolved", "reason-code": "unmappable" });
  expect(adopted.log).toContain("make it the value of the secret HOOK");
  const written = (await scene.repository.readFile("feature", SALES)) ?? "";
  expect(written).toMatch(/"X-Api-Key": "secret:\/\/SALES_CRM_X_API_KEY"/);
  const answer = scene.repository.commentsOf(pull).find(({ body }) => body.includes(`"command":${adopted.id}`))?.body ?? "";
  expect(answer).toMatch(/RETELL_SECRET_SALES_CRM_X_API_KEY/);
  expect(Object.keys(await changesOf(scene, "feature")).sort()).toEqual([SALES, OVERWRITE].sort());

  runs.push(await command(scene, pull, "/retell diff --full\n/retell status", { env, debug: true }));
  runs.push(await dispatch(scene, "diff --full staging", { env: {}, debug: true }));
  scene.faults.add({ matches: ({ service, path }) => service === "retell" && path.startsWith("/get-agent"), action: { kind: "status", status: 400, body: { error_message: `no: ${HOOK} ${KEYS.staging} Bearer ${BEARER}` } } });
  const failed = await command(scene, pull, "/retell use-git sales @0123456789ab", { env, debug: true });
  runs.push(failed);
  expect(["failed", "refused"]).toContain(failed.outputs["outcome"]);
  expect(signsOf(scene, pull, failed.id)).toContain("confused");
  const text = await everything(runs);
  expect(text).toContain("crm");
  for (const credential of TYPED) expect(text.includes(credential) ? credential : "").toBe("");
});

test("L7: a credential that somebody writes into a command", async () => {
  scene = await startDeployed();
  const pull = await openPull(scene, { "agents/sales/agent.json": agentFile("sales", { agent: { voice_speed: 1.2 }, sections: ["shared/greeting", "sales/task"] }) });
  const run = await command(scene, pull, `/retell use-git sales agent.webhook_url Bearer ${BEARER}`);
  expect(run.outputs).toMatchObject({ outcome: "refused", "reason-code": "digest-missing" });
  const shown = [shownBy(run), ...scene.repository.commentsOf(pull).filter(({ id }) => id !== run.id).map(({ body }) => body)].join("\n");
  expect(shown).toContain("/retell use-git sales");
  expect(shown.includes(BEARER)).toBe(false);
});
