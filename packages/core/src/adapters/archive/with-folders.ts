import type { ArchiveEntry } from "../../ports/archive.ts";

const NOTHING = new Uint8Array(0);

/** The entries and the folders that they are in (paths that end with a slash), in the order of their code units. */
export function withFolders(entries: readonly ArchiveEntry[]): ArchiveEntry[] {
  const all = new Map<string, Uint8Array>();
  for (const { path, data } of entries) {
    for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) all.set(path.slice(0, slash + 1), NOTHING);
    all.set(path, data);
  }
  return [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, data]) => ({ path, data }));
}
