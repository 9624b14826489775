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

/** A text, or names of sections in its place. */
const textOrNames = fc.oneof<fc.Arbitrary<Json>[]>(paragraph, fc.constantFrom(...SECTIONS).map((name): Json => ({ $prompt: name })), fc.subarray(SECTIONS, { minLength: 1 }).map((list): Json => ({ $prompt: list })));

const states: fc.Arbitrary<JsonObject> = fc.subarray(["greet", "sell"]).chain((names) =>
  names.length === 0
    ? fc.constant<JsonObject>({})
    : fc.tuple(...names.map((name) => fields({ name: fc.constant(name), state_prompt: textOrNames, tools: toolsNamed([`${name}_a`, `${name}_b`]) }, ["name"]))).map((list): JsonObject => ({ states: [...list], starting_state: names[0] ?? "" })),
);

const flowFields = {
  model_temperature: fc.constantFrom<Json>(0, 0.5, 1),
  model_choice: fc.constantFrom<Json>({ type: "cascading", model: "gpt-4.1" }, { type: "cascading", model: "gpt-5.6-luna" }),
  default_dynamic_variables: fields({ plan: fc.constantFrom("basic", "gold") }),
  knowledge_base_ids: fc.subarray(["kb_1", "kb_2"]).map((list): Json => list),
} as const;

const position = fc.record({ x: fc.nat(99), y: fc.nat(99) }).map((place): Json => ({ ...place }));

const node = (id: string, ids: readonly string[]): fc.Arbitrary<Json> =>
  fields(
    {
      id: fc.constant(id),
      type: fc.constantFrom("conversation", "conversation", "subagent"),
      name: fc.constantFrom("Greet", "Sell"),
      instruction: fc.oneof({ weight: 1, arbitrary: fc.constant<Json>({ type: "static_text", text: "Hi {{name}}" }) }, { weight: 3, arbitrary: textOrNames.map((text): Json => ({ type: "prompt", text })) }),
      edges: fc.subarray(["e1", "e2"]).chain((edges) => fc.tuple(...edges.map((edge) => fc.constantFrom(...ids).map((target): Json => ({ id: edge, transition_condition: { type: "prompt", prompt: "When asked" }, destination_node_id: target })))).map((list): Json => [...list])),
      display_position: position,
      model_choice: fc.constantFrom<Json>({ type: "cascading", model: "gpt-4.1" }),
      knowledge_base_ids: fc.subarray(["kb_1"]).map((list): Json => list),
      finetune_conversation_examples: fc.oneof(paragraph, fc.constant<Json>({ $prompt: "bye" })).map((content): Json => [{ id: "x", transcript: [{ role: "user", content: "Hi" }, { role: "agent", content }] }]),
    },
    ["id", "type", "instruction"],
  );

const body = (ids: readonly string[]): fc.Arbitrary<JsonObject> =>
  fc.subarray([...ids], { minLength: 1 }).chain((chosen) => fc.record({ nodes: fc.tuple(...chosen.map((id) => node(id, chosen))) }).map(({ nodes }): JsonObject => ({ nodes: [...nodes], start_node_id: chosen[0] ?? "" })));

/** A conversation flow with nodes, edges and perhaps a component of its own. */
const flow: fc.Arbitrary<JsonObject> = fc
  .record({ rest: fields(flowFields, ["model_choice"]), prompt: fc.oneof({ weight: 2, arbitrary: promptConfig }, { weight: 1, arbitrary: paragraph }), own: body(["n1", "n2", "n3"]), component: fc.option(body(["c1", "c2"]), { nil: undefined }) })
  .map(({ rest, prompt, own, component }): JsonObject => ({
    start_speaker: "agent",
    ...rest,
    ...(typeof prompt === "string" ? { global_prompt: prompt, prompt_config: { variables: { name: "Ann" } } } : { prompt_config: prompt }),
    ...own,
    ...(component === undefined ? {} : { components: [{ name: "verify", ...component }] }),
  }));

/** Fields that only one kind of agent has. */
const VOICE_ONLY = ["voice_speed", "volume", "ambient_sound", "voicemail_option", "post_call_analysis_data", "boosted_keywords"];

const ofChannel = (chat: boolean, agent: JsonObject): JsonObject =>
  chat
    ? { channel: "chat", auto_close_message: "Bye", ...Object.fromEntries(Object.entries(agent).filter(([key]) => !VOICE_ONLY.includes(key))), ...(agent["post_call_analysis_data"] === undefined ? {} : { post_chat_analysis_data: agent["post_call_analysis_data"] }) }
    : { voice_id: "11labs-Adrian", ...agent };

