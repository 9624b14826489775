import type { AgentRecord, AgentVersion } from "../data.ts";
import { object, oneOf, text } from "../schema/schema.ts";
import type { Fields } from "../schema/schema.ts";
import { isObject, problems } from "../schema/validate.ts";

const bodySchema = object({
  filter_criteria: object({
    channel: object({ type: oneOf("string"), op: oneOf("eq", "ne", "sw", "ew", "co"), value: oneOf("voice", "chat") }, ["type", "op", "value"]),
    query: text,
  }),
});

/**
 * The filter of `v2/list-agents`: by channel, and by a text in the name (any case) or in the id; all must hold.
 * Source: API reference, List Agents.
 */
export function agentMatcher(body: Fields): {
  problems: string[];
  matches: (agent: AgentRecord, latest: AgentVersion) => boolean;
} {
  const found = problems(bodySchema, body, "request/body");
  const criteria = isObject(body["filter_criteria"]) ? body["filter_criteria"] : {};
  const channel = isObject(criteria["channel"]) ? criteria["channel"] : undefined;
  const query = typeof criteria["query"] === "string" ? criteria["query"] : undefined;
  return {
    problems: found,
    matches: (agent, latest) =>
      (channel === undefined || compare(agent.channel, String(channel["op"]), String(channel["value"]))) &&
      (query === undefined || agent.id.includes(query) || nameOf(latest).toLowerCase().includes(query.toLowerCase())),
  };
}

function nameOf(version: AgentVersion): string {
  const name = version.fields["agent_name"];
  return typeof name === "string" ? name : "";
}

function compare(value: string, operator: string, wanted: string): boolean {
  switch (operator) {
    case "ne":
      return value !== wanted;
    case "sw":
      return value.startsWith(wanted);
    case "ew":
      return value.endsWith(wanted);
    case "co":
      return value.includes(wanted);
    default:
      return value === wanted;
  }
}
