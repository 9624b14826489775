import type { Json } from "../canonical/json.ts";
import { checkFlowTools } from "./check-flow-tools.ts";
import { checkHoldMusic } from "./check-hold-music.ts";
import { checkNodeEdges } from "./check-node-edges.ts";
import { checkSpeechToText } from "./check-speech-to-text.ts";
import { quote } from "./field-text.ts";
import { memberOf } from "./paths.ts";
import { itemsOf, reportDuplicates } from "./together.ts";
import type { Together } from "./together.ts";

/**
 * Rules that speak of several fields of a conversation flow, of each of its own components, or of a component that flows share. An
 * error is what cannot run: an edge or a tool that leads nowhere. A node that nobody reaches is a warning.
 */
export function checkFlowTogether(kind: "flow" | "component", document: Together): void {
  checkBody(document, { kind, flow: document.value });
  if (kind === "component") return;
  const { root, list } = document;
  const components = itemsOf(memberOf(document.value, "components"));
  reportDuplicates({ items: components, path: [...root, "components"], what: "component of this flow", list, severity: "warning" });
  for (const [index, value] of components.entries()) {
    checkBody({ value, root: [...root, "components", index], list }, { kind, flow: document.value });
  }
}

/** What a body of nodes belongs to. */
interface Whole {
  readonly kind: "flow" | "component";
  /** The flow whose tools and components the nodes may use; a shared component stands for itself. */
  readonly flow: Json | undefined;
}

function checkBody(body: Together, whole: Whole): void {
  const { root, list } = body;
  const nodes = itemsOf(memberOf(body.value, "nodes"));
  reportDuplicates({ items: nodes, path: [...root, "nodes"], what: "node", list, key: "id" });
  checkNodeEdges(body);
  checkFlowTools(body, whole);
  for (const [index, value] of nodes.entries()) {
    const node: Together = { value, root: [...root, "nodes", index], list };
    checkSpeechToText(node, "node");
    checkHoldMusic(node);
    for (const [number, tool] of itemsOf(memberOf(value, "tools")).entries()) {
      checkHoldMusic({ value: tool, root: [...node.root, "tools", number], list });
    }
    if (whole.kind === "flow") checkOwnComponent(node, whole.flow);
  }
}

/** A node may call a component of its own flow by the component's name, or by the id that the console gives it. */
function checkOwnComponent({ value, root, list }: Together, flow: Json | undefined): void {
  const id = memberOf(value, "component_id");
  if (memberOf(value, "type") !== "component" || memberOf(value, "component_type") !== "local" || typeof id !== "string") return;
  const components = itemsOf(memberOf(flow, "components"));
  const names = components.flatMap((component) => ["name", "conversation_flow_component_id"].map((key) => memberOf(component, key)));
  if (names.includes(id)) return;
  const path = [...root, "component_id"];
  if (components.length === 0) {
    const message = `The node calls the component ${quote(id)} of this flow, but the flow has no \`components\`. Add it there, or set \`component_type\` to "shared".`;
    list.add({ code: "unknown-reference", severity: "warning", path, message });
  } else {
    const message = `The node calls the component ${quote(id)} of this flow, but none of \`components\` has that name or \`conversation_flow_component_id\`.`;
    list.add({ code: "unknown-reference", severity: "warning", path, message });
  }
}
