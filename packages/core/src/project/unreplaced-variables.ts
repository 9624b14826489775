import type { Part } from "../canonical/content.ts";
import { findTags } from "../prompt/tags.ts";
import { toPointer, type JsonNode, type ObjectNode } from "./json-node.ts";
import type { ProblemSink } from "./problem-sink.ts";
import { positionsInString } from "./string-position.ts";

/** Tags of build-time variables in texts where they are not replaced, such as a tool's URL: they would go to Retell as they are. */
export function reportUnreplaced(
  part: { readonly name: Part; readonly node: ObjectNode; readonly variables: { readonly size: number; has(name: string): boolean }; readonly built: { has(pointer: string): boolean } },
  sink: ProblemSink,
): void {
  if (part.variables.size === 0) return;
  const visit = (node: JsonNode, path: readonly (string | number)[]): void => {
    if (node.kind === "array") node.items.forEach((item, index) => visit(item, [...path, index]));
    else if (node.kind === "object") for (const [key, { value }] of node.members) visit(value, [...path, key]);
    else if (typeof node.value === "string" && node.value.includes("{{") && !part.built.has(toPointer(path))) {
      const position = positionsInString(node);
      for (const tag of findTags(node.value)) {
        if (!part.variables.has(tag.name)) continue;
        sink.warn({
          code: "variable-not-replaced",
          at: position(tag.start),
          message: `{{${tag.name}}} is a build-time variable, and those are replaced in prompts and begin_message only.`,
          hint: "Write the value here, set it by an overlay, or give it to run time in default_dynamic_variables under another name.",
        });
      }
    }
  };
  visit(part.node, [part.name]);
}
