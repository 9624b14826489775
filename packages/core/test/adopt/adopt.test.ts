import { describe, expect, test } from "@jest/globals";
import type { Json, JsonObject } from "@retell-actions/core/canonical/json";
import { adopt } from "@retell-actions/core/adopt/adopt";
import { adoptChange, changedLines, filesOf, MULTI, type Change, type Texts } from "./adopt-fixture.ts";

const CRM = { type: "custom", name: "crm", url: "https://crm.example.com", description: "Looks up", parameters: { type: "object", properties: {} }, speak_during_execution: false, speak_after_execution: true };
const END = { type: "end_call", name: "end", description: "Ends the call" };

const agentJson = (llm: JsonObject = {}, agent: JsonObject = {}): JsonObject => ({
  agent_name: "Sales",
  voice_id: "11labs-Adrian",
  ...agent,
  llm_config: { start_speaker: "agent", general_prompt: "You sell things.", ...llm },
});

const tools = (content: { llm: JsonObject }): JsonObject[] => content.llm["general_tools"] as JsonObject[];
const A = "agents/sales/agent.json";
const STAGING = "agents/sales/agent.staging.json";

interface Row {
  readonly name: string;
  readonly texts: Texts;
  readonly workspaces?: Json;
  readonly workspace?: string;
  readonly change: Change;
  readonly elsewhere?: Readonly<Record<string, Change>>;
  /** Changed lines by file. */
  readonly expected: Readonly<Record<string, readonly string[]>>;
}

