import fc from "fast-check";
import type { Json, JsonObject } from "@retell-actions/core/canonical/json";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { filesOf, MULTI, SINGLE, type Change } from "./adopt-fixture.ts";

/** Objects as JSON.parse makes them, with keys only where a value was chosen. */
function fields(keys: Readonly<Record<string, fc.Arbitrary<Json>>>, required: readonly string[] = []): fc.Arbitrary<JsonObject> {
  return fc.record(keys, { requiredKeys: [...required] }).map((record) => ({ ...record }) as JsonObject);
}

const SECTIONS = ["base/hi", "base/rules", "tasks", "bye"];
const words = fc.constantFrom("Be kind.", "Hi {{name}},", "we are {{ firm }}", "", "{{first_name}}", "Ask twice", "Ann", "a list:\n- one\n- two");
const paragraph = fc.array(words, { minLength: 1, maxLength: 4 }).map((lines) => lines.join("\n"));
const eol = fc.constantFrom("\n", "\r\n");

const tool = (name: string): fc.Arbitrary<Json> =>
  fc.oneof(
    fields({ type: fc.constant("end_call"), name: fc.constant(name), description: fc.constantFrom("Ends", "Stops"), speak_during_execution: fc.boolean() }, ["type", "name"]),
    fields(
      {
        type: fc.constant("custom"),
        name: fc.constant(name),
        url: fc.constantFrom("https://a.example.com", "https://b.example.com"),
        description: fc.constantFrom("Looks up", "Books"),
        parameters: fc.constant({ type: "object", properties: {} }),
        speak_during_execution: fc.constant(false),
        speak_after_execution: fc.constant(true),
        headers: fc.constantFrom<Json>({ "Content-Type": "application/json" }, { Authorization: "secret://CRM" }),
        timeout_ms: fc.constantFrom(2_000, 120_000),
      },
      ["type", "name", "url", "description", "parameters", "speak_during_execution", "speak_after_execution"],
    ),
  );
/** Names are unique among all tools of an agent, so each place has its own. */
const toolsNamed = (names: readonly string[]): fc.Arbitrary<Json> => fc.subarray([...names]).chain((chosen) => fc.tuple(...chosen.map(tool)).map((list): Json => [...list]));
const tools = toolsNamed(["crm", "end", "book"]);

const analysis = fc.subarray(["mood", "intent", "price"]).chain((names) =>
  fc.tuple(...names.map((name) => fc.constantFrom("How", "What").map((description): Json => ({ type: "string", name, description })))).map((list): Json => [...list]),
);

const agentFields = {
  voice_speed: fc.constantFrom<Json>(1, 1.2, 0.8),
  volume: fc.constantFrom<Json>(1, 1.5),
  ambient_sound: fc.constantFrom<Json>("coffee-shop", "call-center"),
  webhook_url: fc.constantFrom<Json>("https://example.com/hook", null),
  language: fc.constantFrom<Json>("en-US", "de-DE"),
  boosted_keywords: fc.subarray(["Acme", "Ann", "price"]).map((list): Json => list),
  handbook_config: fields({ speech_normalization: fc.boolean(), echo_verification: fc.boolean() }),
  voicemail_option: fc.constantFrom<Json>({ action: { type: "static_text", text: "Bye" } }, { action: { type: "hangup" } }, null),
  post_call_analysis_data: analysis,
} as const;

const llmFields = {
  model_temperature: fc.constantFrom<Json>(0, 0.5, 1),
  begin_message: fc.constantFrom<Json>("Hello, {{name}} here", "Hi", ""),
  general_tools: tools,
  default_dynamic_variables: fields({ plan: fc.constantFrom("basic", "gold"), tier: fc.constantFrom("1", "2") }),
  knowledge_base_ids: fc.subarray(["kb_1", "kb_2"]).map((list): Json => list),
} as const;

const promptConfig = fields(
  {
    sections: fc.subarray(SECTIONS, { minLength: 1 }).map((list): Json => list),
    overrides: fields({ "base/hi": paragraph, tasks: paragraph }),
    variables: fields({ name: fc.constantFrom("Ann", "Bob Smith"), firm: fc.constantFrom("Acme", "") }),
  },
  ["sections"],
);

const states: fc.Arbitrary<JsonObject> = fc.subarray(["greet", "sell"]).chain((names) =>
  names.length === 0
    ? fc.constant<JsonObject>({})
    : fc.tuple(...names.map((name) => fields({ name: fc.constant(name), state_prompt: paragraph, tools: toolsNamed([`${name}_a`, `${name}_b`]) }, ["name"]))).map((list): JsonObject => ({ states: [...list], starting_state: names[0] ?? "" })),
);

