import { describe, expect, test } from "@jest/globals";
import { adopt } from "@retell-actions/core/adopt/adopt";
import { firstDifference, withEdits } from "@retell-actions/core/adopt/expected-content";
import { canonicalJson } from "@retell-actions/core/canonical/content-hash";
import type { Json, JsonObject } from "@retell-actions/core/canonical/json";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { hasErrors } from "@retell-actions/core/project/problem";
import { validateProject } from "@retell-actions/core/project/validate-project";
import { adoptChange, changedLines, contentOf, filesOf, MULTI, type Change, type ConsoleEdit, type Texts } from "./adopt-fixture.ts";

const A = "agents/sales/agent.json";
const F = "agents/sales/flow.json";
const EU = "agents/sales/agent.prod-eu.json";
const STAGING = "agents/sales/agent.staging.json";

const PROMPT = (text: Json): JsonObject => ({ type: "prompt", text });
const WHEN = (prompt: string): JsonObject => ({ type: "prompt", prompt });
const GREET: JsonObject = { id: "greet", type: "conversation", name: "Greet", instruction: PROMPT("Say hello."), edges: [{ id: "e1", transition_condition: WHEN("Always"), destination_node_id: "bye" }], display_position: { x: 1, y: 2 } };
const BYE: JsonObject = { id: "bye", type: "end", name: "Bye", instruction: PROMPT("Say bye."), display_position: { x: 3, y: 4 } };

const flowJson = (more: JsonObject = {}): JsonObject => ({
  start_speaker: "agent",
  model_choice: { type: "cascading", model: "gpt-4.1" },
  global_prompt: "Be kind.",
  nodes: [GREET, BYE],
  start_node_id: "greet",
  ...more,
});
const inline = (flow: JsonObject = {}, agent: JsonObject = {}): Texts => ({ [A]: { voice_id: "v", ...agent, conversation_flow: flowJson(flow) } });
/** With an indentation of its own. */
const ownFile = (flow: JsonObject = {}, agent: JsonObject = {}): Texts => ({ [A]: { voice_id: "v", ...agent, conversation_flow: "./flow.json" }, [F]: `${JSON.stringify({ $schema: "x", ...flowJson(flow) }, null, 4)}\n` });

const nodesOf = ({ flow }: { flow: JsonObject }): JsonObject[] => flow["nodes"] as JsonObject[];
const nodeOf = (content: { flow: JsonObject }, id: string): JsonObject => nodesOf(content).find((node) => node["id"] === id) ?? {};
/** An object below another one, by keys and indexes. */
const below = (value: Json | undefined, ...steps: (string | number)[]): JsonObject => steps.reduce<Json | undefined>((node, step) => (node as Record<string | number, Json> | undefined)?.[step], value) as JsonObject;
const say = (id: string, text: string): Change => (content) => void (nodeOf(content, id)["instruction"] = PROMPT(text));

