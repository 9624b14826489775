import type { OrganizationData, VersionRecord } from "../data.ts";

/** Replaces a top-level value in every version of every agent and engine; returns how many versions changed. */
export function migrate(data: OrganizationData, from: unknown, to: unknown): number {
  const versions: VersionRecord[] = [
    ...[...data.agents.values()].flatMap((agent) => agent.versions),
    ...[...data.engines.values()].flatMap((engine) => engine.versions),
  ];
  let changed = 0;
  for (const version of versions) {
    const keys = Object.keys(version.fields).filter((key) => version.fields[key] === from);
    for (const key of keys) version.fields[key] = structuredClone(to);
    if (keys.length > 0) changed += 1;
  }
  return changed;
}
