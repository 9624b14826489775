import { memberOf, nodeFrom, textOf, withMember, type JsonMember, type JsonNode, type ObjectNode } from "./json-node.ts";
import type { ProblemSink } from "./problem-sink.ts";
import type { PromptConfig } from "./prompt-config.ts";

/** The tool that `dynamic_variables` with `"extract": true` become. */
export const EXTRACTION_TOOL = "extract_dynamic_variables";

/** The LLM with a tool of type `extract_dynamic_variable` for the variables that ask for it; the rest explain tags only. */
export function withExtractionTool(llm: ObjectNode, config: PromptConfig, sink: ProblemSink): ObjectNode {
  const wanted = [...config.declared].filter(([, variable]) => variable.extract);
  const [first] = wanted;
  if (first === undefined) return llm;
  const origin = first[1].key;
  const tools = memberOf(llm, "general_tools");
  const present = tools?.kind === "array" ? tools.items : [];
  if (present.some((tool) => textOf(memberOf(tool, "name")) === EXTRACTION_TOOL)) {
    sink.error({
      code: "duplicate-tool-name",
      at: origin,
      message: `The variables to extract become a tool ${EXTRACTION_TOOL}, and general_tools has one of that name.`,
      hint: "Rename that tool, or declare its variables there only.",
    });
    return llm;
  }
  const variables: JsonNode[] = wanted.flatMap(([name, { node, key }]) => {
    if (node.kind !== "object") return [];
    if (textOf(memberOf(node, "description")) === undefined) {
      sink.error({ code: "missing-field", at: key, message: `A variable to extract needs a description.`, hint: "Say what the value is and when it is known." });
    }
    const members = new Map<string, JsonMember>([
      ["type", { key, value: nodeFrom("string", key) }],
      ...[...node.members].filter(([field]) => field !== "extract"),
      ["name", { key, value: nodeFrom(name, key) }],
    ]);
    return [{ kind: "object", members, origin: node.origin }];
  });
  const tool = nodeFrom(
    { type: "extract_dynamic_variable", name: EXTRACTION_TOOL, description: "Extract these values as soon as the conversation yields them." },
    origin,
  );
  const list: JsonNode = { kind: "array", items: variables, origin };
  const full = tool.kind === "object" ? withMember(tool, "variables", list) : tool;
  return withMember(llm, "general_tools", { kind: "array", items: [...present, full], origin: tools?.origin ?? origin });
}
