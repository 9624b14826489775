import { test } from "@jest/globals";
import Retell from "retell-sdk";
import { createRetell } from "@retell-actions/core/adapters/retell/create-retell";
import { readCorpus } from "@retell-actions/lab/corpus/read-corpus";
import { seedCorpus } from "@retell-actions/lab/corpus/seed-corpus";
import { startRetellLab } from "@retell-actions/lab/retell/server";
import { recordingLog } from "../adapters/recording-log.ts";
import { importFrom } from "./import-scene.ts";
test("x", async () => {
  const lab = await startRetellLab({ rateLimits: false, seed: 1 });
  await seedCorpus({ client: new Retell({ apiKey: "key_lab", baseURL: lab.url, maxRetries: 0 }), corpus: readCorpus(), console: lab.organization("org_lab").console });
  let time = 1_700_000_000_000;
  const reader = createRetell({ apiKey: "key_lab", baseUrl: lab.url, readOnly: true, concurrency: 8, log: recordingLog(), clock: { now: () => time }, sleep: async (ms: number) => void (time += ms) }).reader;
  const done = await importFrom({ staging: reader });
  process.stderr.write(done.leftOut.map((l) => `${l.folder}: ${l.message}\n`).join(""));
  await lab.stop();
}, 120000);
