/** Global node ids: opaque to clients, but here they can be read back. */
export type NodeKind = "R" | "REF" | "C" | "T" | "B" | "PR" | "I" | "IC" | "SC" | "CR" | "U" | "LA" | "REA" | "WFR" | "J" | "GA" | "CS" | "MDQ" | "RE" | "RA";

/** Makes a global node id of a kind and parts. */
export function nodeId(kind: NodeKind, ...parts: readonly (string | number)[]): string {
  return `${kind}_${Buffer.from(parts.join("\0")).toString("base64url")}`;
}

/** The parts of a node id of the expected kind; undefined for anything else. */
export function parseNodeId(kind: NodeKind, id: string): string[] | undefined {
  if (!id.startsWith(`${kind}_`)) return undefined;
  return Buffer.from(id.slice(kind.length + 1), "base64url").toString().split("\0");
}
