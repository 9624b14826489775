import { createFingerprint } from "@retell-actions/core/canonical/fingerprint";
import { contentOf } from "@retell-actions/core/apply/read-live";
import { readMembers } from "@retell-actions/core/apply/read-members";
import { findCandidates } from "@retell-actions/core/import/candidates";
import { groupMembers } from "@retell-actions/core/import/group-members";
import { importAgents, type Import } from "@retell-actions/core/import/import-agents";
import { importedState } from "@retell-actions/core/import/imported-state";
import type { LiveMember } from "@retell-actions/core/import/live-member";
import type { LiveReading } from "@retell-actions/core/plan/live";
import { planWorkspace } from "@retell-actions/core/plan/plan-workspace";
import type { Plan } from "@retell-actions/core/plan/plan";
import type { RetellReader } from "@retell-actions/core/ports/retell";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { readWorkspaces, validateProject } from "@retell-actions/core/project/validate-project";
import type { Workspace, WorkspacesFile } from "@retell-actions/core/project/workspace";
import { parseAgentState, renderAgentState, type AgentState } from "@retell-actions/core/state/agent-state";
import { NO_STATE } from "@retell-actions/core/state/recorded";
import { planContext } from "../plan/fixture.ts";

const SILENT = { info: () => undefined, debug: () => undefined, notice: () => undefined, warning: () => undefined, error: () => undefined, mask: () => undefined, group: <T>(_: string, body: () => Promise<T>) => body() };

/** A project that has nothing but its workspaces. */
export const EMPTY_PROJECT: ProjectFiles = new Map([["workspaces.json", { kind: "file", text: '{"staging": {"api_key_env": "S"}, "production": {"api_key_env": "P"}}\n' }]]);

export interface Imported extends Import {
  readonly live: ReadonlyMap<string, ReadonlyMap<string, LiveMember>>;
  /** By workspace and folder. */
  readonly states: ReadonlyMap<string, ReadonlyMap<string, AgentState>>;
  readonly after: ProjectFiles;
  readonly workspaces: WorkspacesFile;
}

/** Imports everything that the readers show, as the action does, but nothing of Git. */
export async function importFrom(readers: Readonly<Record<string, RetellReader>>, files: ProjectFiles = EMPTY_PROJECT): Promise<Imported> {
  const workspaces = readWorkspaces(files, "workspaces.json").file;
  if (workspaces === undefined) throw new Error("workspaces.json");
  const wanted = workspaces.workspaces.flatMap((workspace) => (readers[workspace.name] === undefined ? [] : [{ workspace, reader: readers[workspace.name] as RetellReader }]));
  const listed = await Promise.all(wanted.map(async ({ workspace, reader }) => ({ workspace, listings: await reader.listAgents(), recorded: NO_STATE })));
  const candidates = findCandidates({ workspaces: listed, others: new Map(), patterns: ["*"], folders: new Set(), unrecorded: new Map(), movedNames: [] });
  const live = new Map<string, Map<string, LiveMember>>();
  for (const { workspace, reader } of wanted) {
    const readings = await readMembers({ reader, log: SILENT, workspace, chosen: candidates.chosen });
    live.set(workspace.name, new Map([...readings].flatMap(([id, reading]) => (reading.kind === "read" ? [[id, reading.member] as const] : []))));
  }
  return importMembers({ live, files, workspaces, candidates });
}

export function importMembers(input: { live: ReadonlyMap<string, ReadonlyMap<string, LiveMember>>; files: ProjectFiles; workspaces: WorkspacesFile; candidates: ReturnType<typeof findCandidates> }): Imported {
  const { live, files, workspaces, candidates } = input;
  const { groups } = groupMembers({ chosen: candidates.chosen, members: live, repositoryId: 7, workingDirectory: "", folders: new Set(), taken: candidates.taken });
  const made = importAgents({ groups, files, workingDirectory: "", folders: new Map(), usedSecrets: [] });
  const states = new Map<string, Map<string, AgentState>>();
  for (const { folder, members } of made.agents) {
    for (const member of members) {
      const workspace = member.live.workspace.name;
      const state = importedState({ member, agentIds: made.agentIds.get(workspace) ?? new Map(), fingerprint: createFingerprint(`salt of ${workspace}`) });
      states.set(workspace, (states.get(workspace) ?? new Map<string, AgentState>()).set(folder, state));
    }
  }
  const after = new Map([...files, ...[...made.files].map(([path, text]) => [path, { kind: "file" as const, text }] as const)]);
  return { ...made, live, states, after, workspaces };
}

/** The plan of a deploy right after the import was merged, from files and records as they are read again. */
export function planAfter(imported: Imported, workspace: Workspace, secrets: ReadonlyMap<string, string> = new Map()): Plan {
  const desired = validateProject({ files: imported.after, workingDirectory: "" }).desired.get(workspace.name) ?? new Map();
  const states = imported.states.get(workspace.name) ?? new Map<string, AgentState>();
  const recorded = [...states].map(([name, state]) => {
    const parsed = parseAgentState(renderAgentState(state), workspace.name);
    if (!("state" in parsed)) throw new Error(parsed.problem);
    return [name, { kind: "state" as const, state: parsed.state }] as const;
  });
  const live = new Map<string, LiveReading>();
  for (const [name, state] of states) {
    const member = imported.live.get(workspace.name)?.get(state.agent_id ?? "");
    if (member === undefined) throw new Error(name);
    const { agent, engine, publishedVersion } = member;
    live.set(name, { kind: "present", found: "recorded", agent, content: contentOf(agent, engine), modifiedAt: agent.modifiedAt, publishedVersion });
  }
  const members = new Map([...desired].filter(([name]) => states.has(name)));
  return planWorkspace(
    {
      workspace,
      desired: members,
      recorded: { head: "head", workspace: { kind: "state", state: { format: 1, organization: null, salt: `salt of ${workspace.name}`, pending: null } }, agents: new Map(recorded) },
      live,
      lostEngines: new Map(),
      unmanaged: 0,
      moved: [],
      selected: new Set(members.keys()),
      staging: undefined,
    },
    planContext({ context: { secrets, fingerprint: createFingerprint(`salt of ${workspace.name}`) } }),
  );
}

/** Everything that a plan has to say about agents; empty for an empty plan. */
export function saidBy(plan: Plan): string[] {
  return [
    ...plan.stops.map(({ message }) => message),
    ...plan.agents.flatMap(({ name, class: agentClass, operation, changes, blocks, notes }) =>
      agentClass === "in-sync" && operation === "none" && changes.length === 0 && blocks.length === 0 && notes.length === 0
        ? []
        : [`${name}: ${agentClass} ${operation} ${changes.map((change) => `${change.name}=${change.class}`).join(" ")} ${blocks.map(({ message }) => message).join(" ")} ${notes.join(" ")}`],
    ),
  ];
}
