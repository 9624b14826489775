import type { Channel } from "../canonical/content.ts";
import type { EngineKind } from "../ports/retell.ts";
import { memberOf, nodeFrom, textOf, withMember, type JsonMember, type ObjectNode } from "./json-node.ts";
import type { ProblemSink } from "./problem-sink.ts";

/** One agent's file, cut into what Retell keeps as separate resources. */
export interface AgentParts {
  readonly channel: Channel;
  /** Fields of the Retell agent; of the engine only the statement of a custom LLM, which is the user's own. */
  readonly agent: ObjectNode;
  readonly engine: EngineKind;
  /** The engine that Retell holds; undefined for a custom LLM, and where the file states none. */
  readonly held: HeldEngine | undefined;
}

/** A Retell LLM or a conversation flow, as one part of the content. */
export interface HeldEngine {
  readonly part: "llm" | "flow";
  readonly node: ObjectNode;
}

/** Which key of agent.json states which engine. Order: how they are named in messages. */
const ENGINES = [
  { key: "llm_config", kind: "retell-llm", part: "llm", what: "a Retell LLM" },
  { key: "conversation_flow", kind: "conversation-flow", part: "flow", what: "a conversation flow" },
  { key: "response_engine", kind: "custom-llm" },
] as const;

const OWN_KEYS = ["$schema", "channel", "llm_config", "conversation_flow", "response_engine"];

/** Cuts the merged file into parts; a file that does not state channel or engine clearly is reported. */
export function splitAgent(file: ObjectNode, sink: ProblemSink): AgentParts {
  const channel = readChannel(file, sink);
  const stated = readEngine(file, sink);
  let agent = file;
  for (const key of OWN_KEYS) agent = withMember(agent, key, undefined);
  const engine = stated?.kind ?? "retell-llm";
  const written = stated && file.members.get(stated.key);
  return {
    channel,
    agent: engine === "custom-llm" && written?.value.kind === "object" ? withMember(agent, "response_engine", written.value) : agent,
    engine,
    held: stated !== undefined && "part" in stated && written?.value.kind === "object" ? { part: stated.part, node: withMember(written.value, "$schema", undefined) } : undefined,
  };
}

/** The agent's fields with what content states of channel and engine; ids and versions belong to the workspace. */
export function withStatements({ agent, channel, engine }: Pick<AgentParts, "agent" | "channel" | "engine">): ObjectNode {
  const stated = agent.members.has("response_engine") ? agent : withMember(agent, "response_engine", nodeFrom({ type: engine }, agent.origin));
  return channel === "chat" ? withMember(stated, "channel", nodeFrom("chat", agent.origin)) : stated;
}

function readChannel(file: ObjectNode, sink: ProblemSink): Channel {
  const node = memberOf(file, "channel");
  const channel = textOf(node);
  if (node === undefined || channel === "voice") return "voice";
  if (channel === "chat") return "chat";
  sink.error({ code: "invalid-channel", at: node.origin, message: '"channel" has to be "voice" or "chat".', hint: 'Leave it out for "voice".' });
  return "voice";
}

function readEngine(file: ObjectNode, sink: ProblemSink): (typeof ENGINES)[number] | undefined {
  const [first, second] = ENGINES.filter(({ key }) => file.members.has(key));
  const member = first && file.members.get(first.key);
  if (first === undefined || member === undefined) {
    sink.error({
      code: "missing-engine",
      at: file.origin,
      message: "The agent has no engine: llm_config, conversation_flow or response_engine is needed.",
      hint: 'Add "llm_config" with the fields of a Retell LLM, or "conversation_flow": "./flow.json".',
    });
    return undefined;
  }
  const other = second && file.members.get(second.key);
  if (second !== undefined && other !== undefined) {
    sink.error({
      code: "several-engines",
      at: other.key,
      message: `Both ${first.key} and ${second.key} are set; an agent has exactly one engine.`,
      hint: second.key === "response_engine" ? "Remove response_engine; the suite writes it." : `Keep one of them; an overlay drops the other with "${first.key}": null.`,
    });
  } else if (first.kind === "custom-llm") checkCustomEngine(member, sink);
  else if (member.value.kind !== "object") {
    sink.error({ code: "wrong-type", at: member.value.origin, message: `${first.key} has to be an object.`, hint: `Write the fields of ${first.what} in it.${first.part === "flow" ? " A file is named in agent.json only; an overlay patches its fields." : ""}` });
  }
  return first;
}

/** `response_engine` names an engine by an id, which belongs to one workspace; only a custom LLM has none. */
function checkCustomEngine({ key, value }: JsonMember, sink: ProblemSink): void {
  const type = textOf(memberOf(value, "type"));
  const named = ENGINES.find(({ kind }) => kind === type);
  if (named !== undefined && "part" in named) {
    sink.error({ code: "engine-by-id", at: key, message: "The engine is named by its id, which belongs to one workspace.", hint: `Write the fields of ${named.what} under "${named.key}" instead.` });
  } else if (type !== "custom-llm" || textOf(memberOf(value, "llm_websocket_url")) === undefined) {
    sink.error({ code: "wrong-type", at: value.origin, message: "response_engine has to state a custom LLM.", hint: 'Write {"type": "custom-llm", "llm_websocket_url": "wss://…"}, or use "llm_config" or "conversation_flow".' });
  }
}
