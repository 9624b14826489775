import { test } from "@jest/globals";
import { command, startConflict, digestOf, now, writesSince, answersOn, changesOf, signsOf } from "./resolve-scene.ts";
test("probe", async () => {
  let t = Date.now(); const lap = (s: string) => { console.log(s, Date.now() - t); t = Date.now(); };
  const { scene, pull } = await startConflict(); lap("start");
  const d = await digestOf(scene); lap("digest");
  const before = now(scene);
  const run = await command(scene, pull, `/retell use-git sales ${d}`); lap("command");
  console.log(run.outputs, run.log, run.summary, writesSince(scene, before), answersOn(scene, pull).map(a => a.body), await changesOf(scene, "feature"), signsOf(scene, pull, run.id), scene.github.violations);
  await scene.stop();
}, 60000);
