import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import Retell from "retell-sdk";
import { referencesIn } from "@retell-actions/lab/corpus/markers";
import { readCorpus, type Corpus } from "@retell-actions/lab/corpus/read-corpus";
import { seedCorpus } from "@retell-actions/lab/corpus/seed-corpus";
import { KEYS, startScene, type Scene, type RunResult } from "@retell-actions/lab/scene/scene";
import { filesIn, secretValues } from "./imported-project.ts";

const WORKSPACES = `${JSON.stringify({ staging: { api_key_env: "RETELL_STAGING_API_KEY" }, production: { api_key_env: "RETELL_PRODUCTION_API_KEY" } }, null, 2)}\n`;

let scene: Scene;
test("x", async () => {
  const t0 = Date.now();
  const say = (what: string) => process.stderr.write(`${((Date.now() - t0) / 1000).toFixed(1)} ${what}\n`);
  const all = readCorpus();
  const wanted = new Set(all.agents.filter(({ slug }) => process.env["PROVE"] === "full" || (createHash("sha256").update(slug).digest()[0] ?? 0) % 3 === 0).map(({ slug }) => slug));
  for (let size = -1; size !== wanted.size;) {
    size = wanted.size;
    for (const a of [...all.agents.filter(({ slug }) => wanted.has(slug)), ...all.components]) for (const r of referencesIn(a)) if (r.kind === "agent") wanted.add(r.slug);
  }
  const corpus: Corpus = { ...all, agents: all.agents.filter(({ slug }) => wanted.has(slug)) };
  say(`agents ${corpus.agents.length}`);
  scene = await startScene({ files: { "workspaces.json": WORKSPACES }, retell: { seed: 0 } });
  scene.repository.settings.allowActionsToCreatePullRequests = true;
  await seedCorpus({ client: new Retell({ apiKey: KEYS.staging, baseURL: scene.retell.url, maxRetries: 0 }), corpus, console: scene.staging.console });
  say("seeded");
  const imported = await scene.action("import-agents", { branch: "develop", eventName: "workflow_dispatch", event: { inputs: {} }, inputs: { workspace: "staging" } });
  say(`imported ${imported.conclusion} ${JSON.stringify(imported.outputs).slice(0, 600)}`);
  const pull = [...scene.repository.pulls.values()][0];
  if (!pull) { say(imported.log); return; }
  await scene.repository.merge(pull.number);
  await scene.repository.git.run(["branch", "-f", "staging", "develop"]);
  const before = scene.retell.requests.length;
  const dep = await scene.deploy();
  say(`deploy ${dep.conclusion} ${JSON.stringify(dep.outputs).slice(0, 400)} writes ${scene.retell.requests.slice(before).filter(({ write }) => write).length}`);
  const val = await scene.validate({ branch: "staging" });
  say(`validate ${val.conclusion} ${JSON.stringify(val.outputs).slice(0, 400)}`);
  const files = await filesIn(scene, "develop");
  const records = await filesIn(scene, "retell/state/staging");
  const secrets = await secretValues({ files, records, client: new Retell({ apiKey: KEYS.staging, baseURL: scene.retell.url, maxRetries: 0 }) });
  say(`secrets ${Object.keys(secrets).length} ${imported.outputs["secrets"]}`);
  await scene.repository.git.run(["branch", "-f", "production", "develop"]);
  const env = Object.fromEntries(Object.entries(secrets).map(([n, v]) => [`RETELL_SECRET_${n}`, v]));
  const prod = await scene.deploy({ branch: "production", inputs: { workspace: "production" }, env });
  say(`production ${prod.conclusion} ${JSON.stringify(prod.outputs).slice(0, 1500)}`);
  (await import("node:fs")).writeFileSync("/tmp/rt-prod.log", prod.log + "\n" + JSON.stringify(prod.outputs));
  const b2 = scene.retell.requests.length;
  const prod2 = await scene.deploy({ branch: "production", inputs: { workspace: "production" }, env });
  say(`production again ${prod2.conclusion} ${JSON.stringify({ ...prod2.outputs, result: undefined }).slice(0, 1500)} ${scene.retell.requests.slice(b2).filter(({ write }) => write).length}`);
  const other = await startScene({ files: { "workspaces.json": WORKSPACES } });
  other.repository.settings.allowActionsToCreatePullRequests = true;
  const again = await other.action("import-agents", { branch: "develop", eventName: "workflow_dispatch", event: { inputs: {} }, inputs: { workspace: "production" }, env: { RETELL_BASE_URL: scene.retell.url } });
  say(`again ${again.conclusion} ${JSON.stringify({ ...again.outputs, result: undefined }).slice(0, 500)}`);
  const files2 = await filesIn(other, "retell/import");
  const names = new Set([...Object.keys(files), ...Object.keys(files2)]);
  const fs = (await import("node:fs"));
  fs.rmSync("/tmp/rt-a", { recursive: true, force: true }); fs.rmSync("/tmp/rt-b", { recursive: true, force: true });
  for (const [dir, fl] of [["/tmp/rt-a", files], ["/tmp/rt-b", files2]] as const) for (const [p, t] of Object.entries(fl)) { fs.mkdirSync((await import("node:path")).dirname(`${dir}/${p}`), { recursive: true }); fs.writeFileSync(`${dir}/${p}`, t); }
  say([...names].filter((n) => files[n] !== files2[n]).join("\n"));
  await other.stop();
  await scene.stop();
}, 600_000);
