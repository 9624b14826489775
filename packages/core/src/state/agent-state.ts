import { z } from "zod";
import type { Content } from "../canonical/content.ts";
import { holdsInfinity } from "../canonical/finite-json.ts";
import { isJsonObject, type JsonObject } from "../canonical/json.ts";
import { lastChange } from "./last-change.ts";
import { quoted } from "../project/quoted.ts";

// Not a record: that would drop `__proto__`, which is a legal key of JSON.
const jsonObject = z.custom<JsonObject>(isJsonObject, "expected an object");
const content = z
  .object({ agent: jsonObject, llm: jsonObject.optional(), flow: jsonObject.optional() })
  .strip()
  .transform((value): Content => {
    const { agent, llm, flow } = value;
    return { agent, ...(llm === undefined ? {} : { llm }), ...(flow === undefined ? {} : { flow }) };
  });

/**
 * What a run is about to write for one agent: the journal that explains live values after a crash. `keys` are the
 * top-level keys (`llm.general_prompt`) that the run sends, `over` their live values before it; a key that `over` lacks
 * was absent. In `over` a reference whose meaning has changed keeps that remark (`secret://X (previous value)`): only so
 * can what was not yet written be told from what was. `kept` are the fields whose console edits it leaves standing.
 */
const pendingWrite = z.looseObject({
  operation: z.enum(["create", "update", "delete"]),
  mark: z.string(),
  sent: content,
  over: content,
  keys: z.array(z.string()),
  kept: z.array(z.string()).optional(),
});
export type PendingWrite = z.infer<typeof pendingWrite>;

const schema = z.looseObject({
  format: z.literal(1),
  workspace: z.string(),
  agent_id: z.string().nullable(),
  llm_id: z.string().nullable(),
  conversation_flow_id: z.string().nullable().optional(),
  former_agent_ids: z.array(z.string()).optional(),
  version: z.int().nonnegative().nullable(),
  is_published: z.boolean(),
  published_version: z.int().nonnegative().nullable().optional(),
  config_hash: z.string().nullable(),
  source_commit: z.string().nullable(),
  source_branch: z.string().nullable(),
  deployed_by: z.string().nullable(),
  workflow_run_id: z.string().nullable(),
  deployed_at: z.string().nullable(),
  sent: content.nullable(),
  seen: content.nullable(),
  previous: z.array(z.looseObject({ config_hash: z.string(), source_commit: z.string().nullable() })).default([]),
  secrets: z.record(z.string(), z.string()).optional(),
  incomplete: z.boolean().optional(),
  without_staging: z.boolean().optional(),
  imported: z.boolean().optional(),
  last_change: lastChange.optional().catch(undefined),
  pending: pendingWrite.optional(),
});

/**
 * `agents/<name>/<workspace>.json` on the state branch. Keys that this version does not know are kept. `agent_id` is null
 * only while a create is under way. `secrets` holds, by name, the fingerprint of the value that was sent. `imported` says that an
 * import recorded the agent and nothing was deployed to it since: its folder may still wait in the import's pull request. `last_change`
 * only saves reads: where it is absent or unreadable the agent is read.
 */
export type AgentState = z.infer<typeof schema>;

/** How many earlier deployments `previous` remembers. */
export const PREVIOUS_KEPT = 50;

/** Reads a state file; the problem is a sentence for people. Unreadable state never means "new agent". */
export function parseAgentState(text: string, workspace: string): { state: AgentState } | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const merge = /^(<{7}|={7}|>{7})/m.test(text) ? "it holds merge-conflict markers" : (error as Error).message;
    return { problem: `not valid JSON (${merge})` };
  }
  if (holdsInfinity(value)) return { problem: "it holds a number beyond all that a program can hold" };
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { problem: `${issue?.path.join(".") || "the file"}: ${issue?.message ?? "unexpected content"}` };
  }
  if (parsed.data.workspace !== workspace) return { problem: `it says workspace ${quoted(parsed.data.workspace)} instead of "${workspace}"` };
  return { state: parsed.data };
}

/** The file's text: two blanks, a final line break, keys in the order above and unknown ones after them. */
export function renderAgentState(state: AgentState): string {
  return `${JSON.stringify(state, null, 2)}\n`;
}

/** True for an agent that an import recorded and to which nothing was deployed since. */
export function isOnlyImported(state: AgentState | undefined): boolean {
  return state?.imported === true && state.deployed_at === null;
}

/** The state of an agent that has never been written. */
export function emptyAgentState(workspace: string): AgentState {
  return {
    format: 1,
    workspace,
    agent_id: null,
    llm_id: null,
    version: null,
    is_published: false,
    config_hash: null,
    source_commit: null,
    source_branch: null,
    deployed_by: null,
    workflow_run_id: null,
    deployed_at: null,
    sent: null,
    seen: null,
    previous: [],
  };
}
