import { isTooDeep } from "../canonical/json-depth.ts";
import type { ProjectFiles } from "../project/files.ts";
import type { FormerRecord } from "./former-record.ts";
import { parseAgentState, type AgentState } from "./agent-state.ts";
import { idProblem } from "./retell-id.ts";
import { parseResourceRecords, type ResourceRecords } from "./resource-records.ts";
import { agentStatePath, parseWorkspaceState, WORKSPACE_STATE_PATH, type WorkspaceState } from "./workspace-state.ts";

/** One agent's record: readable, or the reason why not. */
export type AgentRecord = { readonly kind: "state"; readonly state: AgentState } | { readonly kind: "unreadable"; readonly problem: string };

/** Everything that the state branch of one workspace says. */
export interface RecordedState {
  /** Tip of the branch; undefined when it does not exist yet. */
  readonly head: string | undefined;
  /** Where the record stands as long as the branch does not exist, for a workspace that was renamed. */
  readonly former?: FormerRecord;
  readonly workspace: { readonly kind: "none" } | { readonly kind: "state"; readonly state: WorkspaceState } | { readonly kind: "unreadable"; readonly problem: string };
  readonly agents: ReadonlyMap<string, AgentRecord>;
  /** Knowledge bases and components by symbol; absent where none is recorded. */
  readonly resources?: ResourceRecords;
}

/** No state branch: nothing was ever deployed, or the branch was lost. */
export const NO_STATE: RecordedState = { head: undefined, workspace: { kind: "none" }, agents: new Map() };

/** Parses the files of a state branch. A branch without a readable `workspace.json` is unreadable, never empty. */
export function parseRecordedState(head: string, files: ProjectFiles, workspace: string): RecordedState {
  const agents = new Map<string, AgentRecord>();
  for (const [path, file] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const name = /^agents\/([^/]+)\/[^/]+$/.exec(path)?.[1];
    if (name === undefined || path !== agentStatePath(name, workspace)) continue;
    const parsed = file.text === undefined ? { problem: "it is not a text file" } : withRealIds(unlessTooDeep(parseAgentState(file.text, workspace)));
    agents.set(name, "state" in parsed ? { kind: "state", state: parsed.state } : { kind: "unreadable", problem: parsed.problem });
  }
  const resources = parseResourceRecords(files, workspace);
  const text = files.get(WORKSPACE_STATE_PATH)?.text;
  const parsed = text === undefined ? { problem: "the file is missing" } : unlessTooDeep(parseWorkspaceState(text));
  return {
    head,
    workspace: "state" in parsed ? { kind: "state", state: parsed.state } : { kind: "unreadable", problem: parsed.problem },
    agents,
    ...(resources.size === 0 ? {} : { resources }),
  };
}

/** No run of ours writes such a record. */
function unlessTooDeep<State>(parsed: { readonly state: State } | { readonly problem: string }): typeof parsed {
  return "state" in parsed && isTooDeep(parsed.state) ? { problem: "it is nested deeper than any record of these actions" } : parsed;
}

function withRealIds(parsed: { readonly state: AgentState } | { readonly problem: string }): typeof parsed {
  if ("problem" in parsed) return parsed;
  const { agent_id, llm_id, conversation_flow_id, former_agent_ids = [] } = parsed.state;
  const problem = idProblem([agent_id, llm_id, conversation_flow_id, ...former_agent_ids]);
  return problem === undefined ? parsed : { problem };
}
