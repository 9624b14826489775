import type { DesiredAgent } from "./desired.ts";

/** Section files that more than one agent uses, with the names of those agents, sorted. */
export function sharedSections(desired: ReadonlyMap<string, DesiredAgent>): Map<string, readonly string[]> {
  const users = new Map<string, Set<string>>();
  for (const agent of desired.values()) {
    for (const prompt of agent.prompts.values()) {
      for (const { source } of prompt.segments) {
        if (source.kind === "file") users.set(source.file, (users.get(source.file) ?? new Set()).add(agent.name));
      }
    }
  }
  return new Map([...users].filter(([, names]) => names.size > 1).sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, names]) => [file, [...names].sort()]));
}
