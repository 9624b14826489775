import type { Json } from "../canonical/json.ts";
import { quote } from "./field-text.ts";
import { memberOf } from "./paths.ts";
import { itemsOf, reportDuplicates } from "./together.ts";
import type { Together } from "./together.ts";

/**
 * Checks the tools of a flow or component and what its nodes call them by. Source: retell-sdk 5.66.1, tool_ids: tools of the flow or of
 * the component. Only names that one node offers together are documented to differ; the rest warns.
 */
export function checkFlowTools({ value, root, list }: Together, whole: { readonly kind: "flow" | "component"; readonly flow: Json | undefined }): void {
  const own = itemsOf(memberOf(value, "tools"));
  reportDuplicates({ items: own, path: [...root, "tools"], what: "tool", list, severity: "warning" });
  reportDuplicates({ items: own, path: [...root, "tools"], what: "tool", list, key: "tool_id", severity: "warning" });
  const tools = value === whole.flow ? own : [...own, ...itemsOf(memberOf(whole.flow, "tools"))];
  const report = (id: string, path: (string | number)[]): void => {
    if (whole.kind === "flow") {
      list.add({ code: "unknown-reference", severity: "warning", path, message: `The node calls the tool ${quote(id)}, but no item of \`tools\` has that \`tool_id\`.` });
    } else {
      const message = `The node calls the tool ${quote(id)}, but no item of the component's \`tools\` has that \`tool_id\`. Every flow that uses the component needs it.`;
      list.add({ code: "unknown-reference", severity: "warning", path, message });
    }
  };
  const ids = new Set(tools.map((tool) => memberOf(tool, "tool_id")));
  for (const [index, node] of itemsOf(memberOf(value, "nodes")).entries()) {
    const path = [...root, "nodes", index];
    const called = memberOf(node, "tool_id");
    const isFunction = memberOf(node, "type") === "function" && memberOf(node, "tool_type") === "local";
    if (isFunction && typeof called === "string" && !ids.has(called)) report(called, [...path, "tool_id"]);
    for (const [number, id] of itemsOf(memberOf(node, "tool_ids")).entries()) {
      if (typeof id === "string" && !ids.has(id)) report(id, [...path, "tool_ids", number]);
    }
    checkNodeTools({ value: node, root: path, list }, tools);
  }
}

/** Names must differ among the tools that one node offers: its own, and those that it calls by `tool_id`. */
function checkNodeTools({ value, root, list }: Together, tools: readonly Json[]): void {
  const called = itemsOf(memberOf(value, "tool_ids"));
  const taken = new Set(tools.filter((tool) => called.includes(memberOf(tool, "tool_id") ?? null)).map((tool) => memberOf(tool, "name")));
  taken.delete(undefined);
  reportDuplicates({ items: itemsOf(memberOf(value, "tools")), path: [...root, "tools"], what: "tool", list, taken });
}