/** Adopts, and checks the law: the workspace builds exactly the console's content, the others what they did. */
function play(edit: ConsoleEdit) {
  const { files, workspace = "staging", agent = "sales" } = edit;
  const result = adoptChange(edit);
  const after = new Map([...files, ...[...result.files].map(([path, text]) => [path, { kind: "file", text }] as const)]) as ProjectFiles;
  const [before, now] = [files, after].map((all) => validateProject({ files: all, workingDirectory: "" }));
  expect(before?.problems.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(hasErrors(now?.problems ?? [])).toBe(false);
  const adopted = result.agents.get(agent)?.adopted ?? [];
  const done = result.edits.filter(({ name }) => adopted.includes(name));
  const built = contentOf(after, workspace, agent);
  expect(firstDifference({ expected: withEdits(contentOf(files, workspace, agent), done), built, edits: done })).toBeUndefined();
  for (const [name, agents] of before?.desired ?? []) {
    if (edit.elsewhere?.[name] !== undefined || (name === "staging") !== (workspace === "staging")) continue;
    for (const [other, { content }] of agents) {
      if ((name !== workspace || other !== agent) && edit.settings?.sharedSections !== "update") expect(canonicalJson(contentOf(after, name, other) as Json)).toBe(canonicalJson(content as Json));
    }
  }
  const lines = Object.fromEntries([...result.files].map(([path, text]) => [path, changedLines(files.get(path)?.text, text)]));
  return { ...result, lines, after, sales: result.agents.get(agent) };
}

const adopts = (edit: ConsoleEdit): Readonly<Record<string, readonly string[]>> => {
  const { sales, lines, edits } = play(edit);
  expect(sales?.unmappable).toEqual([]);
  expect(edits.length).toBeGreaterThan(0);
  return lines;
};

interface Row {
  readonly name: string;
  readonly texts: Texts;
  readonly workspaces?: Json;
  readonly workspace?: string;
  readonly change: Change;
  readonly elsewhere?: Readonly<Record<string, Change>>;
  readonly expected: Readonly<Record<string, readonly string[]>>;
}

const rows: readonly Row[] = [
  {
    name: "a field of an inline flow",
    texts: inline(),
    change: ({ flow }) => void (flow["start_speaker"] = "user"),
    expected: { [A]: ['-     "start_speaker": "agent",', '+     "start_speaker": "user",'] },
  },
  {
    name: "a field of a flow in its own file, in that file's layout",
    texts: ownFile(),
    change: ({ flow }) => void (flow["start_speaker"] = "user"),
    expected: { [F]: ['-     "start_speaker": "agent",', '+     "start_speaker": "user",'] },
  },
  {
    name: "a field that no file mentions is added to the flow's own file",
    texts: ownFile(),
    change: ({ flow }) => void (flow["model_temperature"] = 0.5),
    expected: { [F]: ['-     "start_node_id": "greet"', '+     "start_node_id": "greet",', '+     "model_temperature": 0.5'] },
  },
  {
    name: "a field of the agent beside a flow's own file",
    texts: ownFile({}, { voice_speed: 1.2 }),
    change: ({ agent }) => void (agent["voice_speed"] = 1.4),
    expected: { [A]: ['-   "voice_speed": 1.2,', '+   "voice_speed": 1.4,'] },
  },
  {
    name: "what the overlay sets of a node goes to the overlay",
    texts: { ...ownFile(), [STAGING]: { conversation_flow: { nodes: [{ id: "bye", instruction: { text: "Bye from staging." } }] } } },
    change: say("bye", "Ciao."),
    expected: { [STAGING]: ['-           "text": "Bye from staging."', '+           "text": "Ciao."'] },
  },
  {
    name: "one of several productions gets an overlay of its own, by the node's id",
    texts: ownFile(),
    workspaces: MULTI,
    workspace: "prod-eu",
    change: say("greet", "Say moin."),
    expected: {
      [EU]: ["+ {", '+   "conversation_flow": {', '+     "nodes": [', "+       {", '+         "id": "greet",', '+         "instruction": {', '+           "text": "Say moin."', "+         }", "+       }", "+     ]", "+   }", "+ }"],
    },
  },
  {
    name: "what all productions show goes to the flow's file",
    texts: ownFile(),
    workspaces: MULTI,
    workspace: "prod-eu",
    change: say("greet", "Say moin."),
    elsewhere: { "prod-us": say("greet", "Say moin.") },
    expected: { [F]: ['-                 "text": "Say hello."', '+                 "text": "Say moin."'] },
  },
  {
    name: "a node's text",
    texts: ownFile(),
    change: say("greet", "Say good day."),
    expected: { [F]: ['-                 "text": "Say hello."', '+                 "text": "Say good day."'] },
  },
  {
    name: "an edge's target, by its id",
    texts: ownFile(),
    change: (content) => void (below(nodeOf(content, "greet"), "edges", 0)["destination_node_id"] = "greet"),
    expected: { [F]: ['-                     "destination_node_id": "bye"', '+                     "destination_node_id": "greet"'] },
  },
  {
    name: "a new edge",
    texts: inline(),
    change: (content) => void (nodeOf(content, "greet")["edges"] as JsonObject[]).push({ id: "e2", transition_condition: WHEN("Never"), destination_node_id: "greet" }),
    expected: { [A]: ["+           },", "+           {", '+             "destination_node_id": "greet",', '+             "id": "e2",', '+             "transition_condition": {', '+               "prompt": "Never",', '+               "type": "prompt"', "+             }"] },
  },
  {
    name: "a removed node goes with its position, and the edge that led there",
    texts: ownFile(),
    change: (content) => {
      nodesOf(content).splice(1, 1);
      nodeOf(content, "greet")["edges"] = [];
    },
    expected: {},
  },
  {
    name: "a new node of a type that nobody knows yet, without its position",
    texts: inline({ nodes: [BYE], start_node_id: "bye" }),
    change: (content) => void nodesOf(content).push({ id: "new", type: "teleport", name: "New", display_position: { x: 9, y: 9 }, whatever: { a: [1, { b: null }] } }),
    expected: {},
  },
  {
    name: "another id of a node is one node removed and one added",
    texts: inline(),
    change: (content) => {
      const node = nodeOf(content, "bye");
      node["id"] = "farewell";
      ((nodeOf(content, "greet")["edges"] as JsonObject[])[0] as JsonObject)["destination_node_id"] = "farewell";
    },
    expected: {},
  },
  {
    name: "a tool of the flow, by its name",
    texts: ownFile({ tools: [{ type: "custom", name: "crm", tool_id: "t1", url: "https://a.example.com", description: "Looks up", parameters: { type: "object", properties: {} }, speak_during_execution: false, speak_after_execution: true }] }),
    change: ({ flow }) => void (below(flow, "tools", 0)["url"] = "https://b.example.com"),
    expected: { [F]: ['-             "url": "https://a.example.com",', '+             "url": "https://b.example.com",'] },
  },
  {
    name: "a node in a component of the flow",
    texts: ownFile({ components: [{ name: "verify", nodes: [{ ...BYE, id: "c1" }], start_node_id: "c1" }] }),
    change: ({ flow }) => void (below(flow, "components", 0, "nodes", 0)["instruction"] = PROMPT("Check.")),
    expected: { [F]: ['-                         "text": "Say bye."', '+                         "text": "Check."'] },
  },
  {
    name: "a field that the console cleared is null",
    texts: ownFile({ model_temperature: 0.5 }),
    change: ({ flow }) => void (flow["model_temperature"] = null),
    expected: { [F]: ['-     "model_temperature": 0.5', '+     "model_temperature": null'] },
  },
  {
    name: "a list of a chat agent, by name",
    texts: { [A]: { channel: "chat", post_chat_analysis_data: [{ type: "string", name: "mood", description: "How" }, { type: "string", name: "intent", description: "What" }], conversation_flow: flowJson() } },
    change: ({ agent }) => void (below(agent, "post_chat_analysis_data", 1)["description"] = "Why"),
    expected: { [A]: ['-       "description": "What"', '+       "description": "Why"'] },
  },
  {
    name: "the address of a custom LLM",
    texts: { [A]: { voice_id: "v", response_engine: { type: "custom-llm", llm_websocket_url: "wss://a.example.com" } } },
    change: ({ agent }) => void ((agent["response_engine"] as JsonObject)["llm_websocket_url"] = "wss://b.example.com"),
    expected: { [A]: ['-     "llm_websocket_url": "wss://a.example.com"', '+     "llm_websocket_url": "wss://b.example.com"'] },
  },
];

describe("a console edit of a flow goes to the file that says it", () => {
  test.each(rows)("$name", ({ texts, workspaces, workspace, change, elsewhere, expected }) => {
    const lines = adopts({ files: filesOf(texts, workspaces), change, ...(workspace === undefined ? {} : { workspace }), ...(elsewhere === undefined ? {} : { elsewhere }) });
    if (Object.keys(expected).length > 0) expect(lines).toEqual(expected);
    expect(JSON.stringify(lines)).not.toContain('"x\\": 9');
  });

  test("a node that only moved on the canvas is no edit", () => {
    expect(play({ files: filesOf(ownFile()), change: (content) => void (nodeOf(content, "bye")["display_position"] = { x: 99, y: 1 }) })).toMatchObject({ edits: [], files: new Map() });
  });

  test("a node that the console removed is kept where Git has changed it since", () => {
    const files = filesOf(inline({ nodes: [GREET, { ...BYE, speak_during_execution: true }] }));
    const gone = { id: "bye", type: "end", name: "Bye", "instruction.type": "prompt", "instruction.text": "Say bye." };
    const edits = Object.keys(gone).map((key) => ({ path: ["flow", "nodes", { item: "bye" }, ...key.split(".")], name: `flow.nodes[bye].${key}`, live: undefined }));
    const result = adopt({ files, workingDirectory: "", workspace: "staging", edits: new Map([["sales", edits]]) });
    expect(result.files.size).toBe(0);
    expect(result.agents.get("sales")?.unmappable[0]?.reason).toBe("the item is to go, and Git has flow.nodes[bye].speak_during_execution since");
  });

  test("another engine is not written, nor is the old one taken out", () => {
    const result = play({ files: filesOf(inline()), change: ({ agent, flow }) => {
      agent["response_engine"] = { type: "retell-llm" };
      for (const key of Object.keys(flow)) Reflect.deleteProperty(flow, key);
    } });
    expect(result.files.size).toBe(0);
    expect(new Set(result.sales?.unmappable.map(({ reason }) => reason))).toEqual(new Set(["the agent has another engine there; change the engine in agent.json by hand"]));
  });

  test("a flow with words that no file can say is told, the rest is adopted", () => {
    const files = filesOf(ownFile({ prompt_config: { variables: { firm: "Acme" } }, global_prompt: "We are {{firm}}." }));
    const result = play({ files, change: (content) => {
      say("greet", "Hello from {{firm}}")(content);
      say("bye", "Bye!")(content);
    } });
    expect(result.sales).toMatchObject({ adopted: ["flow.nodes[bye].instruction.text"], unmappable: [{ field: "flow.nodes[greet].instruction.text", reason: expect.stringContaining("{{firm}}") as unknown }] });
  });
});

describe("prompts of a flow", () => {
  const SECTIONS: Texts = { "prompts/a.txt": "We are {{firm}}.\n", "prompts/b.md": "Be kind.", "prompts/c.txt": "Bye!\n" };
  const config = { sections: ["a", "b"], variables: { firm: "Acme" } };
  const sectioned = (more: { readonly nodes?: readonly JsonObject[]; readonly config?: JsonObject; readonly texts?: Texts; readonly own?: boolean } = {}): Texts => {
    const flow: JsonObject = { global_prompt: null, prompt_config: { ...config, ...more.config }, nodes: [...(more.nodes ?? [GREET, BYE])] };
    const { global_prompt: _none, ...rest } = flowJson(flow);
    return { ...(more.own === false ? { [A]: { voice_id: "v", conversation_flow: rest } } : { [A]: { voice_id: "v", conversation_flow: "./flow.json" }, [F]: { ...rest } }), ...SECTIONS, ...more.texts };
  };
  const main = (text: string): Change => ({ flow }) => void (flow["global_prompt"] = text);
  const other = (...sections: string[]): Texts => ({ "agents/other/agent.json": { voice_id: "v", llm_config: { start_speaker: "agent", prompt_config: { sections } } } });

  test("the main prompt goes back into its sections", () => {
    expect(adopts({ files: filesOf(sectioned()), change: main("We are Acme!\n\nBe very kind.") })).toEqual({
      "prompts/a.txt": ["- We are {{firm}}.", "+ We are {{firm}}!"],
      "prompts/b.md": ["- Be kind.", "+ Be very kind."],
    });
  });

  test("a shared section is copied, and listed in the flow's file", () => {
    const lines = adopts({ files: filesOf(sectioned({ texts: other("b") })), change: main("We are Acme.\n\nBe very kind.") });
    expect(lines).toEqual({ [F]: ['-       "b"', '+       "sales/b"'], "prompts/sales/b.md": ["- ", "+ Be very kind."] });
  });

  test("a credential in the text of a node that is new in the console stays there: a prompt cannot become a secret", () => {
    const typed = `use Bearer fingerprint:${"0123456789ab".repeat(2)}`;
    const { sales } = play({ files: filesOf(inline()), change: (content) => void nodesOf(content).push({ id: "leak", type: "conversation", instruction: PROMPT(typed), edges: [] }) });
    expect(sales?.unmappable.map(({ reason }) => reason)).toContain("a credential was typed into the text in the console; remove it there and revoke it");
    expect(sales?.secretsToCreate).toEqual([]);
  });

  test("a shared section is changed for all with update, refused with refuse", () => {
    const files = filesOf(sectioned({ texts: other("b") }));
    const change = main("We are Acme.\n\nBe very kind.");
    expect(adopts({ files, change, settings: { sharedSections: "update" } })).toEqual({ "prompts/b.md": ["- Be kind.", "+ Be very kind."] });
    expect(play({ files, change, settings: { sharedSections: "refuse" } }).sales).toMatchObject({ adopted: [], unmappable: [{ field: "flow.global_prompt", reason: expect.stringContaining("agent other") as unknown }] });
  });

  test("overrides that are keyed by the former name follow into the copy, in the flow's file and in overlays", () => {
    const files = filesOf(sectioned({ config: { sections: ["a", "b"], overrides: { a: "Own" } }, texts: { ...other("b"), "agents/sales/agent.production.json": { conversation_flow: { prompt_config: { overrides: { b: "Only production" } } } } } }));
    const { lines, after } = play({ files, change: main("Own\n\nBe very kind.") });
    expect(Object.keys(lines).sort()).toEqual(["agents/sales/agent.production.json", F, "prompts/sales/b.md"]);
    expect(contentOf(after, "production", "sales").flow?.["global_prompt"]).toBe("Own\n\nOnly production");
  });

  test("a build-time variable gets another value where it stands at all tags", () => {
    const files = filesOf(sectioned({ nodes: [{ ...GREET, instruction: PROMPT("Hello from {{firm}}") }, BYE] }));
    const change: Change = (content) => {
      main("We are Globex.\n\nBe kind.")(content);
      say("greet", "Hello from Globex")(content);
    };
    expect(adopts({ files, change })).toEqual({ [F]: ['-       "firm": "Acme"', '+       "firm": "Globex"'] });
    expect(adopts({ files, change: say("greet", "Hello from Globex") })).toEqual({ [F]: ['-         "text": "Hello from {{firm}}"', '+         "text": "Hello from Globex"'] });
  });

  test("the tags of a node's own text stay", () => {
    const files = filesOf(sectioned({ nodes: [{ ...GREET, instruction: PROMPT("Hello from {{firm}}, dear") }, BYE] }));
    expect(adopts({ files, change: say("greet", "Hello from Acme, friend") })).toEqual({ [F]: ['-         "text": "Hello from {{firm}}, dear"', '+         "text": "Hello from {{firm}}, friend"'] });
  });

  test("a node's text that names a section changes that section", () => {
    const files = filesOf(sectioned({ nodes: [GREET, { ...BYE, instruction: PROMPT({ $prompt: "c" }) }] }));
    expect(adopts({ files, change: say("bye", "Bye bye!") })).toEqual({ "prompts/c.txt": ["- Bye!", "+ Bye bye!"] });
  });

  test("a section of two prompts is changed where both show it, and copied where one does", () => {
    const nodes = [{ ...GREET, instruction: PROMPT({ $prompt: ["c", "b"] }) }, { ...BYE, instruction: PROMPT({ $prompt: "c" }) }];
    const files = filesOf(sectioned({ nodes }));
    const both: Change = (content) => {
      say("greet", "Ciao!\n\nBe kind.")(content);
      say("bye", "Ciao!")(content);
    };
    expect(adopts({ files, change: both })).toEqual({ "prompts/c.txt": ["- Bye!", "+ Ciao!"] });
    expect(adopts({ files, change: say("bye", "Ciao!") })).toEqual({ [F]: ['-           "$prompt": "c"', '+           "$prompt": "sales/c"'], "prompts/sales/c.txt": ["+ Ciao!"] });
    const alone = adopts({ files, change: say("greet", "Ciao!\n\nBe kind.") });
    expect(alone[F]).toEqual(['-             "c",', '+             "sales/c",']);
  });

  test("a section that goes from one text is left to the others", () => {
    const files = filesOf(sectioned({ nodes: [{ ...GREET, instruction: PROMPT({ $prompt: ["c", "b"] }) }, BYE] }));
    expect(adopts({ files, change: say("greet", "Bye!") })).toEqual({ [F]: ['-             "c",', '-             "b"', '+             "c"'] });
  });

  test("one of several productions gets an override, or its own names", () => {
    const nodes = [{ ...GREET, instruction: PROMPT({ $prompt: ["c"] }) }, BYE];
    const files = filesOf(sectioned({ nodes }), MULTI);
    const lone = play({ files, workspace: "prod-eu", change: say("greet", "Ciao!") });
    expect(JSON.parse(lone.files.get(EU) ?? "")).toEqual({ conversation_flow: { prompt_config: { overrides: { c: "Ciao!" } } } });
    const two = filesOf(sectioned({ nodes: [...nodes.slice(0, 1), { ...BYE, instruction: PROMPT({ $prompt: "c" }) }] }), MULTI);
    const own = play({ files: two, workspace: "prod-eu", change: say("greet", "Ciao!") });
    expect(own.sales?.unmappable).toEqual([]);
    expect(JSON.parse(own.files.get(EU) ?? "")).toEqual({ conversation_flow: { nodes: [{ id: "greet", instruction: { text: { $prompt: ["sales/c"] } } }] } });
  });

  test("a text that fits no section is told, and becomes one text with flatten: only that", () => {
    const nodes = [{ ...GREET, instruction: PROMPT({ $prompt: ["b", "c"] }) }, { ...BYE, instruction: PROMPT({ $prompt: "a" }) }];
    const files = filesOf(sectioned({ nodes, config: { overrides: { b: "Be nice, {{firm}}" } } }));
    const change: Change = (content) => {
      say("greet", "Be nice, Acme\nBye!")(content);
      say("bye", "We were Acme.")(content);
    };
    expect(play({ files, change }).sales).toMatchObject({ adopted: ["flow.nodes[bye].instruction.text"], unmappable: [{ field: "flow.nodes[greet].instruction.text", reason: expect.stringContaining("blank line") as unknown }] });
    const flat = play({ files, change, settings: { flatten: true } });
    expect(flat.sales?.unmappable).toEqual([]);
    const flow = JSON.parse(flat.files.get(F) ?? "") as { nodes: { instruction: Json }[]; prompt_config: Json };
    expect(flow.nodes.map(({ instruction }) => instruction)).toEqual([PROMPT("Be nice, {{firm}}\nBye!"), PROMPT({ $prompt: "sales/a" })]);
    expect(flow.prompt_config).toEqual({ sections: ["a", "b"], variables: { firm: "Acme" }, overrides: { b: "Be nice, {{firm}}" } });
  });

  test("the main prompt becomes one text with flatten; overrides that others list stay", () => {
    const nodes = [{ ...GREET, instruction: PROMPT({ $prompt: ["b"] }) }, BYE];
    const files = filesOf(sectioned({ nodes, config: { overrides: { a: "X", b: "Y" } } }));
    const flat = play({ files, change: main("X\nY"), settings: { flatten: true } });
    expect(flat.sales?.unmappable).toEqual([]);
    expect(JSON.parse(flat.files.get(F) ?? "")).toMatchObject({ global_prompt: "X\nY", prompt_config: { variables: { firm: "Acme" }, overrides: { b: "Y" } } });
    const all = play({ files: filesOf(sectioned({ config: { overrides: { a: "X" }, variables: {} } })), change: main("X\nBe kind."), settings: { flatten: true } });
    expect(JSON.parse(all.files.get(F) ?? "")).toMatchObject({ global_prompt: "X\nBe kind.", prompt_config: { variables: {} } });
  });

  test("one of several productions gets the one text over the names", () => {
    const files = filesOf(sectioned({ nodes: [{ ...GREET, instruction: PROMPT({ $prompt: ["b", "c"] }) }, BYE] }), MULTI);
    const flat = play({ files, workspace: "prod-eu", change: say("greet", "Be kind.\nBye!"), settings: { flatten: true } });
    expect(JSON.parse(flat.files.get(EU) ?? "")).toEqual({ conversation_flow: { nodes: [{ id: "greet", instruction: { text: "Be kind.\nBye!" } }] } });
  });

  test("a node that goes takes its names with it; the section stays, changed by the one that is left", () => {
    const nodes = [{ ...GREET, instruction: PROMPT({ $prompt: "c" }), edges: [] }, { ...BYE, instruction: PROMPT({ $prompt: "c" }) }];
    const lines = adopts({ files: filesOf(sectioned({ nodes })), change: (content) => {
      nodesOf(content).splice(1, 1);
      say("greet", "Ciao!")(content);
    } });
    expect(Object.keys(lines).sort()).toEqual([F, "prompts/c.txt"]);
  });
});

describe("prompts of states that name sections", () => {
  const llm = (more: JsonObject): Texts => ({
    [A]: { voice_id: "v", llm_config: { start_speaker: "agent", general_prompt: "General.", begin_message: { $prompt: "hello" }, starting_state: "one", states: [{ name: "one", state_prompt: { $prompt: ["one", "rules"] } }, { name: "two", state_prompt: "You are {{n}}." }], prompt_config: { variables: { n: "Ann" } }, ...more } },
    "prompts/one.txt": "One, {{n}}.\n",
    "prompts/rules.txt": "Rules.\n",
    "prompts/hello.txt": "Hello!\n",
  });
  const state = (index: number, text: string): Change => (content) => void (((content.llm["states"] as JsonObject[])[index] as JsonObject)["state_prompt"] = text);

  test("an edit goes to the section that it stands in", () => {
    expect(adopts({ files: filesOf(llm({})), change: state(0, "One, dear Ann.\n\nRules.") })).toEqual({ "prompts/one.txt": ["- One, {{n}}.", "+ One, dear {{n}}."] });
    expect(adopts({ files: filesOf(llm({})), change: ({ llm: part }) => void (part["begin_message"] = "Hi!") })).toEqual({ "prompts/hello.txt": ["- Hello!", "+ Hi!"] });
  });

  test("a variable gets another value only if all of them show it", () => {
    const change: Change = (content) => {
      state(0, "One, Bob.\n\nRules.")(content);
      state(1, "You are Bob.")(content);
    };
    expect(adopts({ files: filesOf(llm({})), change })).toEqual({ [A]: ['-         "n": "Ann"', '+         "n": "Bob"'] });
    expect(adopts({ files: filesOf(llm({})), change: state(0, "One, Bob.\n\nRules.") })).toEqual({ "prompts/one.txt": ["- One, {{n}}.", "+ One, Bob."] });
  });

  test("a new state is written with its text", () => {
    const lines = adopts({ files: filesOf(llm({})), change: ({ llm: part }) => void (part["states"] as JsonObject[]).push({ name: "three", state_prompt: "Third." }) });
    expect(Object.keys(lines)).toEqual([A]);
  });

  test("a first message that the console took out goes with its names", () => {
    const { lines, sales } = play({ files: filesOf(llm({})), change: ({ llm: part }) => void (part["begin_message"] = null) });
    expect(sales?.unmappable).toEqual([]);
    expect(Object.keys(lines)).toEqual([A]);
  });
});

describe("names of sections in a list whose items have no names", () => {
  const transcript = (first: Json): JsonObject[] => [{ role: "user", content: "Hi" }, { role: "agent", content: first }];
  const node = { ...GREET, finetune_conversation_examples: [{ id: "x", transcript: transcript({ $prompt: "c" }) }] };
  const files = filesOf({ ...inline({ nodes: [node, BYE] }), "prompts/c.txt": "Bye!\n" });
  const talk = (list: JsonObject[]): Change => (content) => void (((nodeOf(content, "greet")["finetune_conversation_examples"] as JsonObject[])[0] as JsonObject)["transcript"] = list);

  test("stay where their text stays", () => {
    const lines = adopts({ files, change: talk([{ role: "user", content: "Hello" }, { role: "agent", content: "Bye!" }]) });
    expect(lines).toEqual({ [A]: ['-                 "content": "Hi"', '+                 "content": "Hello"'] });
  });

  test("are told where it changed, and become text with flatten", () => {
    const change = talk(transcript("Ciao!"));
    expect(play({ files, change }).sales?.unmappable).toEqual([{ field: "flow.nodes[greet].finetune_conversation_examples[x].transcript", reason: expect.stringContaining("put together from sections") as unknown }]);
    expect(Object.keys(adopts({ files, change, settings: { flatten: true } }))).toEqual([A]);
  });
});
