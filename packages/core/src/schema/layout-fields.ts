import type { Sourced } from "./field-schema.ts";
import { pathTable } from "./paths.ts";
import type { PathRow, PathTable } from "./paths.ts";

/**
 * Fields that only arrange the console's canvas: they are kept and sent, but a difference in them is no drift.
 * Agents and LLMs have none; `parameter_type` of a custom tool is near it, but users choose it, so it counts.
 */
export const LAYOUT_FIELDS: PathTable<PathRow & Sourced> = pathTable([
  {
    paths: [
      "flow.begin_tag_display_position",
      "flow.notes",
      "flow.nodes[].display_position",
      "flow.components[].begin_tag_display_position",
      "flow.components[].notes",
      "flow.components[].nodes[].display_position",
    ],
    source: "API reference, conversation flow: positions and notes of the editor",
    confidence: "documented",
  },
]);
