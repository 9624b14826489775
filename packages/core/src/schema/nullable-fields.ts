import type { Sourced } from "./field-schema.ts";
import type { PathRow } from "./paths.ts";
import { toolAndNodePaths } from "./tool-paths.ts";

/**
 * Fields that `null` clears although the SDK's types do not say so. All other nullable fields are known from the types;
 * ask `isNullable`.
 */
export const NULLABLE_FIELDS: readonly (PathRow & Sourced)[] = [
  {
    paths: [
      ...toolAndNodePaths("transfer_call", "transfer_option(type=warm_transfer).private_handoff_option"),
      ...toolAndNodePaths("transfer_call", "transfer_option(type=warm_transfer).public_handoff_option"),
      ...toolAndNodePaths("transfer_call", "transfer_option(type=agentic_warm_transfer).public_handoff_option"),
    ],
    source: "retell-sdk 5.66.1, field comment: set to null to disable warm handoff",
    confidence: "documented",
  },
];
