import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import Retell from "retell-sdk";
import { createRetell } from "@retell-actions/core/adapters/retell/create-retell";
import { findCredentials } from "@retell-actions/core/canonical/credentials";
import type { RetellReader } from "@retell-actions/core/ports/retell";
import { readCorpus } from "@retell-actions/lab/corpus/read-corpus";
import { seedCorpus } from "@retell-actions/lab/corpus/seed-corpus";
import { startRetellLab, type RetellLab } from "@retell-actions/lab/retell/server";
import { recordingLog } from "../adapters/recording-log.ts";
import { importFrom, planAfter, saidBy, type Imported } from "./import-scene.ts";

const corpus = readCorpus();
/** The agents of the corpus that no file can say, by folder, with what they hold. */
const LEFT_OUT = {
  "agent-sales": "llm.begin_message is a text that looks like a reference of these files",
  "leaky-integration": "llm.general_prompt holds what looks like a secret key",
  "odd-flow": "flow.nodes[a].instruction.text is a text that looks like a reference of these files",
};
const labs: RetellLab[] = [];
let readers: Record<"staging" | "production", RetellReader>;
let both: Imported;

async function seeded(seed: number): Promise<RetellReader> {
  const lab = await startRetellLab({ rateLimits: false, seed });
  labs.push(lab);
  await seedCorpus({ client: new Retell({ apiKey: "key_lab", baseURL: lab.url, maxRetries: 0 }), corpus, console: lab.organization("org_lab").console });
  // The adapter keeps to the rate limits by a clock that only its own sleeping moves.
  let time = 1_700_000_000_000;
  const clock = { now: () => time };
  const sleep = async (milliseconds: number): Promise<void> => void (time += milliseconds);
  return createRetell({ apiKey: "key_lab", baseUrl: lab.url, readOnly: true, concurrency: 8, log: recordingLog(), clock, sleep }).reader;
}

beforeAll(async () => {
  readers = { staging: await seeded(1), production: await seeded(2) };
  both = await importFrom(readers);
}, 120_000);

afterAll(async () => {
  await Promise.all(labs.map((lab) => lab.stop()));
});

const textOf = (imported: Imported): string => [...imported.files.values(), JSON.stringify([...imported.states].map(([, states]) => [...states])), JSON.stringify(imported.leftOut), JSON.stringify(imported.secrets)].join("\n");

describe("the corpus in two workspaces", () => {
  test("what is left out, and why: prompts that hold a credential or look like a reference, and nothing that validation refuses", () => {
    expect(both.leftOut.map(({ folder }) => folder)).toEqual(Object.keys(LEFT_OUT));
    for (const { folder, message } of both.leftOut) expect(message).toContain(LEFT_OUT[folder as keyof typeof LEFT_OUT]);
    expect(both.agents.flatMap(({ members }) => members).length + Object.keys(LEFT_OUT).length * 2).toBe(corpus.agents.length * 2);
    expect(both.agents.filter(({ members }) => members.length === 2).length).toBeGreaterThan(100);
  });

  test("the plan right after the import is empty, in staging and in production", () => {
    for (const workspace of both.workspaces.workspaces) expect(saidBy(planAfter(both, workspace))).toEqual([]);
  });

  test("files and records hold none of the credentials", () => {
    const text = textOf(both);
    expect(corpus.credentials.length).toBeGreaterThan(5);
    expect(corpus.credentials.filter((credential) => text.includes(credential))).toEqual([]);
    for (const file of both.files.values()) expect(findCredentials(file)).toEqual([]);
  });

  test("an edit in the console shows afterwards", () => {
    const [workspace] = both.workspaces.workspaces;
    const member = [...(both.live.get("staging")?.values() ?? [])].find(({ agent }) => agent.raw["agent_name"] === "Day desk");
    if (workspace === undefined || member === undefined) throw new Error("Day desk");
    const edited = { ...member, agent: { ...member.agent, raw: { ...member.agent.raw, volume: 0.3 } } };
    const live = new Map(both.live).set("staging", new Map(both.live.get("staging")).set(member.agent.agentId, edited));
    expect(saidBy(planAfter({ ...both, live }, workspace))).toEqual([expect.stringContaining("agent.volume=console-edit")]);
  });

  test("the same workspaces give the same bytes, in whatever order they are listed", async () => {
    const backwards = (reader: RetellReader): RetellReader => ({ ...reader, listAgents: async () => (await reader.listAgents()).reverse() });
    const again = await importFrom({ staging: backwards(readers.staging), production: backwards(readers.production) });
    expect([...again.files]).toEqual([...both.files]);
    expect(textOf(again)).toBe(textOf(both));
  }, 120_000);
});

test("one workspace alone", async () => {
  const one = await importFrom({ production: readers.production });
  const production = one.workspaces.workspaces.find(({ name }) => name === "production");
  if (production === undefined) throw new Error("production");
  expect(saidBy(planAfter(one, production))).toEqual([]);
  expect(one.agents.length + one.leftOut.length).toBe(corpus.agents.length);
}, 120_000);