const rows: readonly Row[] = [
  {
    name: "a field that agent.json sets is changed there",
    texts: { [A]: agentJson({}, { voice_speed: 1.2 }) },
    change: ({ agent }) => void (agent["voice_speed"] = 1.4),
    expected: { [A]: ['-   "voice_speed": 1.2,', '+   "voice_speed": 1.4,'] },
  },
  {
    name: "a field that no file mentions is added",
    texts: { [A]: agentJson() },
    change: ({ agent }) => void (agent["voice_speed"] = 1.4),
    expected: { [A]: ["-   }", "+   },", '+   "voice_speed": 1.4'] },
  },
  {
    name: "a field of the LLM goes to llm_config",
    texts: { [A]: agentJson({ model_temperature: 0.2 }) },
    change: ({ llm }) => void (llm["model_temperature"] = 0.7),
    expected: { [A]: ['-     "model_temperature": 0.2', '+     "model_temperature": 0.7'] },
  },
  {
    name: "a documented default is written where Git has another value",
    texts: { [A]: agentJson({}, { voice_speed: 1.2 }) },
    change: ({ agent }) => void (agent["voice_speed"] = 1),
    expected: { [A]: ['-   "voice_speed": 1.2,', '+   "voice_speed": 1,'] },
  },
  {
    name: "a field that the console took out goes",
    texts: { [A]: agentJson({}, { ambient_sound: "coffee-shop" }) },
    change: ({ agent }) => void delete agent["ambient_sound"],
    expected: { [A]: ['-   "ambient_sound": "coffee-shop",'] },
  },
  {
    name: "a field that the console cleared is null",
    texts: { [A]: agentJson({}, { webhook_url: "https://example.com" }) },
    change: ({ agent }) => void (agent["webhook_url"] = null),
    expected: { [A]: ['-   "webhook_url": "https://example.com",', '+   "webhook_url": null,'] },
  },
  {
    name: "a field that the overlay sets is changed in the overlay",
    texts: { [A]: agentJson({}, { voice_speed: 1.2 }), [STAGING]: { voice_speed: 1.3 } },
    change: ({ agent }) => void (agent["voice_speed"] = 1.4),
    expected: { [STAGING]: ['-   "voice_speed": 1.3', '+   "voice_speed": 1.4'] },
  },
  {
    name: "what the overlay removed comes back through the overlay",
    texts: { [A]: agentJson({}, { ambient_sound: "call-center" }), [STAGING]: { ambient_sound: null } },
    change: ({ agent }) => void (agent["ambient_sound"] = "coffee-shop"),
    expected: { [STAGING]: ['-   "ambient_sound": null', '+   "ambient_sound": "coffee-shop"'] },
  },
  {
    name: "what only the overlay sets is taken out of it",
    texts: { [A]: agentJson(), [STAGING]: { volume: 1.5, ambient_sound: "call-center" } },
    change: ({ agent }) => void delete agent["ambient_sound"],
    expected: { [STAGING]: ['-   "volume": 1.5,', '-   "ambient_sound": "call-center"', '+   "volume": 1.5'] },
  },
  {
    name: "what both set is removed by null in the overlay",
    texts: { [A]: agentJson({}, { ambient_sound: "call-center" }), [STAGING]: { ambient_sound: "coffee-shop" } },
    change: ({ agent }) => void delete agent["ambient_sound"],
    expected: { [STAGING]: ['-   "ambient_sound": "coffee-shop"', '+   "ambient_sound": null'] },
  },
  {
    name: "a field inside an object that only the overlay has goes to the overlay",
    texts: { [A]: agentJson(), [STAGING]: { voicemail_option: { action: { type: "static_text", text: "Bye" } } } },
    change: ({ agent }) => void (agent["voicemail_option"] = { action: { type: "static_text", text: "Later" } }),
    expected: { [STAGING]: ['-       "text": "Bye"', '+       "text": "Later"'] },
  },
  {
    name: "a tool's field is found by the tool's name",
    texts: { [A]: agentJson({ general_tools: [CRM, END] }) },
    change: (content) => void ((tools(content)[1] as JsonObject)["description"] = "Hangs up"),
    expected: { [A]: ['-         "description": "Ends the call"', '+         "description": "Hangs up"'] },
  },
  {
    name: "a new tool is inserted whole, in the console's order, with keys in its siblings' order",
    texts: { [A]: agentJson({ general_tools: [CRM, END] }) },
    change: ({ llm }) => void (llm["general_tools"] = [CRM, { name: "stop", type: "end_call", description: "Stops" }, END]),
    expected: { [A]: ['+         "name": "stop",', '+         "description": "Stops"', "+       },", "+       {", '+         "type": "end_call",'] },
  },
  {
    name: "a removed tool goes with its comma",
    texts: { [A]: agentJson({ general_tools: [CRM, END] }) },
    change: ({ llm }) => void (llm["general_tools"] = [CRM]),
    expected: { [A]: ["-       },", "-       {", '-         "type": "end_call",', '-         "name": "end",', '-         "description": "Ends the call"'] },
  },
  {
    name: "a tool that both files have is removed in the overlay by name",
    texts: { [A]: agentJson({ general_tools: [CRM, END] }), [STAGING]: { llm_config: { general_tools: [{ name: "end", description: "Other" }] } } },
    change: ({ llm }) => void (llm["general_tools"] = [CRM]),
    expected: { [STAGING]: ['-         "description": "Other"', '+         "$remove": true'] },
  },
  {
    name: "a tool that the overlay removed comes back as a patch",
    texts: { [A]: agentJson({ general_tools: [CRM, END] }), [STAGING]: { llm_config: { general_tools: [{ name: "end", $remove: true }] } } },
    change: ({ llm }) => void (llm["general_tools"] = [CRM, { ...END, description: "Again" }]),
    expected: { [STAGING]: ['-         "$remove": true', '+         "description": "Again"'] },
  },
  {
    name: "a former name of a field stays",
    texts: { [A]: agentJson({ temperature: 0.2, tools: [END] }) },
    change: (content) => {
      content.llm["model_temperature"] = 0.4;
      (tools(content)[0] as JsonObject)["description"] = "Hangs up";
    },
    expected: {
      [A]: ['-     "temperature": 0.2,', '-     "tools": [', "-       {", '-         "type": "end_call",', '-         "name": "end",', '-         "description": "Ends the call"',
            '+     "temperature": 0.4,', '+     "tools": [', "+       {", '+         "type": "end_call",', '+         "name": "end",', '+         "description": "Hangs up"'],
    },
  },
  {
    name: "normalize_for_speech stays where it is written",
    texts: { [A]: agentJson({}, { normalize_for_speech: true }) },
    change: ({ agent }) => void (agent["handbook_config"] = { speech_normalization: false }),
    expected: { [A]: ['-   "normalize_for_speech": true,', '+   "normalize_for_speech": false,'] },
  },
  {
    name: "one of several productions gets an overlay of its own",
    texts: { [A]: agentJson({ general_tools: [END] }, { voice_speed: 1.2 }) },
    workspaces: MULTI,
    workspace: "prod-eu",
    change: (content) => {
      content.agent["voice_speed"] = 1.4;
      (tools(content)[0] as JsonObject)["description"] = "Tschuess";
    },
    expected: {
      "agents/sales/agent.prod-eu.json": [
        "+ {", '+   "voice_speed": 1.4,', '+   "llm_config": {', '+     "general_tools": [', "+       {", '+         "name": "end",', '+         "description": "Tschuess"', "+       }", "+     ]", "+   }", "+ }",
      ],
    },
  },
  {
    name: "what one of several productions took out is null in its overlay",
    texts: { [A]: agentJson({ general_tools: [CRM, END] }, { ambient_sound: "call-center" }), "agents/sales/agent.prod-eu.json": '{ "volume": 1.5 }\n' },
    workspaces: MULTI,
    workspace: "prod-eu",
    change: ({ agent, llm }) => {
      delete agent["ambient_sound"];
      llm["general_tools"] = [CRM];
    },
    expected: {
      "agents/sales/agent.prod-eu.json": ['- { "volume": 1.5 }', '+ { "volume": 1.5, "ambient_sound": null, "llm_config": { "general_tools": [{ "name": "end", "$remove": true }] } }'],
    },
  },
  {
    name: "what all productions show goes to agent.json",
    texts: { [A]: agentJson({}, { voice_speed: 1.2 }) },
    workspaces: MULTI,
    workspace: "prod-eu",
    change: ({ agent }) => void (agent["voice_speed"] = 1.4),
    elsewhere: { "prod-us": ({ agent }) => void (agent["voice_speed"] = 1.4) },
    expected: { [A]: ['-   "voice_speed": 1.2,', '+   "voice_speed": 1.4,'] },
  },
  {
    name: "what productions show differently goes to the overlay",
    texts: { [A]: agentJson({}, { voice_speed: 1.2 }) },
    workspaces: MULTI,
    workspace: "prod-eu",
    change: ({ agent }) => void (agent["voice_speed"] = 1.4),
    elsewhere: { "prod-us": ({ agent }) => void (agent["voice_speed"] = 1.5) },
    expected: { "agents/sales/agent.prod-eu.json": ["+ {", '+   "voice_speed": 1.4', "+ }"] },
  },
  {
    name: "the staging workspace of several productions has its branch for itself",
    texts: { [A]: agentJson({}, { voice_speed: 1.2 }) },
    workspaces: MULTI,
    change: ({ agent }) => void (agent["voice_speed"] = 1.4),
    expected: { [A]: ['-   "voice_speed": 1.2,', '+   "voice_speed": 1.4,'] },
  },
  {
    name: "an object that the console took out goes as a whole",
    texts: { [A]: agentJson({}, { voicemail_option: { action: { type: "static_text", text: "Bye" } } }) },
    change: ({ agent }) => void delete agent["voicemail_option"],
    expected: { [A]: ['-   "voicemail_option": {', '-     "action": {', '-       "type": "static_text",', '-       "text": "Bye"', "-     }", "-   },"] },
  },
  {
    name: "an inline prompt keeps the tags of its variables",
    texts: { [A]: agentJson({ general_prompt: "You are {{ name }} of {{firm}}.\nSell.", prompt_config: { variables: { name: "Ann", firm: "Acme" } } }) },
    change: ({ llm }) => void (llm["general_prompt"] = "You are Ann of Acme.\nSell more."),
    expected: { [A]: ['-     "general_prompt": "You are {{ name }} of {{firm}}.\\nSell.",', '+     "general_prompt": "You are {{ name }} of {{firm}}.\\nSell more.",'] },
  },
  {
    name: "where a part of a variable's value was edited, the new text stands",
    texts: { [A]: agentJson({ begin_message: "Hi, {{name}} of {{firm}}", prompt_config: { variables: { name: "Ann", firm: "Acme Inc." } } }) },
    change: ({ llm }) => void (llm["begin_message"] = "Hi, Ann of Acme Ltd."),
    expected: { [A]: ['-     "begin_message": "Hi, {{name}} of {{firm}}",', '+     "begin_message": "Hi, {{name}} of Acme Ltd.",'] },
  },
  {
    name: "a state's prompt is found by the state's name",
    texts: { [A]: agentJson({ starting_state: "a", states: [{ name: "a", state_prompt: "Ask {{x}}" }, { name: "b", state_prompt: "Say" }], prompt_config: { variables: { x: "him" } } }) },
    change: ({ llm }) => void (llm["states"] = [{ name: "a", state_prompt: "Do ask him" }, { name: "b", state_prompt: "Say" }]),
    expected: { [A]: ['-         "state_prompt": "Ask {{x}}"', '+         "state_prompt": "Do ask {{x}}"'] },
  },
  {
    name: "an edit of a section that nobody else uses goes to its file",
    texts: { [A]: { voice_id: "v", llm_config: { start_speaker: "agent", prompt_config: { sections: ["base/hi", "b"], variables: { n: "Ann" } } } }, "prompts/base/hi.txt": "Hi {{n}}!\r\nBe kind.\r\n", "prompts/b.md": "Bye" },
    change: ({ llm }) => void (llm["general_prompt"] = "Hi Ann!\nBe very kind.\nAlways.\n\nBye"),
    expected: { "prompts/base/hi.txt": ["- Be kind.\r", "+ Be very kind.\r", "+ Always.\r"] },
  },
  {
    name: "an edit of a shared section becomes a section of the agent's own",
    texts: {
      [A]: { voice_id: "v", llm_config: { start_speaker: "agent", prompt_config: { sections: ["hi", "b"] } } },
      "agents/other/agent.json": { voice_id: "v", llm_config: { start_speaker: "agent", prompt_config: { sections: ["hi"] } } },
      "prompts/hi.txt": "Hi\n",
      "prompts/b.md": "Bye",
    },
    change: ({ llm }) => void (llm["general_prompt"] = "Hello\n\nBye bye"),
    expected: { [A]: ['-         "hi",', '+         "sales/hi",'], "prompts/sales/hi.txt": ["+ Hello"], "prompts/b.md": ["- Bye", "+ Bye bye"] },
  },
  {
    name: "an override stays one",
    texts: { [A]: { voice_id: "v", llm_config: { start_speaker: "agent", prompt_config: { sections: ["hi", "b"], overrides: { hi: "Hello {{n}}" }, variables: { n: "Ann" } } } }, "prompts/hi.txt": "Hi\n", "prompts/b.md": "Bye" },
    change: ({ llm }) => void (llm["general_prompt"] = "Good day, Ann\n\nBye"),
    expected: { [A]: ['-           "hi": "Hello {{n}}"'.replace("  ", ""), '+         "hi": "Good day, {{n}}"'] },
  },
  {
    name: "one of several productions gets an override in its overlay",
    texts: { [A]: { voice_id: "v", llm_config: { start_speaker: "agent", prompt_config: { sections: ["hi"] } } }, "prompts/hi.txt": "Hi\n" },
    workspaces: MULTI,
    workspace: "prod-us",
    change: ({ llm }) => void (llm["general_prompt"] = "Howdy"),
    expected: {
      "agents/sales/agent.prod-us.json": ["+ {", '+   "llm_config": {', '+     "prompt_config": {', '+       "overrides": {', '+         "hi": "Howdy"', "+       }", "+     }", "+   }", "+ }"],
    },
  },
  {
    name: "what all productions show in a prompt goes to the section file",
    texts: { [A]: { voice_id: "v", llm_config: { start_speaker: "agent", prompt_config: { sections: ["hi"] } } }, "prompts/hi.txt": "Hi\n" },
    workspaces: MULTI,
    workspace: "prod-us",
    change: ({ llm }) => void (llm["general_prompt"] = "Howdy"),
    elsewhere: { "prod-eu": ({ llm }) => void (llm["general_prompt"] = "Howdy") },
    expected: { "prompts/hi.txt": ["- Hi", "+ Howdy"] },
  },
  {
    name: "a list of plain values keeps its lines",
    texts: { [A]: agentJson({}, { boosted_keywords: ["a", "b", "c"] }) },
    change: ({ agent }) => void (agent["boosted_keywords"] = ["a", "x", "b", "c"]),
    expected: { [A]: ['+     "x",'] },
  },
];

