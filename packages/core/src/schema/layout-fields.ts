import type { Sourced } from "./field-schema.ts";
import { pathTable } from "./paths.ts";
import type { PathRow, PathTable, Place } from "./paths.ts";
import { bodyPaths } from "./tool-paths.ts";

/**
 * Fields that only arrange the console's canvas: they are kept and sent, but a difference in them is no drift.
 * Agents and LLMs have none; `parameter_type` of a custom tool is near it, but users choose it, so it counts.
 */
export const LAYOUT_FIELDS: PathTable<PathRow & Sourced> = pathTable([
  {
    paths: ["begin_tag_display_position", "notes", "nodes[].display_position"].flatMap(bodyPaths),
    source: "API reference, conversation flow: positions and notes of the editor",
    confidence: "documented",
  },
]);

/** Whether a place is a layout field or lies inside of one, such as the `x` of a node's position. */
export function isLayoutField({ kind, path }: Place): boolean {
  return path.some((_segment, index) => LAYOUT_FIELDS.find({ kind, path: path.slice(0, index + 1) }) !== undefined);
}
