import type { EngineKind } from "../ports/retell.ts";
import { memberOf, nodeFrom, textOf, withMember, type ObjectNode } from "./json-node.ts";
import type { ProblemSink } from "./problem-sink.ts";

/** One agent's file, cut into what Retell keeps as separate resources. */
export interface AgentParts {
  readonly channel: "voice" | "chat";
  readonly engine: EngineKind;
  /** Fields of the Retell agent, without the engine's statement. */
  readonly agent: ObjectNode;
  /** Present for a Retell LLM. */
  readonly llm: ObjectNode | undefined;
}

/** Which key of agent.json states which engine. Order: how they are named in messages. */
const ENGINES = [
  { key: "llm_config", kind: "retell-llm" },
  { key: "conversation_flow", kind: "conversation-flow" },
  { key: "response_engine", kind: "custom-llm" },
] as const;

const OWN_KEYS = ["$schema", "channel", "llm_config", "conversation_flow", "response_engine"];

/** Cuts the merged file into parts; channels and engines that cannot be deployed yet are errors. */
export function splitAgent(file: ObjectNode, sink: ProblemSink): AgentParts {
  const channel = readChannel(file, sink);
  const engine = readEngine(file, sink);
  let agent = file;
  for (const key of OWN_KEYS) agent = withMember(agent, key, undefined);
  const llm = memberOf(file, "llm_config");
  return {
    channel,
    engine,
    agent,
    llm: engine === "retell-llm" && llm?.kind === "object" ? withMember(llm, "$schema", undefined) : undefined,
  };
}

function readChannel(file: ObjectNode, sink: ProblemSink): "voice" | "chat" {
  const node = memberOf(file, "channel");
  if (node === undefined) return "voice";
  const channel = textOf(node);
  if (channel === "chat") {
    sink.error({ code: "unsupported-channel", at: node.origin, message: "Chat agents cannot be deployed yet.", hint: "Keep this agent outside the agents folder for now." });
    return "chat";
  }
  if (channel !== "voice") {
    sink.error({ code: "invalid-channel", at: node.origin, message: '"channel" has to be "voice" or "chat".', hint: 'Leave it out for "voice".' });
  }
  return "voice";
}

function readEngine(file: ObjectNode, sink: ProblemSink): EngineKind {
  const stated = ENGINES.filter(({ key }) => file.members.has(key));
  const [first, second] = stated;
  const member = first && file.members.get(first.key);
  if (first === undefined || member === undefined) {
    sink.error({
      code: "missing-engine",
      at: file.origin,
      message: "The agent has no engine: llm_config, conversation_flow or response_engine is needed.",
      hint: 'Add "llm_config" with the fields of a Retell LLM.',
    });
    return "retell-llm";
  }
  const other = second && file.members.get(second.key);
  if (second !== undefined && other !== undefined) {
    sink.error({
      code: "several-engines",
      at: other.key,
      message: `Both ${first.key} and ${second.key} are set; an agent has exactly one engine.`,
      hint: second.key === "response_engine" ? "Remove response_engine; the suite writes it." : `Keep one of them; an overlay drops the other with "${first.key}": null.`,
    });
    return first.kind;
  }
  if (first.kind !== "retell-llm") {
    const isRetellLlm = textOf(memberOf(member.value, "type")) === "retell-llm";
    sink.error({
      code: "unsupported-engine",
      at: member.key,
      message: isRetellLlm
        ? "The engine is named by its id, which belongs to one workspace."
        : `${first.kind === "custom-llm" ? "Custom LLM engines" : "Conversation flows"} cannot be deployed yet.`,
      hint: isRetellLlm ? 'Write the fields of the Retell LLM under "llm_config" instead.' : "Keep this agent outside the agents folder for now.",
    });
  } else if (member.value.kind !== "object") {
    sink.error({ code: "wrong-type", at: member.value.origin, message: "llm_config has to be an object.", hint: "Write the fields of a Retell LLM in it." });
  }
  return first.kind;
}

/** The only statement about the engine that is content: its id and version belong to the workspace. */
export function withEngineStatement({ agent, engine }: AgentParts): ObjectNode {
  return withMember(agent, "response_engine", nodeFrom({ type: engine }, agent.origin));
}