const base: fc.Arbitrary<JsonObject> = fc
  .record({
    agent: fields(agentFields),
    speech: fc.option(fc.boolean(), { nil: undefined }),
    llm: fields(llmFields),
    prompt: fc.oneof({ weight: 2, arbitrary: promptConfig }, { weight: 1, arbitrary: paragraph }),
    states,
    former: fc.boolean(),
  })
  .map(({ agent, speech, llm, prompt, states: machine, former }) => {
    const { model_temperature: temperature, ...rest } = llm;
    const heat: JsonObject = temperature === undefined ? {} : former ? { temperature } : { model_temperature: temperature };
    const text: JsonObject = typeof prompt === "string" ? { general_prompt: prompt, prompt_config: { variables: { name: "Ann" } } } : { prompt_config: prompt };
    const normalize: JsonObject = speech === undefined || agent["handbook_config"] !== undefined ? {} : { normalize_for_speech: speech };
    return { agent_name: "Agent", voice_id: "11labs-Adrian", ...agent, ...normalize, llm_config: { start_speaker: "agent", ...text, ...rest, ...heat, ...machine } };
  });

/** Patches that do not change how the prompt is put together, so that most projects are valid. */
const overlay: fc.Arbitrary<JsonObject> = fc
  .record({
    agent: fields({ ...agentFields, ambient_sound: fc.constantFrom<Json>("coffee-shop", null) }),
    llm: fields({
      ...llmFields,
      general_tools: fc.constantFrom<Json>([{ name: "end", description: "Other", type: "end_call" }], [{ name: "end", $remove: true }], [{ name: "extra", type: "end_call" }], null, []),
      prompt_config: fc.constantFrom<Json>({ variables: { name: "Eve" } }, { overrides: { tasks: "Only here, {{name}}" } }),
    }),
  })
  .map(({ agent, llm }) => ({ ...agent, ...(Object.keys(llm).length === 0 ? {} : { llm_config: llm }) }));

const layout = fc.record({ indent: fc.constantFrom<string | number>(2, 4, "\t", 0), eol, final: fc.boolean(), mark: fc.boolean() });

function jsonText(json: Json, how: { readonly indent: string | number; readonly eol: string; readonly final: boolean; readonly mark: boolean }): string {
  return `${how.mark ? "\uFEFF" : ""}${JSON.stringify(json, null, how.indent).replaceAll("\n", how.eol)}${how.final ? how.eol : ""}`;
}

export interface RandomProject {
  readonly files: ProjectFiles;
  readonly workspaces: readonly string[];
}

const AGENTS = ["alpha", "beta", "gamma", "delta"];

/** Valid and nearly valid projects of two to four agents, with shared sections, variables, overlays, one or two productions. */
export const projectArbitrary: fc.Arbitrary<RandomProject> = fc.boolean().chain((multi) => {
  const workspaces = multi ? ["staging", "prod-eu", "prod-us"] : ["staging", "production"];
  const sections = fc.tuple(...SECTIONS.map((name) => fc.record({ text: paragraph, eol, final: fc.boolean() }).map(({ text, eol: end, final }) => [`prompts/${name}.txt`, (text + (final ? "\n" : "")).replaceAll("\n", end)] as const)));
  const agent = (name: string) =>
    fc.record({ json: base, overlays: fc.tuple(...workspaces.map(() => fc.option(overlay, { freq: 2 }))), how: layout }).map(({ json, overlays, how }) => [
      [`agents/${name}/agent.json`, jsonText(json, how)] as const,
      ...overlays.flatMap((patch, index) => (patch === null ? [] : [[`agents/${name}/agent.${workspaces[index] ?? ""}.json`, jsonText(patch, how)] as const])),
    ]);
  return fc
    .tuple(sections, fc.constantFrom(2, 2, 3, 4).chain((count) => fc.tuple(...AGENTS.slice(0, count).map(agent))))
    .map(([texts, agents]) => ({ workspaces, files: filesOf(Object.fromEntries([...texts, ...agents.flat()]), multi ? MULTI : SINGLE) }));
});

const typed = fc.constantFrom("", "New words", "\n", "\n\nA paragraph\n\n", " ", "Ann", "{{name}}", "{{x}}");

function typeInto(text: string, { at, length, by }: { readonly at: number; readonly length: number; readonly by: string }): string {
  const start = text.length === 0 ? 0 : at % (text.length + 1);
  return text.slice(0, start) + by + text.slice(start + length);
}

const typing = fc.record({ at: fc.nat(500), length: fc.nat(8), by: typed });

const listOf = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? (value as JsonObject[]) : []);

