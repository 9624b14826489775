import type { ReasonCode } from "../outcome.ts";

/** What Retell holds of one kind of resource: everything in the workspace, or why it is not known. */
export type ResourceList<Remote> = { readonly kind: "read"; readonly all: readonly Remote[] } | { readonly kind: "unreadable"; readonly reason: ReasonCode; readonly problem: string };

/** Which remote resource is the one of a folder. */
export type FoundResource<Remote> =
  | { readonly kind: "none" }
  /** A recorded id that Retell does not know (any more). */
  | { readonly kind: "missing"; readonly id: string }
  /** More than one could be it. */
  | { readonly kind: "several"; readonly ids: readonly string[] }
  /** `lost`: a run made it and died before it could record its id; `named`: it only bears the name. */
  | { readonly kind: "present"; readonly found: "recorded" | "lost" | "named"; readonly remote: Remote };

/**
 * Finds a resource: by its recorded id; where a create was under way, as the only one of that name that was not there
 * before; else by name. Resources have no place for a mark. `others` are ids that belong to other folders.
 */
export function findResource<Remote extends { readonly id: string; readonly name: string }>(from: {
  readonly all: readonly Remote[];
  readonly id: string | null;
  /** The create that a dead run has left behind. */
  readonly creating: { readonly name: string; readonly before: readonly string[] } | undefined;
  /** The name to look for where nothing is recorded at all. */
  readonly name: string | undefined;
  readonly others: ReadonlySet<string>;
}): FoundResource<Remote> {
  const { all, id, creating, name } = from;
  if (id !== null) {
    const remote = all.find((candidate) => candidate.id === id);
    return remote === undefined ? { kind: "missing", id } : { kind: "present", found: "recorded", remote };
  }
  const free = all.filter((candidate) => !from.others.has(candidate.id));
  const found = creating === undefined ? "named" : "lost";
  const candidates = creating === undefined ? free.filter((candidate) => candidate.name === name) : free.filter((candidate) => candidate.name === creating.name && !creating.before.includes(candidate.id));
  const [first] = candidates;
  if (first === undefined) return { kind: "none" };
  return candidates.length > 1 ? { kind: "several", ids: candidates.map((candidate) => candidate.id).sort() } : { kind: "present", found, remote: first };
}
