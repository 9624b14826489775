import fc from "fast-check";
import { isTooDeep } from "../../../packages/core/src/canonical/json-depth.ts";
import { canonicalJson, contentHash } from "../../../packages/core/src/canonical/content-hash.ts";
import type { Json } from "../../../packages/core/src/canonical/json.ts";
import { walkLeaves } from "../../../packages/core/src/diff/walk.ts";
import type { ProjectFile } from "../../../packages/core/src/project/files.ts";
import { recordedChannel } from "../../../packages/core/src/state/agent-address.ts";
import { parseAgentState, renderAgentState } from "../../../packages/core/src/state/agent-state.ts";
import { movedNote, movedTo, underNewName } from "../../../packages/core/src/state/former-record.ts";
import { parseRecordedState } from "../../../packages/core/src/state/recorded.ts";
import { parseResourceRecords, recordedResourceIds, renderResourceState } from "../../../packages/core/src/state/resource-records.ts";
import { parseWorkspaceState, renderWorkspaceState } from "../../../packages/core/src/state/workspace-state.ts";
import { anyText, jsonText, listText, objectText, oneOf, stringText } from "../grammar.ts";
import { promise, shapeOf, type Outcome, type Target } from "../target.ts";

const WORDS = ["format", "workspace", "staging", "agent_id", "llm_id", "conversation_flow_id", "former_agent_ids", "version", "is_published", "published_version", "config_hash", "source_commit", "source_branch", "deployed_by", "workflow_run_id", "deployed_at", "sent", "seen", "agent", "llm", "flow", "previous", "secrets", "incomplete", "without_staging", "imported", "pending", "operation", "create", "update", "delete", "mark", "over", "keys", "kept", "organization", "salt", "run", "attempt", "job", "until", "commit", "agents", "kind", "publish", "interrupted", "moved_to", "moved_from", "knowledge_base_id", "sources", "title", "hash", "source_id", "document", "component_id", "others", "settings", "response_engine", "type", "channel", "chat"];

const id = fc.oneof(oneOf("agent_1", null, ""), stringText(WORDS));
const content = fc.oneof(objectText({ agent: objectText({ agent_name: stringText(WORDS), channel: oneOf("chat"), response_engine: oneOf({ type: "retell-llm" }) }, WORDS), llm: jsonText(WORDS) }, WORDS), oneOf(null));
const common = { format: oneOf(1), workspace: oneOf("staging", "staging", "staging", "production"), config_hash: id, source_commit: id, source_branch: id, deployed_by: id, workflow_run_id: id, deployed_at: oneOf("2026-01-01T00:00:00Z", null), previous: listText(objectText({ config_hash: oneOf("sha256:a"), source_commit: id })) };
const agentState = objectText({ ...common, agent_id: id, llm_id: id, version: oneOf(0, 3, null, -1, 1.5), is_published: oneOf(true, false), sent: content, seen: content, secrets: fc.oneof(jsonText(WORDS), oneOf({ TOKEN: "fingerprint:1" })), pending: objectText({ operation: oneOf("create", "update", "delete", "other"), mark: stringText(WORDS), sent: content, over: content, keys: listText(stringText(WORDS)) }) }, WORDS);
const run = objectText({ run: oneOf("1"), attempt: oneOf(1, 0), job: oneOf("deploy"), until: oneOf("2026-01-01T00:00:00Z", "never"), commit: id, agents: listText(id), kind: oneOf("publish") }, WORDS);
const workspaceState = objectText({ format: oneOf(1, 2), organization: oneOf({ id: "org_1", name: "Org" }, null), salt: oneOf("0123456789abcdef", "short"), pending: fc.oneof(run, oneOf(null)), moved_to: oneOf("prod") }, WORDS);
const settings = objectText({ name: stringText(WORDS), enable_auto_refresh: oneOf(true), max_chunk_size: oneOf(2000, null) });
const source = objectText({ kind: oneOf("document", "text", "url"), title: stringText(WORDS), hash: oneOf("sha256:a"), source_id: id });
const knowledgeState = objectText({ ...common, knowledge_base_id: id, sent: settings, seen: settings, sources: listText(source), pending: objectText({ operation: oneOf("create", "update"), settings, sources: listText(source), over: listText(id) }) }, WORDS);
const componentState = objectText({ ...common, component_id: id, sent: jsonText(WORDS), seen: jsonText(WORDS), pending: objectText({ operation: oneOf("update"), sent: jsonText(WORDS), over: jsonText(WORDS), keys: listText(id) }) }, WORDS);

