import fc from "fast-check";
import { toCanonicalContent } from "../../../packages/core/src/canonical/canonical-form.ts";
import { canonicalJson, contentHash } from "../../../packages/core/src/canonical/content-hash.ts";
import type { Json } from "../../../packages/core/src/canonical/json.ts";
import { buildDesired, type DesiredProject } from "../../../packages/core/src/project/build-desired.ts";
import type { ProjectFile } from "../../../packages/core/src/project/files.ts";
import type { Workspace, WorkspacesFile } from "../../../packages/core/src/project/workspace.ts";
import { validateProject } from "../../../packages/core/src/project/validate-project.ts";
import { normalizeLineEnds } from "../../../packages/core/src/canonical/canonical-form.ts";
import { anyText, jsonText, listText, objectText, oneOf, stringText } from "../grammar.ts";
import { checkPlaces, outcomeOf, promise, type Outcome, type Target } from "../target.ts";

const workspaceOf = (name: "staging" | "production"): Workspace => ({ name, kind: name, title: name, branch: name, apiKeyEnv: `${name.toUpperCase()}_KEY`, readKeyEnv: undefined, baseUrl: undefined });
const STAGING = workspaceOf("staging");
const WORKSPACES: WorkspacesFile = {
  mode: "single-production",
  branches: { develop: "develop", staging: "staging", production: "production" },
  workspaces: [STAGING, workspaceOf("production")],
  moved: [],
};

/** The files around the one that is put in: all of them are right, and all of them are used. */
const FRAME: Readonly<Record<string, string>> = {
  "agents/a/agent.json": `{"agent_name": "A", "voice_id": "11labs-Adrian", "llm_config": {"model": "gpt-4.1", "start_speaker": "agent", "prompt_config": {"sections": ["base", "tone"], "variables": {"company": "Acme", "mood": "OVERRIDE"}, "dynamic_variables": {"caller": {"type": "string", "description": "who", "extract": true}}}, "general_tools": [{"type": "end_call", "name": "bye", "description": "ends"}]}}`,
  "agents/other/agent.json": `{"agent_name": "Other", "voice_id": "11labs-Adrian", "llm_config": {"model": "gpt-4.1", "start_speaker": "agent", "general_prompt": "Hi."}}`,
  "prompts/base.txt": "You work for {{company}}.\nIt is {{current_time}}.\n",
  "prompts/tone.md": "Be kind to {{caller}}.\r\n",
  "knowledge/faq/knowledge.json": `{"name": "FAQ", "texts": [{"title": "Hours", "text": "Nine to five."}], "files": ["./list.csv"], "urls": ["https://example.com/faq"]}`,
  "knowledge/faq/list.csv": "a,b\n",
  "components/greet.json": `{"name": "Greet", "nodes": [{"id": "start", "type": "conversation", "instruction": {"type": "prompt", "text": "Hi."}, "edges": []}]}`,
};

const FLOW_AGENT = `{"agent_name": "A", "voice_id": "11labs-Adrian", "conversation_flow": "./flow.json"}`;

const WORDS = [
  "agent_name", "voice_id", "channel", "voice", "chat", "llm_config", "conversation_flow", "./flow.json", "response_engine", "type", "custom-llm", "llm_websocket_url", "general_prompt", "begin_message", "prompt_config", "sections", "overrides", "variables", "dynamic_variables",
  "extract", "OVERRIDE", "$prompt", "base", "tone", "company", "caller", "general_tools", "tools", "states", "state_prompt", "starting_state", "edges", "destination_state_name", "name", "description", "url", "headers", "Authorization", "X-Key", "query_params", "parameters", "properties", "agent_id", "agent://other", "agent_version", "agent://a",
  "secret://TOKEN", "secret://", "knowledge_base_ids", "knowledge://faq", "component_id", "component://greet", "nodes", "id", "instruction", "prompt", "text", "global_prompt", "start_node_id", "transition_condition", "equations", "left", "operator", "right", "mcps", "post_call_analysis_data", "choices", "enum", "examples", "model", "gpt-4.1", "model_temperature", "temperature", "normalize_for_speech", "language", "en-US",
  "webhook_url", "boosted_keywords", "pronunciation_dictionary", "word", "alphabet", "ipa", "phoneme", "custom", "end_call", "transfer_call", "transfer_destination", "predefined", "number", "agent_swap", "press_digit", "conversation", "function", "branch", "end", "$remove", "$schema", "version_title", "version", "is_published", "last_modification_timestamp", "api_key", "cal_api_key", "voicemail_option", "action", "model_choice", "cascading",
  "{{company}}", "{{ caller }}", "{{current_time_{{tz}}}}", "files", "texts", "urls", "title", "path", "./list.csv", "enable_auto_refresh", "max_chunk_size", "min_chunk_size", "deployed_at", "fields", "2026-01-01T00:00:00Z", "llm.general_prompt",
];