/** One thing that somebody does in the console. */
const step: fc.Arbitrary<Change> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...Object.keys(agentFields)).chain((key) => fc.option(agentFields[key as keyof typeof agentFields]).map((value): Change => ({ agent }) => void (agent[key] = value))) },
  { weight: 1, arbitrary: fc.constantFrom(...Object.keys(agentFields)).map((key): Change => ({ agent }) => void Reflect.deleteProperty(agent, key)) },
  { weight: 2, arbitrary: fc.constantFrom(...Object.keys(llmFields)).chain((key) => llmFields[key as keyof typeof llmFields].map((value): Change => ({ llm }) => void (llm[key] = value))) },
  { weight: 1, arbitrary: fc.constantFrom(...Object.keys(llmFields)).map((key): Change => ({ llm }) => void Reflect.deleteProperty(llm, key)) },
  { weight: 4, arbitrary: typing.map((how): Change => ({ llm }) => void (llm["general_prompt"] = typeInto(String(llm["general_prompt"] ?? ""), how))) },
  {
    weight: 2,
    arbitrary: typing.map((how): Change => ({ llm }) => {
      for (const state of listOf(llm["states"]).slice(0, 1)) state["state_prompt"] = typeInto(String(state["state_prompt"] ?? ""), how);
    }),
  },
  { weight: 2, arbitrary: fc.tuple(fc.nat(3), fc.constantFrom("Looks", "Ends calls")).map(([index, description]): Change => ({ llm }) => listOf(llm["general_tools"]).slice(index, index + 1).forEach((one) => void (one["description"] = description))) },
  { weight: 1, arbitrary: fc.nat(3).map((index): Change => ({ llm }) => void (Array.isArray(llm["general_tools"]) && llm["general_tools"].splice(index, 1))) },
  { weight: 1, arbitrary: fc.tuple(fc.nat(3), tool("typed")).map(([index, one]): Change => ({ llm }) => void (llm["general_tools"] = [...listOf(llm["general_tools"]).filter(({ name }) => name !== "typed").toSpliced(index, 0, one as JsonObject)])) },
  { weight: 1, arbitrary: fc.constant<Change>(({ agent }) => void (agent["response_engine"] = { type: "custom-llm" })) },
  { weight: 1, arbitrary: fc.constant<Change>(({ agent }) => void (agent["some_new_field"] = { a: [1] })) },
  { weight: 1, arbitrary: fc.constantFrom<Change>(({ llm }) => listOf(llm["general_tools"]).slice(0, 1).forEach((one) => void (one["headers"] = { Authorization: "fingerprint:0123456789abcdef01234567" }))) },
);

/** Things that no valid file can say: a value out of range, a run-time name that is a build-time variable here, a name used twice. */
const impossible: fc.Arbitrary<Change> = fc.constantFrom<Change>(
  ({ agent }) => void (agent["voice_speed"] = 99),
  ({ llm }) => void (llm["default_dynamic_variables"] = { name: "typed", plan: "silver" }),
  ({ llm }) => listOf(llm["states"]).slice(0, 1).forEach((state) => void (state["tools"] = [{ type: "end_call", name: "crm" }])),
);

/** Some things, one after the other. */
export const changeArbitrary: fc.Arbitrary<Change> = fc.array(fc.oneof({ weight: 12, arbitrary: step }, { weight: 1, arbitrary: impossible }), { minLength: 1, maxLength: 4 }).map((steps): Change => (content) => {
  for (const one of steps) one(content);
});

const other: Readonly<Record<string, readonly Json[]>> = {
  voice_speed: [0.5, 1.7],
  volume: [0.3, 1.9],
  ambient_sound: ["summer-outdoor", "mountain-outdoor"],
  language: ["fr-FR", "it-IT"],
  model_temperature: [0.1, 0.9],
  description: ["Another text", 'With "quotes"\nand lines'],
  plan: ["silver", ""],
};

/** Sets plain values, which Git has already, to others: the smallest edits. */
export const scalarChangeArbitrary: fc.Arbitrary<Change> = fc.array(fc.nat(1), { minLength: 40, maxLength: 40 }).map((picks): Change => (content) => {
  let next = 0;
  const visit = (node: Json): void => {
    if (typeof node !== "object" || node === null) return;
    if (Array.isArray(node)) return node.forEach(visit);
    for (const [key, value] of Object.entries(node)) {
      const choice = other[key]?.[picks[next++ % picks.length] ?? 0];
      if (typeof value === "object") visit(value);
      else if (choice !== undefined && picks[next++ % picks.length] === 1) node[key] = choice;
    }
  };
  visit(content.agent);
  visit(content.llm);
});