const readable = (value: unknown): Outcome => ({ accepted: true, value, traits: [] });
const unreadable = (problem: string): Outcome => {
  promise(problem !== "" && problem.length < 5_000, "an unreadable record has no problem to tell, or one without end");
  return { accepted: false, value: problem, traits: [shapeOf(problem)] };
};
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const AGENT: Target = {
  name: "agent-state",
  what: "agents/<name>/<workspace>.json of the state branch",
  share: 9,
  words: WORDS,
  grammar: agentState,
  run: (text) => {
    const parsed = parseAgentState(text, "staging");
    if ("problem" in parsed) return unreadable(parsed.problem);
    if (isTooDeep(parsed.state)) return unreadable("too deep");
    const { state } = parsed;
    const again = parseAgentState(renderAgentState(state), "staging");
    promise("state" in again && same(again.state, state), "a state that is written and read is another one");
    const leaves = walkLeaves({ sent: state.sent as Json, seen: state.seen as Json }).map(({ path }) => path.length);
    return readable([state, recordedChannel(state), state.sent === null ? null : contentHash(state.sent as Json), leaves]);
  },
};

const WORKSPACE: Target = {
  name: "workspace-state",
  what: "workspace.json of the state branch",
  share: 9,
  words: WORDS,
  grammar: workspaceState,
  run: (text) => {
    const parsed = parseWorkspaceState(text);
    if ("problem" in parsed) return unreadable(parsed.problem);
    if (isTooDeep(parsed.state)) return unreadable("too deep");
    const again = parseWorkspaceState(renderWorkspaceState(parsed.state));
    promise("state" in again && same(again.state, parsed.state), "a state that is written and read is another one");
    return readable(parsed.state);
  },
};

function resourceTarget(kind: "knowledge" | "components", { what, grammar }: { readonly what: string; readonly grammar: fc.Arbitrary<string> }): Target {
  const path = `${kind}/x/staging.json`;
  const read = (text: string): ReturnType<typeof parseResourceRecords> => parseResourceRecords(new Map([[path, { kind: "file", text }]]), "staging");
  return {
    name: `${kind === "knowledge" ? "knowledge" : "component"}-state`,
    what,
    share: 6,
    words: WORDS,
    grammar,
    run: (text) => {
      const records = read(text);
      const [record] = records.values();
      promise(record !== undefined, "a record is passed over");
      if (record.kind === "unreadable") return unreadable(record.problem);
      const [again] = read(renderResourceState(record)).values();
      promise(same(again, record), "a record that is written and read is another one");
      return readable([record, canonicalJson(record.state as unknown as Json), [...recordedResourceIds(records).resourceIds]]);
    },
  };
}

/** Records of one branch, each below a line `%%% <path>`. */
const BRANCH: Target = {
  name: "state-branch",
  what: "all records of a state branch, and a renamed workspace's",
  share: 4,
  words: [...WORDS, "%%% agents/a/staging.json\n", "%%% workspace.json\n", "%%% knowledge/x/staging.json\n", "%%% components/x/staging.json\n"],
  grammar: fc
    .array(fc.tuple(fc.oneof(fc.constantFrom("agents/a/staging.json", "agents/b/staging.json", "workspace.json", "knowledge/x/staging.json", "components/x/staging.json"), anyText(["agents/", "/staging.json"]).map((path) => path.replace(/[\r\n]/g, ""))), fc.oneof(agentState, workspaceState, knowledgeState, componentState)), { maxLength: 4 })
    .map((files) => files.map(([path, text]) => `%%% ${path}\n${text}`).join("\n")),
  run: (text) => {
    const files = new Map<string, ProjectFile>();
    for (const part of text.split(/^%%% /m).slice(1)) files.set(part.split("\n", 1)[0] ?? "", { kind: "file", text: part.slice(part.indexOf("\n") + 1) });
    const recorded = parseRecordedState("0".repeat(40), files, "staging");
    const renamed = underNewName(files, { from: "staging", to: "eu", head: "0".repeat(40) });
    const note = movedNote(files, "eu");
    if (note !== undefined) promise(movedTo(new Map([...note].map(([path, written]) => [path, { kind: "file", text: written }]))) === "eu", "the note of a rename is not read again");
    return { accepted: recorded.workspace.kind === "state", value: [recorded, [...renamed], movedTo(files)], traits: [recorded.workspace.kind, [...recorded.agents.values()].map(({ kind }) => kind).join()] };
  },
};

export const STATE_TARGETS: readonly Target[] = [
  AGENT,
  WORKSPACE,
  resourceTarget("knowledge", { what: "knowledge/<name>/<workspace>.json of the state branch", grammar: knowledgeState }),
  resourceTarget("components", { what: "components/<name>/<workspace>.json of the state branch", grammar: componentState }),
  BRANCH,
];