describe("console edits become edits of files", () => {
  test.each(rows)("$name", ({ texts, workspaces, workspace, change, elsewhere, expected }) => {
    const files = filesOf(texts, workspaces);
    const result = adoptChange({ files, change, ...(workspace === undefined ? {} : { workspace }), ...(elsewhere === undefined ? {} : { elsewhere }) });
    const lines = Object.fromEntries([...result.files].map(([path, text]) => [path, changedLines(files.get(path)?.text, text)]));
    expect(result.agents.get("sales")?.unmappable).toEqual([]);
    expect(lines).toEqual(expected);
    expect(result.agents.get("sales")?.adopted).toEqual(result.edits.map(({ name }) => name).sort());
    expect(result.agents.get("sales")?.touched).toEqual(Object.keys(expected).sort());
  });
});

interface Refused {
  readonly name: string;
  readonly texts: Texts;
  readonly workspaces?: Json;
  readonly workspace?: string;
  readonly change: Change;
  readonly field: string;
  readonly reason: RegExp;
}

const twoSections: Texts = {
  [A]: { voice_id: "v", llm_config: { start_speaker: "agent", prompt_config: { sections: ["a", "b"], variables: { n: "Ann" } } } },
  "prompts/a.txt": "Hi {{n}}\n",
  "prompts/b.txt": "Bye\n",
};
const FINGERPRINT = "fingerprint:0123456789abcdef01234567";