const base: fc.Arbitrary<JsonObject> = fc
  .record({
    agent: fields(agentFields),
    speech: fc.option(fc.boolean(), { nil: undefined }),
    llm: fields(llmFields),
    prompt: fc.oneof({ weight: 2, arbitrary: promptConfig }, { weight: 1, arbitrary: paragraph }),
    states,
    former: fc.boolean(),
    flow: fc.option(flow, { nil: undefined, freq: 2 }),
    chat: fc.constantFrom(false, false, true),
  })
  .map(({ agent, speech, llm, prompt, states: machine, former, flow: own, chat }) => {
    if (own !== undefined) return { agent_name: "Agent", ...ofChannel(chat, agent), conversation_flow: own };
    const { model_temperature: temperature, ...rest } = llm;
    const heat: JsonObject = temperature === undefined ? {} : former ? { temperature } : { model_temperature: temperature };
    const text: JsonObject = typeof prompt === "string" ? { general_prompt: prompt, prompt_config: { variables: { name: "Ann" } } } : { prompt_config: prompt };
    const normalize: JsonObject = speech === undefined || agent["handbook_config"] !== undefined ? {} : { normalize_for_speech: speech };
    return { agent_name: "Agent", ...ofChannel(chat, agent), ...(chat ? {} : normalize), llm_config: { start_speaker: "agent", ...text, ...rest, ...heat, ...machine } };
  });

/** Patches that do not change how the prompt is put together, so that most projects are valid. */
const flowOverlay: fc.Arbitrary<JsonObject> = fc
  .record({
    agent: fields({ webhook_url: fc.constantFrom<Json>("https://example.com/other", null), language: fc.constant<Json>("fr-FR") }),
    flow: fields({
      model_temperature: fc.constantFrom<Json>(0.2, null),
      prompt_config: fc.constantFrom<Json>({ variables: { name: "Eve" } }, { overrides: { tasks: "Only here, {{name}}" } }),
      nodes: fc.oneof<fc.Arbitrary<Json>[]>(
        textOrNames.map((text): Json => [{ id: "n1", instruction: { text }, type: "conversation" }]),
        fc.constantFrom<Json>([{ id: "n9", type: "end" }], [{ id: "n1", display_position: { x: 5, y: 5 }, type: "conversation", instruction: { type: "prompt", text: "Hi" } }]),
      ),
    }),
  })
  .map(({ agent, flow: patch }) => ({ ...agent, ...(Object.keys(patch).length === 0 ? {} : { conversation_flow: patch }) }));

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

const withoutVoice = (json: JsonObject): JsonObject => Object.fromEntries(Object.entries(json).filter(([key]) => !VOICE_ONLY.includes(key)));

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
    base.chain((json) => {
      const [own, isChat] = [json["conversation_flow"], json["channel"] === "chat"];
      const patch = own === undefined ? overlay.map((one) => (isChat ? withoutVoice(one) : one)) : flowOverlay;
      return fc.record({ overlays: fc.tuple(...workspaces.map(() => fc.option(patch, { freq: 2 }))), how: layout, isOwnFile: fc.boolean() }).map(({ overlays, how, isOwnFile }) => [
        [`agents/${name}/agent.json`, jsonText(own === undefined || !isOwnFile ? json : { ...json, conversation_flow: "./flow.json" }, how)] as const,
        ...(own === undefined || !isOwnFile ? [] : [[`agents/${name}/flow.json`, jsonText(own, { ...how, indent: 3 })] as const]),
        ...overlays.flatMap((one, index) => (one === null ? [] : [[`agents/${name}/agent.${workspaces[index] ?? ""}.json`, jsonText(one, how)] as const])),
      ]);
    });
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

const nodesIn = (content: { readonly flow: JsonObject }): JsonObject[] => listOf(content.flow["nodes"]);
const nth = fc.nat(3);
const speaks = (one: JsonObject | undefined): one is JsonObject => typeof one === "object" && typeof one["instruction"] === "object" && one["instruction"] !== null;
const typeIn = (one: JsonObject | undefined, how: { readonly at: number; readonly length: number; readonly by: string }): void => {
  if (!speaks(one)) return;
  const instruction = one["instruction"] as JsonObject;
  instruction["text"] = typeInto(String(instruction["text"] ?? ""), how);
};

