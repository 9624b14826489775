import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Channel } from "@retell-actions/core/canonical/content";
import type { Json, JsonObject } from "@retell-actions/core/canonical/json";
import type { EngineKind } from "@retell-actions/core/ports/retell";
import { createMemoryRetell, type MemoryRetell } from "@retell-actions/lab/memory/memory-retell";
import { importFrom, planAfter, saidBy } from "./import-scene.ts";

const TOKENS = ["sk_live_0123456789abcdef0123", "sk_live_fedcba9876543210fedc", "Bearer abcdef0123456789"];

/** Texts that people and machines type: tags, references, credentials, breaks of every kind, marks of merges. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom("", " ", "Hello {{name}}", "agent://sales", "secret://NAME", "secret://x and secret://NAME", "a\r\nb", "a\rb", "one\n\ntwo", "one\n\ntwo\n", "\n", "\uFEFFmark\nbelow", "<<<<<<< a\nb", "OVERRIDE", "$& $1", "null", "{\"$prompt\": \"a/b\"}", ...TOKENS, `Use ${TOKENS[0]}.`),
  fc.array(fc.constantFrom("You are kind.", "# Rules", "", "{{today}}", "\t- one", "ééé", "  "), { maxLength: 6 }).map((lines) => lines.join("\n")),
);
const value: fc.Arbitrary<Json> = fc.letrec<{ node: Json; object: JsonObject }>((tie) => ({
  node: fc.oneof({ maxDepth: 2 }, text, fc.boolean(), fc.integer(), fc.constant(null), fc.array(tie("node"), { maxLength: 3 }), tie("object")),
  object: fc.dictionary(fc.constantFrom("name", "id", "agent_id", "agent_version", "$prompt", "$remove", "prompt_config", "x", "__proto__", "1"), tie("node"), { maxKeys: 3 }),
})).node;
const tool = (ids: readonly string[]): fc.Arbitrary<JsonObject> =>
  fc.oneof(
    fc.record({ type: fc.constant("end_call"), name: fc.constantFrom("end", "bye", "end"), description: text }),
    fc.record({ type: fc.constant("agent_swap"), name: fc.constantFrom("swap", "hand"), agent_id: fc.constantFrom(...ids, "agent_absent"), post_call_analysis_setting: fc.constant("both_agents") }).chain((base) =>
      fc.constantFrom<JsonObject>(base, { ...base, agent_version: "latest" }, { ...base, agent_version: "latest_published" }, { ...base, agent_version: 3 }),
    ),
    fc.record({ type: fc.constant("custom"), name: fc.constantFrom("crm", "mail"), url: fc.constantFrom("https://a.example", `https://a.example/?token=${TOKENS[1]}`), headers: fc.dictionary(fc.constantFrom("Authorization", "X-Key", "Accept"), text, { maxKeys: 3 }) }),
  );
const fields = fc.dictionary(fc.constantFrom("webhook_url", "boosted_keywords", "future_field", "pronunciation_dictionary", "agent_note", "channel_note"), value, { maxKeys: 3 });

interface Made {
  readonly name: string;
  readonly channel: Channel;
  readonly kind: EngineKind;
  readonly agent: JsonObject;
  readonly prompt: Json;
  readonly tools: readonly JsonObject[];
  readonly extra: JsonObject;
  readonly published: boolean;
}

const IDS = ["agent_1", "agent_2", "agent_3", "agent_4", "agent_5"];
const agent: fc.Arbitrary<Made> = fc.record({
  name: fc.oneof(fc.constantFrom("Sales", "sales", "Support", "", "CON", "é", "../x"), text),
  channel: fc.constantFrom<Channel>("voice", "voice", "chat"),
  kind: fc.constantFrom<EngineKind>("retell-llm", "retell-llm", "conversation-flow", "custom-llm"),
  agent: fields,
  prompt: fc.oneof({ weight: 4, arbitrary: text as fc.Arbitrary<Json> }, { weight: 1, arbitrary: fc.constant(null) }),
  tools: fc.array(tool(IDS), { maxLength: 3 }),
  extra: fc.dictionary(fc.constantFrom("default_dynamic_variables", "begin_message", "future", "knowledge_base_ids"), value, { maxKeys: 2 }),
  published: fc.boolean(),
});

/** Puts agents in as the console would, past every check of ours. */
async function workspaceOf(agents: readonly Made[], name: string): Promise<MemoryRetell> {
  const retell = createMemoryRetell({ organization: { id: `org_${name}`, name } });
  for (const one of agents) {
    const content = one.kind === "conversation-flow" ? { global_prompt: one.prompt, tools: [...one.tools], nodes: [], start_speaker: "agent", model_choice: { type: "cascading", model: "gpt-4.1" }, ...one.extra } : { general_prompt: one.prompt, general_tools: [...one.tools], start_speaker: "agent", ...one.extra };
    const engine = one.kind === "custom-llm" ? undefined : await retell.writer.createEngine(one.kind, content);
    const reference = engine === undefined ? { type: "custom-llm", llm_websocket_url: "wss://a.example" } : { type: one.kind, [one.kind === "retell-llm" ? "llm_id" : "conversation_flow_id"]: engine.id };
    const made = await retell.writer.createAgent(one.channel, { ...(one.channel === "voice" ? { voice_id: "retell-Cimo" } : {}), ...one.agent, agent_name: one.name, response_engine: reference });
    if (one.published) retell.publish(made.agentId, 0);
  }
  return retell;
}

test("whatever two workspaces hold: the plan right after the import is empty, and no credential is in files or records", async () => {
  let imported = 0;
  let paired = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(agent, { minLength: 1, maxLength: 5 }), fc.array(agent, { maxLength: 2 }), fc.boolean(), async (first, more, same) => {
      const readers = { staging: (await workspaceOf(first, "staging")).reader, production: (await workspaceOf(same ? [...first.map((one) => ({ ...one, prompt: more[0]?.prompt ?? one.prompt, agent: more[0]?.agent ?? one.agent })), ...more] : more, "production")).reader };
      const made = await importFrom(readers);
      for (const workspace of made.workspaces.workspaces) expect(saidBy(planAfter(made, workspace))).toEqual([]);
      const told = JSON.stringify([[...made.files], [...made.states].map(([, states]) => [...states]), made.leftOut.map(({ message }) => message), made.secrets]);
      for (const token of TOKENS) expect(told).not.toContain(token.replace("Bearer ", ""));
      expect([...(await importFrom(readers)).files]).toEqual([...made.files]);
      imported += made.agents.length;
      paired += made.agents.filter(({ members }) => members.length > 1).length;
    }),
    { numRuns: process.env["PROVE"] === "full" ? 500 : 60 },
  );
  // The generator must not leave everything out.
  expect(imported).toBeGreaterThan(10);
  expect(paired).toBeGreaterThan(0);
}, 300_000);