const refused: readonly Refused[] = [
  { name: "another engine", texts: { [A]: agentJson() }, change: ({ agent }) => void (agent["response_engine"] = { type: "custom-llm" }), field: "agent.response_engine.type", reason: /another engine/ },
  { name: "a lost blank line between sections", texts: twoSections, change: ({ llm }) => void (llm["general_prompt"] = "Hi Ann\nBye"), field: "llm.general_prompt", reason: /blank line between the sections "a" and "b" is gone/ },
  { name: "nothing left of several sections", texts: twoSections, change: ({ llm }) => void (llm["general_prompt"] = ""), field: "llm.general_prompt", reason: /nothing is left of the prompt/ },
  { name: "a prompt that was taken out", texts: twoSections, change: ({ llm }) => void (llm["general_prompt"] = null), field: "llm.general_prompt", reason: /whole prompt is to go/ },
  { name: "a typed tag of a build-time variable", texts: twoSections, change: ({ llm }) => void (llm["general_prompt"] = "Hi {{n}}\n\nBye"), field: "llm.general_prompt", reason: /has the tag \{\{n\}\}.*build-time variable/ },
  { name: "a credential in a prompt", texts: { [A]: agentJson() }, change: ({ llm }) => void (llm["general_prompt"] = `Use ${FINGERPRINT}`), field: "llm.general_prompt", reason: /credential was typed into the text/ },
  {
    name: "another credential where Git has a secret",
    texts: { [A]: agentJson({ general_tools: [{ ...CRM, headers: { Authorization: "secret://CRM" } }] }) },
    change: (content) => void ((tools(content)[0] as JsonObject)["headers"] = { Authorization: FINGERPRINT }),
    field: "llm.general_tools[crm].headers.Authorization",
    reason: /value of the secret CRM \(RETELL_SECRET_CRM\)/,
  },
  {
    name: "a secret that Retell holds in an older value",
    texts: { [A]: agentJson({ general_tools: [{ ...CRM, headers: { Authorization: "secret://CRM" } }] }) },
    change: (content) => void ((tools(content)[0] as JsonObject)["headers"] = { Authorization: "secret://CRM (previous value)" }),
    field: "llm.general_tools[crm].headers.Authorization",
    reason: /earlier value/,
  },
  {
    name: "the tool that is made of declared variables",
    texts: { [A]: agentJson({ prompt_config: { dynamic_variables: { mood: { type: "string", description: "How", extract: true } } } }) },
    change: (content) => void ((tools(content)[0] as JsonObject)["description"] = "Other"),
    field: "llm.general_tools[extract_dynamic_variables].description",
    reason: /made of prompt_config.dynamic_variables/,
  },
  {
    name: "a value that would make the files invalid",
    texts: { [A]: agentJson({ prompt_config: { variables: { plan: "basic" } }, general_prompt: "The {{plan}}" }) },
    change: ({ llm }) => void (llm["default_dynamic_variables"] = { plan: "gold" }),
    field: "llm.default_dynamic_variables.plan",
    reason: /would then be invalid: .*build-time variable "plan"/,
  },
  {
    name: "null for a field that an overlay cannot unset",
    texts: { [A]: agentJson() },
    workspaces: MULTI,
    workspace: "prod-eu",
    change: ({ agent }) => void (agent["webhook_url"] = null),
    field: "agent.webhook_url",
    reason: /overlay cannot say/,
  },
];

