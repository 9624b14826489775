import type { Content } from "../canonical/content.ts";
import type { FieldPath } from "../diff/field-path.ts";
import { fieldFacts } from "../plan/field-facts.ts";
import type { DesiredAgent } from "../project/desired.ts";
import type { JsonNode } from "../project/json-node.ts";
import { REMOVE } from "../project/merge-patch.ts";
import { fileSteps, nodeAtSteps, readAgentFiles, type AgentFiles, type FileStep } from "./agent-files.ts";
import type { AdoptEdit } from "./edit.ts";
import { fieldOf, holds } from "./expected-content.ts";

/** True for a field that neither side has: Retell had filled it in, and the console took it out. */
export function isMoot({ path, live }: AdoptEdit, content: Content): boolean {
  return live === undefined && fieldOf(content, path) === undefined;
}

/** True if a field that only Retell knew went together with an object or an item that Git had. */
export function wentWithParent(path: FieldPath, before: Content, after: Content): boolean {
  return path.some((_, length) => length > 1 && fieldOf(before, path.slice(0, length)) !== undefined && fieldOf(after, path.slice(0, length)) === undefined);
}

/** True if the files say it already: the same value, or an overlay that takes out what the console does not have. */
export function isSaid({ path, live }: AdoptEdit, desired: DesiredAgent, files: AgentFiles): boolean {
  const now = fieldOf(desired.content, path);
  if (now !== undefined) return live !== undefined && holds(fieldFacts([desired.content]), path, live, now);
  const steps = live === undefined || live === null ? fileSteps(path) : undefined;
  const nodes = steps && readAgentFiles(files);
  return steps !== undefined && nodes?.overlay !== undefined && takesOut(nodes.overlay.node, steps);
}

/** True if an overlay says `null` or `$remove` at a path or above it. */
function takesOut(overlay: JsonNode, steps: readonly FileStep[]): boolean {
  return steps.some((_, index) => {
    const node = nodeAtSteps(overlay, steps.slice(0, index + 1));
    return (node?.kind === "scalar" && node.value === null) || (node?.kind === "object" && node.members.has(REMOVE));
  });
}
