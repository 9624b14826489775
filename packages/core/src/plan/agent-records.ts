import { formerNames, knownName } from "../project/moves.ts";
import type { DesiredAgent } from "../project/desired.ts";
import type { Move } from "../project/workspace.ts";
import { markFolder } from "../state/ownership-mark.ts";
import type { AgentRecord, RecordedState } from "../state/recorded.ts";

/** What tells which record belongs to which folder. */
export interface Records {
  readonly recorded: RecordedState;
  readonly moved: readonly Move[];
}

/** The name under which an agent is recorded: its own, or the latest that it was moved from while no deploy has recorded that. */
export function recordName(name: string, { recorded, moved }: Records): string | undefined {
  return [name, ...formerNames(name, { kind: "agent", moved })].find((candidate) => recorded.agents.has(candidate));
}

/** An agent's record, also under a name that it was moved from. */
export function recordFor(name: string, records: Records): AgentRecord | undefined {
  const recorded = recordName(name, records);
  return recorded === undefined ? undefined : records.recorded.agents.get(recorded);
}

/**
 * Names that an agent was moved from and under which it is recorded still: the record that is used, and what a commit in
 * several parts has left. A record of another agent under such a name is not among them.
 */
export function formerRecordNames(name: string, records: Records): string[] {
  const used = recordName(name, records);
  const id = idOf(used, records);
  return formerNames(name, { kind: "agent", moved: records.moved }).filter((former) => {
    if (former === used) return true;
    const recorded = idOf(former, records);
    return recorded === null || (recorded !== undefined && recorded === id);
  });
}

/** Undefined for a record that is not there or cannot be read. */
function idOf(name: string | undefined, { recorded }: Records): string | null | undefined {
  const record = name === undefined ? undefined : recorded.agents.get(name);
  return record?.kind === "state" ? record.state.agent_id : undefined;
}

/** Records without a folder that no declared move explains. */
export function orphanedRecords(snapshot: Records & { readonly desired: ReadonlyMap<string, DesiredAgent> }): Map<string, AgentRecord> {
  const { desired, moved } = snapshot;
  return new Map(
    [...snapshot.recorded.agents].filter(([name]) => {
      const now = knownName(name, (candidate) => desired.has(candidate), { kind: "agent", moved });
      return now === undefined || (now !== name && !formerRecordNames(now, snapshot).includes(name));
    }),
  );
}

/** Folders whose marks count as an agent's own: its name, and the names that it was moved from. */
export function ownFolders(name: string, moved: readonly Move[], workingDirectory: string): string[] {
  return [name, ...formerNames(name, { kind: "agent", moved })].map((folder) => markFolder(workingDirectory, folder));
}