describe("what cannot be written", () => {
  test.each(refused)("$name is told with a reason, and changes no file", ({ texts, workspaces, workspace, change, field, reason }) => {
    const files = filesOf(texts, workspaces);
    // A cleared field that was not set is no difference right after a deploy; it is one where Retell had filled it in.
    const direct = field === "agent.webhook_url";
    const result = direct
      ? { ...adopt({ files, workingDirectory: "", workspace: workspace ?? "staging", edits: new Map([["sales", [{ path: ["agent", "webhook_url"], name: field, live: null }]]]) }) }
      : adoptChange({ files, change, ...(workspace === undefined ? {} : { workspace }) });
    expect(result.agents.get("sales")?.unmappable).toEqual([{ field, reason: expect.stringMatching(reason) as unknown }]);
    expect(result.agents.get("sales")).toMatchObject({ adopted: [], touched: [], secretsToCreate: [] });
    expect(result.files.size).toBe(0);
  });

  test("the other edits of the agent are adopted all the same", () => {
    const files = filesOf(twoSections);
    const result = adoptChange({
      files,
      change: ({ agent, llm }) => {
        agent["voice_speed"] = 1.4;
        agent["response_engine"] = { type: "custom-llm" };
        llm["general_prompt"] = "Hi Ann\nBye";
        llm["model_temperature"] = 0.5;
      },
    });
    expect(result.agents.get("sales")).toMatchObject({ adopted: ["agent.voice_speed", "llm.model_temperature"], touched: [A] });
    expect(result.agents.get("sales")?.unmappable.map(({ field }) => field)).toEqual(["agent.response_engine.type", "llm.general_prompt"]);
  });

  test("a tool that the console removed stays if Git has changed it since", () => {
    const files = filesOf({ [A]: agentJson({ general_tools: [CRM, END] }) });
    const name = ["llm", "general_tools", { item: "end" }] as const;
    const edits = ["name", "type"].map((key) => ({ path: [...name, key], name: `llm.general_tools[end].${key}`, live: undefined }));
    const result = adopt({ files, workingDirectory: "", workspace: "staging", edits: new Map([["sales", edits]]) });
    expect(result.files.size).toBe(0);
    expect(result.agents.get("sales")?.unmappable.map(({ reason }) => reason)).toEqual(Array(2).fill("the item is to go, and Git has llm.general_tools[end].description since"));
  });

  test.each<[string, Texts, string, RegExp]>([
    ["no such folder", {}, "staging", /no agents\/sales\/agent.json/],
    ["no such workspace", { [A]: agentJson() }, "test", /no workspace "test"/],
    ["unreadable workspaces.json", { [A]: agentJson(), "workspaces.json": "{" }, "staging", /workspaces.json of this branch cannot be read/],
    ["files with errors", { [A]: { agent_name: "x" } }, "staging", /errors, to be corrected first/],
  ])("%s", (_, texts, workspace, reason) => {
    const edits = [{ path: ["agent", "voice_speed"], name: "agent.voice_speed", live: 1.4 }];
    const result = adopt({ files: filesOf(texts), workingDirectory: "", workspace, edits: new Map([["sales", edits]]) });
    expect(result.files.size).toBe(0);
    expect(result.agents.get("sales")?.unmappable).toEqual([{ field: "agent.voice_speed", reason: expect.stringMatching(reason) as unknown }]);
  });
});

