import { createHash } from "node:crypto";
import fc from "fast-check";
import { readAgentAnswer, readEngineAnswer, readListing, readOrganizationAnswer, readPage, readPhoneNumber, UnexpectedAnswer } from "../../../packages/core/src/adapters/retell/answers.ts";
import { readKnowledgeBaseAnswer, readKnowledgeBasesAnswer } from "../../../packages/core/src/adapters/retell/knowledge-answers.ts";
import { redact } from "../../../packages/core/src/adapters/retell/platform-error.ts";
import { isRuleText, textOf } from "../../../packages/core/src/adapters/github/failure.ts";
import { requestedDelay } from "../../../packages/core/src/adapters/retry-headers.ts";
import { contentOf } from "../../../packages/core/src/apply/read-live.ts";
import type { Content } from "../../../packages/core/src/canonical/content.ts";
import { holdsInfinity } from "../../../packages/core/src/canonical/finite-json.ts";
import { isTooDeep } from "../../../packages/core/src/canonical/json-depth.ts";
import { contentHash } from "../../../packages/core/src/canonical/content-hash.ts";
import type { Json } from "../../../packages/core/src/canonical/json.ts";
import { storedSymbols, toSymbols, type ReferenceValues } from "../../../packages/core/src/canonical/symbols.ts";
import { toCanonicalContent } from "../../../packages/core/src/canonical/canonical-form.ts";
import { withoutLayout } from "../../../packages/core/src/canonical/without-layout.ts";
import { formatPath } from "../../../packages/core/src/diff/field-path.ts";
import { walkLeaves } from "../../../packages/core/src/diff/walk.ts";
import type { RemoteEngine } from "../../../packages/core/src/ports/retell.ts";
import { anyText, jsonText, listText, objectText, oneOf, stringText } from "../grammar.ts";
import { outcomeUnlessRefused, promise, type Target } from "../target.ts";

const isUnexpected = (error: unknown): boolean => error instanceof UnexpectedAnswer;

/** An answer's body as the client lets it pass: JSON, not too deep, without infinite numbers. */
function body(text: string): { data: unknown } | undefined {
  try {
    const data: unknown = JSON.parse(text);
    return isTooDeep(data) || holdsInfinity(data) ? undefined : { data };
  } catch {
    return undefined;
  }
}

const WORDS = ["agent_id", "version", "is_published", "base_version", "last_modification_timestamp", "version_title", "response_engine", "type", "retell-llm", "conversation-flow", "custom-llm", "llm_id", "conversation_flow_id", "agent_name", "channel", "chat", "general_prompt", "general_tools", "headers", "Authorization", "query_params", "token", "name", "url", "states", "nodes", "edges", "id", "instruction", "text", "knowledge_base_ids", "items", "has_more", "pagination_key", "org_name", "org_id", "phone_number", "inbound_agents", "knowledge_base_id", "knowledge_base_name", "status", "complete", "knowledge_base_sources", "source_id", "filename", "title", "document", "secret://TOKEN", "agent://other", "Bearer a1b2c3d4e5f6a7b8"];
const text = stringText(WORDS);
const id = oneOf("agent_1", "", "llm_1");
const version = oneOf(0, 7, -1, 1.5, null);
const time = oneOf(1_700_000_000_000, null, -1);
const engine = fc.oneof(objectText({ type: oneOf("retell-llm"), llm_id: id, version }), objectText({ type: oneOf("conversation-flow"), conversation_flow_id: id, version }), objectText({ type: oneOf("custom-llm", "newer"), llm_websocket_url: text }));
const agent = objectText({ agent_id: id, version, is_published: oneOf(true, false, null), base_version: version, last_modification_timestamp: time, version_title: fc.oneof(text, oneOf("retell-actions 7 sales abcdef0", null)), response_engine: engine, agent_name: text, webhook_url: text, boosted_keywords: listText(text) }, WORDS);
const tool = objectText({ type: oneOf("custom", "end_call"), name: text, url: text, headers: objectText({ Authorization: text, "X-Other": text }), query_params: objectText({ key: text }) }, WORDS);
const llm = objectText({ llm_id: id, version, last_modification_timestamp: time, general_prompt: text, general_tools: listText(tool), states: listText(objectText({ name: text, state_prompt: text, tools: listText(tool) })), knowledge_base_ids: listText(text) }, WORDS);
const flow = objectText({ conversation_flow_id: id, version, nodes: listText(objectText({ id: text, type: oneOf("conversation"), instruction: objectText({ text }), edges: listText(objectText({ id: text })), display_position: jsonText(WORDS) })), tools: listText(tool) }, WORDS);

const REFERENCES: ReferenceValues = {
  secrets: new Map([["TOKEN", "Bearer a1b2c3d4e5f6a7b8"]]),
  agentIds: new Map([["other", "agent_1"]]),
  // The product's is slow on purpose; here it only has to tell values apart.
  fingerprint: (value) => `fingerprint:${createHash("sha256").update(value).digest("hex").slice(0, 24)}`,
  resourceIds: new Map([["knowledge://faq", "kb_1"]]),
};
const DESIRED: Content = { agent: { agent_name: "A", webhook_url: "secret://TOKEN", response_engine: { type: "retell-llm" } }, llm: { general_prompt: "Hi.", knowledge_base_ids: ["knowledge://faq"] } };

