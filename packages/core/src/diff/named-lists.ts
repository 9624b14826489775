import { listIdentity } from "../schema/named-lists.ts";

/**
 * The key that tells the items of a list apart, or undefined for a list that counts as one value. The path starts with
 * the part and has `"[]"` for each array step: `["llm", "states", "[]", "tools"]`. The table is `schema/named-lists.ts`.
 */
export function namedListKey(pathSegments: readonly string[]): "name" | "id" | undefined {
  const [kind = "", ...path] = pathSegments;
  // Fields of a chat agent stand in the same part; no list has the same name and another identity there.
  const identity = listIdentity({ kind, path }) ?? (kind === "agent" ? listIdentity({ kind: "chat", path }) : undefined);
  return identity === undefined || identity.by === "value" ? undefined : identity.by;
}