/** One thing that somebody does in the console's canvas. Does nothing where the agent has no flow. */
const flowStep: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: typing.map((how): Change => ({ flow: own }) => void (own["global_prompt"] = typeInto(String(own["global_prompt"] ?? ""), how))) },
  { weight: 4, arbitrary: fc.tuple(nth, typing).map(([index, how]): Change => (content) => typeIn(nodesIn(content)[index], how)) },
  { weight: 2, arbitrary: fc.tuple(nth, typing).map(([index, how]): Change => ({ flow: own }) => typeIn(listOf(listOf(own["components"])[0]?.["nodes"])[index], how)) },
  { weight: 2, arbitrary: fc.constantFrom(...Object.keys(flowFields)).chain((key) => flowFields[key as keyof typeof flowFields].map((value): Change => ({ flow: own }) => void (own[key] = value))) },
  { weight: 1, arbitrary: fc.constantFrom("model_temperature", "default_dynamic_variables", "knowledge_base_ids").map((key): Change => ({ flow: own }) => void Reflect.deleteProperty(own, key)) },
  { weight: 2, arbitrary: fc.tuple(nth, node("typed", ["typed"]), position).map(([index, one, place]): Change => (content) => void (content.flow["nodes"] = nodesIn(content).filter(({ id }) => id !== "typed").toSpliced(index, 0, { ...(one as JsonObject), instruction: { type: "prompt", text: "Typed" }, display_position: place, finetune_conversation_examples: [] }))) },
  { weight: 2, arbitrary: nth.map((index): Change => (content) => {
    const gone = nodesIn(content)[index];
    if (gone === undefined || gone["id"] === content.flow["start_node_id"]) return;
    content.flow["nodes"] = nodesIn(content).filter((one) => one !== gone);
    for (const one of nodesIn(content)) if (one["edges"] !== undefined) one["edges"] = listOf(one["edges"]).filter((edge) => edge["destination_node_id"] !== gone["id"]);
  }) },
  { weight: 1, arbitrary: fc.tuple(nth, fc.constantFrom("renamed", "other")).map(([index, id]): Change => (content) => {
    const one = nodesIn(content)[index];
    if (one === undefined || nodesIn(content).some((other) => other["id"] === id)) return;
    for (const holder of nodesIn(content)) for (const edge of listOf(holder["edges"])) if (edge["destination_node_id"] === one["id"]) edge["destination_node_id"] = id;
    if (content.flow["start_node_id"] === one["id"]) content.flow["start_node_id"] = id;
    one["id"] = id;
  }) },
  { weight: 2, arbitrary: fc.tuple(nth, position).map(([index, place]): Change => (content) => nodesIn(content).slice(index, index + 1).forEach((one) => void (one["display_position"] = place))) },
  { weight: 2, arbitrary: fc.tuple(nth, fc.constantFrom("e1", "e3")).map(([index, id]): Change => (content) => nodesIn(content).slice(index, index + 1).forEach((one) => void (one["edges"] = [...listOf(one["edges"]).filter((edge) => edge["id"] !== id), { id, transition_condition: { type: "prompt", prompt: "New" }, destination_node_id: String(content.flow["start_node_id"]) }]))) },
  { weight: 1, arbitrary: nth.map((index): Change => (content) => nodesIn(content).slice(index, index + 1).forEach((one) => void Reflect.deleteProperty(one, "edges"))) },
  { weight: 1, arbitrary: nth.map((index): Change => (content) => nodesIn(content).slice(index, index + 1).forEach((one) => void (one["some_new_field"] = { a: [1] }))) },
  { weight: 1, arbitrary: fc.tuple(nth, paragraph).map(([index, words]): Change => (content) => nodesIn(content).slice(index, index + 1).flatMap((one) => listOf(one["finetune_conversation_examples"])).forEach((example) => void (example["transcript"] = [{ role: "user", content: words }, ...listOf(example["transcript"]).slice(1)]))) },
  { weight: 1, arbitrary: fc.constantFrom("Ciao", "Soon").map((text): Change => ({ agent }) => void (agent["channel"] === "chat" && (agent["auto_close_message"] = text))) },
);

/** Things that no valid file can say: a value out of range, a run-time name that is a build-time variable here, a name used twice. */
const impossible: fc.Arbitrary<Change> = fc.constantFrom<Change>(
  ({ agent }) => void (agent["voice_speed"] = 99),
  ({ llm }) => void (llm["default_dynamic_variables"] = { name: "typed", plan: "silver" }),
  ({ llm }) => listOf(llm["states"]).slice(0, 1).forEach((state) => void (state["tools"] = [{ type: "end_call", name: "crm" }])),
);

/** Some things, one after the other. */
export const changeArbitrary: fc.Arbitrary<Change> = fc.array(fc.oneof({ weight: 8, arbitrary: step }, { weight: 6, arbitrary: flowStep }, { weight: 1, arbitrary: impossible }), { minLength: 1, maxLength: 4 }).map((steps): Change => (content) => {
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
  visit(content.flow);
});
