import { freeName, proposedName } from "../adopt/name-secrets.ts";
import { formatPath, type FieldPath } from "../diff/field-path.ts";
import type { SecretPlace } from "./find-secrets.ts";

/** A secret that a person has to create. No values. */
export interface SecretToCreate {
  readonly name: string;
  readonly places: readonly { readonly folder: string; readonly field: string }[];
  /** Workspaces in which an agent needs it, in order. */
  readonly workspaces: readonly string[];
  /** True if it has another value in each of several workspaces. */
  readonly differs: boolean;
  /** True if it is no credential but a text that looks like a reference. */
  readonly isTypedReference: boolean;
}

/** Gives names to secret values; the same value has the same name everywhere. */
export interface SecretRegister {
  /** The name for one field of one folder, given its value in each workspace. */
  nameFor(field: { readonly folder: string; readonly path: FieldPath; readonly values: ReadonlyMap<string, SecretPlace> }): string;
  /** All of the given folders, by name. */
  list(folders: ReadonlySet<string>): SecretToCreate[];
}

/** Names that the environment and GitHub take. Source: GitHub's documentation of secrets; well below any limit. */
const LONGEST = 100;

/** A register whose names are none of `used`. The order of calls decides names, so callers keep to one. */
export function secretRegister(used: Iterable<string>): SecretRegister {
  const taken = new Set(used);
  const entries: { name: string; values: Map<string, string>; places: Map<string, { folder: string; field: string; workspaces: readonly string[]; isTypedReference: boolean }> }[] = [];
  return {
    nameFor({ folder, path, values }) {
      const sites = [...values].map(([workspace, { value }]) => [workspace, value] as const);
      let entry = entries.find((known) => {
        const isClear = sites.every(([workspace, value]) => (known.values.get(workspace) ?? value) === value);
        return isClear && sites.some(([, value]) => [...known.values.values()].includes(value));
      });
      if (entry === undefined) {
        entry = { name: freeName(proposedName(folder, path).slice(0, LONGEST).replace(/_+$/, ""), taken), values: new Map(), places: new Map() };
        taken.add(entry.name);
        entries.push(entry);
      }
      for (const [workspace, value] of sites) entry.values.set(workspace, value);
      const field = formatPath(path);
      entry.places.set(JSON.stringify([folder, field]), { folder, field, workspaces: sites.map(([workspace]) => workspace), isTypedReference: [...values.values()].every(({ kind }) => kind === "typed-reference") });
      return entry.name;
    },
    list(folders) {
      const listed = entries.flatMap(({ name, values, places }): SecretToCreate[] => {
        const kept = [...places.values()].filter(({ folder }) => folders.has(folder));
        if (kept.length === 0) return [];
        const workspaces = [...values.keys()].filter((workspace) => kept.some((place) => place.workspaces.includes(workspace)));
        return [
          {
            name,
            places: kept.map(({ folder, field }) => ({ folder, field })),
            workspaces,
            differs: new Set(workspaces.map((workspace) => values.get(workspace))).size > 1,
            isTypedReference: kept.every((place) => place.isTypedReference),
          },
        ];
      });
      return listed.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
  };
}