describe("credentials", () => {
  test("a typed one becomes a secret to create, whose name is free", () => {
    const files = filesOf({ [A]: agentJson({ general_tools: [CRM] }), "agents/other/agent.json": agentJson({ general_tools: [{ ...CRM, headers: { Authorization: "secret://SALES_CRM_AUTHORIZATION" } }] }) });
    const result = adoptChange({ files, change: (content) => void ((tools(content)[0] as JsonObject)["headers"] = { Authorization: FINGERPRINT, "x-key": FINGERPRINT }) });
    expect(changedLines(files.get(A)?.text, result.files.get(A))).toEqual([
      '-         "speak_after_execution": true', '+         "speak_after_execution": true,', '+         "headers": {',
      '+           "Authorization": "secret://SALES_CRM_AUTHORIZATION_2",', '+           "x-key": "secret://SALES_CRM_AUTHORIZATION_2"', "+         }",
    ]);
    expect(result.agents.get("sales")).toMatchObject({ secretsToCreate: ["SALES_CRM_AUTHORIZATION_2"], unmappable: [] });
  });

  test("no fingerprint gets into a file", () => {
    const files = filesOf({ [A]: agentJson({ general_tools: [CRM] }) });
    const tool = { ...CRM, name: "other", url: `https://x.example.com/?token=${FINGERPRINT}`, headers: { "x-api-key": FINGERPRINT } };
    const result = adoptChange({ files, change: ({ llm }) => void (llm["general_tools"] = [CRM, tool]) });
    expect([...result.files.values()].join("")).not.toContain("fingerprint:");
    expect(result.agents.get("sales")).toMatchObject({ unmappable: [], secretsToCreate: ["SALES_OTHER_URL", "SALES_OTHER_X_API_KEY"] });
  });
});