const text = stringText(WORDS);
const prompts = listText(oneOf("base", "tone", "base/none", "../x", "", "base.txt"), 4);
const map = (value: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.array(fc.tuple(oneOf("company", "caller", "mood", "base", "tone", "current_time", "a b", "__proto__"), value), { maxLength: 4 }).map((members) => `{${members.map(([key, item]) => `${key}: ${item}`).join(",")}}`);
const promptConfig = objectText({ sections: prompts, overrides: map(text), variables: map(text), dynamic_variables: map(fc.oneof(text, objectText({ type: oneOf("string", "number", "enum"), description: text, extract: oneOf(true, false) }))) }, WORDS);
const tool = objectText({ type: oneOf("end_call", "custom", "transfer_call", "agent_swap", "press_digit", "code", "new"), name: oneOf("bye", "look_up", "constructor", "a b"), description: text, url: oneOf("https://example.com", "secret://URL"), headers: map(fc.oneof(text, oneOf("secret://TOKEN", "Bearer {{caller}}", "Bearer a1b2c3d4e5f6"))), agent_id: oneOf("agent://other", "agent://nobody", "agent_1") }, WORDS);
const state = objectText({ name: oneOf("start", "end", "__proto__"), state_prompt: fc.oneof(text, objectText({ $prompt: fc.oneof(prompts, oneOf("base")) })), tools: listText(tool), edges: listText(objectText({ destination_state_name: oneOf("start", "end"), description: text })) }, WORDS);
const llm = objectText({ model: oneOf("gpt-4.1", "gpt-99"), start_speaker: oneOf("agent", "user"), general_prompt: text, begin_message: text, prompt_config: promptConfig, general_tools: listText(tool), states: listText(state), starting_state: oneOf("start"), knowledge_base_ids: listText(oneOf("knowledge://faq", "knowledge://none", "kb_1")) }, WORDS);
const node = objectText({ id: oneOf("start", "n1", "n2", "__proto__"), type: oneOf("conversation", "end", "function", "branch", "component", "newer"), instruction: objectText({ type: oneOf("prompt", "static_text"), text: fc.oneof(text, objectText({ $prompt: prompts })) }), component_id: oneOf("component://greet", "component://none"), edges: listText(objectText({ id: oneOf("e1", "e2"), destination_node_id: oneOf("start", "n1", "n9"), transition_condition: objectText({ type: oneOf("prompt", "equation"), prompt: text }) })) }, WORDS);
const flow = objectText({ start_speaker: oneOf("agent"), start_node_id: oneOf("start"), global_prompt: text, prompt_config: promptConfig, model_choice: oneOf({ type: "cascading", model: "gpt-4.1" }), nodes: listText(node), tools: listText(tool), components: jsonText(WORDS) }, WORDS);
const agent = objectText(
  { agent_name: text, voice_id: oneOf("11labs-Adrian", ""), channel: oneOf("voice", "chat"), llm_config: llm, webhook_url: fc.oneof(text, oneOf("secret://HOOK")), language: oneOf("en-US", ["en-US", "de-DE"], "xx"), boosted_keywords: listText(text), pronunciation_dictionary: listText(objectText({ word: text, alphabet: oneOf("ipa", "cmu"), phoneme: text })), post_call_analysis_data: listText(objectText({ name: oneOf("a", "b"), type: oneOf("string", "enum", "boolean"), description: text, choices: listText(text) })) },
  WORDS,
);
const flowAgent = objectText({ agent_name: text, voice_id: oneOf("11labs-Adrian"), conversation_flow: fc.oneof(flow, oneOf("./flow.json")) }, WORDS);
const customAgent = objectText({ agent_name: text, voice_id: oneOf("11labs-Adrian"), response_engine: objectText({ type: oneOf("custom-llm", "retell-llm"), llm_websocket_url: oneOf("wss://example.com", "secret://WS") }) }, WORDS);

interface Place {
  readonly name: string;
  readonly what: string;
  readonly path: string;
  readonly share: number;
  readonly grammar: fc.Arbitrary<string>;
  /** Files that stand otherwise than in the frame. */
  readonly beside?: Readonly<Record<string, string>>;
}

const PLACES: readonly Place[] = [
  { name: "agent", what: "agent.json: read and built", path: "agents/a/agent.json", share: 3, grammar: fc.oneof({ weight: 4, arbitrary: agent }, { weight: 2, arbitrary: flowAgent }, { weight: 1, arbitrary: customAgent }) },
  { name: "flow", what: "flow.json: read and built", path: "agents/a/flow.json", share: 2, grammar: flow, beside: { "agents/a/agent.json": FLOW_AGENT } },
  { name: "overlay", what: "agent.<workspace>.json: merged and built", path: "agents/a/agent.staging.json", share: 3, grammar: agent },
  { name: "flow-overlay", what: "an overlay over a flow", path: "agents/a/agent.staging.json", share: 1, grammar: flowAgent, beside: { "agents/a/agent.json": FLOW_AGENT, "agents/a/flow.json": `{"start_speaker": "agent", "model_choice": {"type": "cascading", "model": "gpt-4.1"}, "nodes": [{"id": "start", "type": "conversation", "instruction": {"type": "prompt", "text": "Hi."}, "edges": [{"id": "e1", "transition_condition": {"type": "prompt", "prompt": "done"}, "destination_node_id": "end"}]}, {"id": "end", "type": "end"}], "start_node_id": "start"}` } },
  { name: "section", what: "a section of prompts: read and built", path: "prompts/base.txt", share: 2, grammar: anyText(WORDS) },
  { name: "overwrite", what: "overwrite.<workspace>.json", path: "agents/a/overwrite.staging.json", share: 2, grammar: objectText({ deployed_at: oneOf(null, "2026-01-01T00:00:00Z"), fields: jsonText(WORDS) }, WORDS) },
  { name: "former-id", what: "<workspace>.json of older tools beside agent.json", path: "agents/a/staging.json", share: 1, grammar: objectText({ agent_id: oneOf("agent_1", null), llm_id: oneOf("llm_1", 7) }) },
  { name: "knowledge", what: "knowledge.json: read and built", path: "knowledge/faq/knowledge.json", share: 2, grammar: objectText({ name: text, texts: listText(fc.oneof(text, objectText({ title: text, text: fc.oneof(text, oneOf("./list.csv")), path: text }))), urls: listText(fc.oneof(text, oneOf("https://example.com", "http://a:b@c"))), files: listText(fc.oneof(text, oneOf("./list.csv", "../x", "knowledge.json"))), max_chunk_size: oneOf(600, 6001, 1.5), min_chunk_size: oneOf(200, 5000), enable_auto_refresh: oneOf(true, "yes") }, WORDS) },
  { name: "component", what: "components/<name>.json: read and built", path: "components/greet.json", share: 2, grammar: objectText({ name: text, nodes: listText(node), tools: listText(tool), begin_tag_display_position: jsonText(WORDS) }, WORDS) },
];

/** One target per kind of file: the text stands in that file, beside files that are right. */
export const FILE_TARGETS: readonly Target[] = PLACES.map(({ name, what, path, share, grammar, beside }) => ({
  name,
  what,
  share,
  grammar,
  words: WORDS,
  run: (given) => {
    const files = new Map(Object.entries({ ...FRAME, ...beside, [path]: given }).map(([at, content]): [string, ProjectFile] => [at, { kind: "file", text: content }]));
    const built = buildDesired({ files, workingDirectory: "", workspaces: WORKSPACES, workspace: STAGING });
    return checkBuilt(built, files);
  },
}));

function checkBuilt(built: DesiredProject, files: ReadonlyMap<string, ProjectFile>): Outcome {
  checkPlaces(built.problems, (file) => files.get(file)?.text);
  for (const { content, prompts: texts, problems } of built.agents.values()) {
    if (problems.some(({ severity }) => severity === "error")) continue;
    const hash = contentHash(content as Json);
    promise(contentHash(toCanonicalContent(content) as Json) === hash, "the canonical form of a canonical content is another one");
    promise(contentHash(JSON.parse(canonicalJson(content as Json)) as Json) === hash, "the content read from its canonical text is another one");
    for (const [pointer, { text: prompt, segments }] of texts) {
      let end = 0;
      for (const { start, length, source } of segments) {
        promise(start === end && length > 0, `the source map of ${pointer} has a gap`);
        end = start + length;
        if (source.kind !== "file") continue;
        const written = normalizeLineEnds(files.get(source.file)?.text ?? "");
        promise(written.startsWith(prompt.slice(start, end), source.fileOffset), `the source map of ${pointer} names another place of ${source.file}`);
      }
      promise(end === prompt.length, `the source map of ${pointer} does not cover the text`);
    }
  }
  return outcomeOf(built.problems, { content: [...built.agents].map(([name, { content }]) => [name, content]), problems: built.problems });
}

const HEADING = /^%%% (.*)$/m;

/** Files of a project in one text: each below a line `%%% <path>`; `%%% -> <path>` is a symbolic link, `%%% 0 <path>` no text. */
function filesOf(given: string): Map<string, ProjectFile> {
  const files = new Map<string, ProjectFile>();
  const [, ...parts] = given.split(HEADING);
  for (let index = 0; index < parts.length; index += 2) {
    const [heading = "", content = ""] = parts.slice(index, index + 2);
    if (heading.startsWith("-> ")) files.set(heading.slice(3), { kind: "symlink" });
    else if (heading.startsWith("0 ")) files.set(heading.slice(2), { kind: "binary" });
    else files.set(heading, { kind: "file", text: content.slice(1) });
  }
  return files;
}

const paths = fc.oneof(
  fc.constantFrom("workspaces.json", "agents/a/agent.json", "agents/A/agent.json", "agents/a/agent.staging.json", "agents/a/agent.prod.json", "agents/a/overwrite.staging.json", "agents/a/flow.json", "agents/a/staging.json", "agents/b", "prompts/base.txt", "prompts/base.md", "prompts", "knowledge/faq/knowledge.json", "knowledge/faq/list.csv", "components/greet.json", "components/Greet.json", "templates/x/agent.json", "-> agents/a/agent.json", "-> prompts", "0 prompts/base.txt"),
  anyText(["agents/", "a", "/agent", ".json", ".staging", "prompts/", "knowledge/", "components/", ".lock", ".."]).map((path) => path.replace(/[\r\n]/g, "")),
);
const contents = fc.oneof(fc.constantFrom(...Object.values(FRAME), FLOW_AGENT, '{"staging": {"api_key_env": "S_KEY"}, "production": {"api_key_env": "P_KEY"}}', '{"mode": "multi-production", "staging": {"api_key_env": "S_KEY"}, "production": {"prod": {"api_key_env": "P_KEY"}}, "moved": [{"agent": "b", "to": "a"}]}'), jsonText(WORDS));

/** A whole project: names of files and folders are anybody's too. */
export const PROJECT_TARGET: Target = {
  name: "project",
  what: "a whole project: names, links, several files, every workspace",
  share: 1,
  words: ["%%% ", "agents/", "/agent.json", "/agent.staging.json", "/flow.json", "prompts/", "knowledge/", "/knowledge.json", "components/", ".json", ".txt", ".md", "workspaces.json", "-> ", "0 ", "staging", "production", "moved", "agent", "workspace", "to"],
  grammar: fc.array(fc.tuple(paths, contents), { maxLength: 7 }).map((files) => files.map(([path, content]) => `%%% ${path}\n${content}`).join("\n")),
  run: (given) => {
    const files = filesOf(given);
    const { workspaces, problems, desired } = validateProject({ files, workingDirectory: "" });
    checkPlaces(problems, (file) => files.get(file)?.text);
    return outcomeOf(problems, { workspaces, problems, agents: [...desired].map(([name, agents]) => [name, [...agents.keys()]]) });
  },
};
