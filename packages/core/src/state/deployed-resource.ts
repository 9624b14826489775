import { z } from "zod";
import { holdsInfinity } from "../canonical/finite-json.ts";
import { isTooDeep } from "../canonical/json-depth.ts";
import { quoted } from "../project/quoted.ts";

/** What the states of all shared resources say of their deployment; the same annotations as an agent's. */
export const deployedResource = {
  format: z.literal(1),
  workspace: z.string(),
  /** Ids that gave way to another one: agents may still hold them. */
  former_ids: z.array(z.string()).optional(),
  config_hash: z.string().nullable(),
  source_commit: z.string().nullable(),
  source_branch: z.string().nullable(),
  deployed_by: z.string().nullable(),
  workflow_run_id: z.string().nullable(),
  deployed_at: z.string().nullable(),
  previous: z.array(z.looseObject({ config_hash: z.string(), source_commit: z.string().nullable() })).default([]),
  incomplete: z.boolean().optional(),
  without_staging: z.boolean().optional(),
};

/** Reads a state file by its schema; the problem is a sentence for people. Unreadable never means "new". */
export function parseState<State extends { readonly workspace: string }>(text: string, { schema, workspace }: { readonly schema: z.ZodType<State>; readonly workspace: string }): { state: State } | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const merge = /^(<{7}|={7}|>{7})/m.test(text) ? "it holds merge-conflict markers" : (error as Error).message;
    return { problem: `not valid JSON (${merge})` };
  }
  if (isTooDeep(value)) return { problem: "it is nested deeper than any record of these actions" };
  if (holdsInfinity(value)) return { problem: "it holds a number beyond all that a program can hold" };
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { problem: `${issue?.path.join(".") || "the file"}: ${issue?.message ?? "unexpected content"}` };
  }
  if (parsed.data.workspace !== workspace) return { problem: `it says workspace ${quoted(parsed.data.workspace)} instead of "${workspace}"` };
  return { state: parsed.data };
}

/** The annotations of a resource that was never deployed. */
export function undeployed(workspace: string) {
  return { format: 1, workspace, config_hash: null, source_commit: null, source_branch: null, deployed_by: null, workflow_run_id: null, deployed_at: null, previous: [] } as const;
}