/** What every run makes of what it has read: symbols, hashes, and fields to compare. */
function compared(live: Content): unknown {
  const { live: symbolic } = toSymbols({ baseline: { sent: DESIRED, seen: DESIRED }, desired: DESIRED, live, recordedSecrets: {}, references: REFERENCES });
  const hash = contentHash(withoutLayout(symbolic) as Json);
  promise(contentHash(toCanonicalContent(live) as Json) === contentHash(live as Json), "the canonical form of a canonical content is another one");
  const record = storedSymbols(symbolic);
  promise(contentHash(JSON.parse(JSON.stringify(record)) as Json) === contentHash(record as Json), "a content that is recorded and read is another one");
  const names = walkLeaves({ desired: DESIRED as Json, live: symbolic as Json }).map(({ path }) => formatPath(path));
  promise(new Set(names).size === names.length, "two fields have one name");
  return [hash, names];
}

const AGENT: Target = {
  name: "agent-answer",
  what: "Retell's agents: read, in symbols, compared",
  share: 6,
  words: WORDS,
  grammar: agent,
  run: (given) => {
    const answer = body(given);
    if (answer === undefined) return { accepted: false, value: undefined, traits: [] };
    const read = outcomeUnlessRefused(() => readAgentAnswer("voice", answer.data), isUnexpected);
    const chat = outcomeUnlessRefused(() => readAgentAnswer("chat", answer.data), isUnexpected);
    promise(read.accepted === chat.accepted, "one channel takes what the other refuses");
    if (!read.accepted) return read;
    const remote = read.value as ReturnType<typeof readAgentAnswer>;
    return { ...read, value: [remote, compared(contentOf(remote, undefined)), compared(contentOf(chat.value as typeof remote, undefined))], traits: [remote.engine.kind] };
  },
};

const ENGINE: Target = {
  name: "engine-answer",
  what: "Retell's engines: read, in symbols, compared",
  share: 6,
  words: WORDS,
  grammar: fc.oneof(llm, flow),
  run: (given) => {
    const answer = body(given);
    if (answer === undefined) return { accepted: false, value: undefined, traits: [] };
    const results = (["retell-llm", "conversation-flow"] as const).map((kind) => outcomeUnlessRefused(() => readEngineAnswer(kind, answer.data), isUnexpected));
    const read = results.flatMap(({ accepted, value }) => (accepted ? [value as RemoteEngine] : []));
    const values = read.map((remote) => {
      const holder = { agentId: "agent_1", channel: "voice", version: 1, isPublished: false, baseVersion: null, modifiedAt: 0, title: null, engine: { kind: remote.kind, id: remote.id, version: 1 }, raw: {} } as unknown as Parameters<typeof contentOf>[0];
      return compared(contentOf(holder, remote));
    });
    return { accepted: read.length > 0, value: [results, values], traits: results.flatMap(({ traits }) => traits) };
  },
};

const READERS = { readPage, readListing, readPhoneNumber, readOrganizationAnswer, readKnowledgeBaseAnswer, readKnowledgeBasesAnswer };

const OTHERS: Target = {
  name: "other-answers",
  what: "Retell's pages, listings, numbers, organisations and knowledge bases",
  share: 8,
  words: WORDS,
  grammar: fc.oneof(
    objectText({ items: jsonText(WORDS), has_more: oneOf(true, false), pagination_key: text }, WORDS),
    objectText({ agent_id: id, agent_name: text, channel: oneOf("voice", "chat", "newer"), user_modified_timestamp: time }, WORDS),
    objectText({ phone_number: text, inbound_agents: listText(objectText({ agent_id: id })), outbound_agents: jsonText(WORDS) }, WORDS),
    objectText({ org_name: text, org_id: id }, WORDS),
    objectText({ knowledge_base_id: id, knowledge_base_name: text, status: oneOf("complete", "newer"), enable_auto_refresh: oneOf(true, null), knowledge_base_sources: listText(objectText({ type: oneOf("document", "text", "url", "newer"), source_id: id, filename: text, title: text, url: text })) }, WORDS),
  ),
  run: (given) => {
    const answer = body(given);
    if (answer === undefined) return { accepted: false, value: undefined, traits: [] };
    const results = Object.values(READERS).map((read) => outcomeUnlessRefused(() => read(answer.data), isUnexpected));
    return { accepted: results.some(({ accepted }) => accepted), value: results, traits: results.flatMap(({ traits }) => traits) };
  },
};

const ERROR_WORDS = ["Bearer ", "token ", "authorization: ", "key_", "agent_", "llm_", "sk-", "ghp_", "0123456789", "abcdefghij", "invalid", "error", "\n", "3", "Mon, 01 Jan 2026 00:00:00 GMT", "rule violations", "GH006"];

const ERRORS: Target = {
  name: "error-answer",
  what: "texts and headers of failed requests",
  share: 7,
  words: ERROR_WORDS,
  grammar: anyText(ERROR_WORDS),
  run: (given) => {
    const shown = redact(given, ["invalid", ""]);
    promise(shown.length <= 401 && !/[\r\n]/.test(shown), "a server's text is shown with line breaks, or whole");
    const line = textOf({ kind: "no-answer", text: given });
    const delays = ["retry-after", "ratelimit-reset", "x-ratelimit-reset"].map((header) => requestedDelay({ get: (name) => (name === header ? given : name === "x-ratelimit-remaining" ? "0" : null) }, 1_700_000_000_000));
    for (const delay of delays) promise(delay === undefined || delay >= 0, "a wait is less than nothing");
    return { accepted: delays.some((delay) => delay !== undefined), value: [shown, line, isRuleText(given), delays], traits: [shown.includes("***") ? "hidden" : ""] };
  },
};

export const ANSWER_TARGETS: readonly Target[] = [AGENT, ENGINE, OTHERS, ERRORS];