describe("fields that only Retell had", () => {
  const filled = (name: string, live: Json | undefined) => ({ path: ["llm", "general_tools", { item: "end" }, name], name: `llm.general_tools[end].${name}`, live });

  test("go with the tool that they belong to", () => {
    const files = filesOf({ [A]: agentJson({ general_tools: [CRM, END] }) });
    const edits = ["description", "execution_message_description", "name", "type"].map((name) => filled(name, undefined));
    const result = adopt({ files, workingDirectory: "", workspace: "staging", edits: new Map([["sales", edits]]) });
    expect(result.agents.get("sales")).toMatchObject({ adopted: edits.map(({ name }) => name), unmappable: [] });
  });

  test("cannot be taken out alone", () => {
    const files = filesOf({ [A]: agentJson({ general_tools: [CRM, END] }) });
    const result = adopt({ files, workingDirectory: "", workspace: "staging", edits: new Map([["sales", [filled("execution_message_description", undefined)]]]) });
    expect(result.agents.get("sales")?.unmappable).toEqual([{ field: "llm.general_tools[end].execution_message_description", reason: "the files do not set it, so there is nothing to take out" }]);
    expect(result.files.size).toBe(0);
  });
});

test("a shared section that two agents show differently becomes one of each agent's own", () => {
  const B = "agents/other/agent.json";
  const agent = { voice_id: "v", llm_config: { start_speaker: "agent", prompt_config: { sections: ["hi"] } } };
  const files = filesOf({ [A]: agent, [B]: agent, "prompts/hi.txt": "Hi\n" });
  const prompt = (live: string) => [{ path: ["llm", "general_prompt"], name: "llm.general_prompt", live }];
  const result = adopt({ files, workingDirectory: "", workspace: "staging", edits: new Map([["sales", prompt("Hello")], ["other", prompt("Howdy")]]) });
  expect(Object.fromEntries([...result.files].map(([path, text]) => [path, path.endsWith(".json") ? (JSON.parse(text) as { llm_config: JsonObject }).llm_config["prompt_config"] : text]))).toEqual({
    [B]: { sections: ["other/hi"] },
    [A]: { sections: ["sales/hi"] },
    "prompts/other/hi.txt": "Howdy\n",
    "prompts/sales/hi.txt": "Hello\n",
  });
  expect(result.agents.get("sales")).toMatchObject({ forked: [{ from: "prompts/hi.txt", to: "prompts/sales/hi.txt" }], reaches: [] });
});

test("a reference that becomes an id keeps the version that stood beside it unwritten", () => {
  const swap = { type: "agent_swap", name: "swap", agent_id: "agent://other", post_call_analysis_setting: "both_agents" };
  const files = filesOf({ [A]: agentJson({ general_tools: [swap] }), "agents/other/agent.json": agentJson() });
  const result = adoptChange({ files, change: (content) => void ((tools(content)[0] as JsonObject)["agent_id"] = "agent_123") });
  expect(result.agents.get("sales")?.unmappable).toEqual([]);
  expect(changedLines(files.get(A)?.text, result.files.get(A))).toEqual([
    '-         "agent_id": "agent://other",', '-         "post_call_analysis_setting": "both_agents"',
    '+         "agent_id": "agent_123",', '+         "post_call_analysis_setting": "both_agents",', '+         "agent_version": "latest"',
  ]);
});

test("a project in a folder of its repository", () => {
  const inFolder = (texts: Texts) => new Map([...filesOf(texts)].map(([path, file]) => [`retell/${path}`, file] as const));
  const files = inFolder({ [A]: agentJson({}, { voice_speed: 1.2 }) });
  const result = adopt({ files, workingDirectory: "./retell", workspace: "staging", edits: new Map([["sales", [{ path: ["agent", "voice_speed"], name: "agent.voice_speed", live: 1.4 }]]]) });
  expect([...result.files.keys()]).toEqual([`retell/${A}`]);
});
