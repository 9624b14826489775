import { PARTS, type Content } from "../canonical/content.ts";
import { isJsonObject, objectFrom, type Json } from "../canonical/json.ts";
import { resolveReferences, type ReferenceValues } from "../canonical/symbols.ts";
import { equalAsWritten, equalInEffect } from "../diff/equality.ts";
import { formatPath } from "../diff/field-path.ts";
import { walkLeaves } from "../diff/walk.ts";
import { fieldFacts } from "../plan/field-facts.ts";
import type { DesiredAgent } from "../project/desired.ts";
import type { SymbolicMember } from "./symbolic-member.ts";

/**
 * Why the built agent is not what Retell holds; undefined if it is. References are resolved to the values of the workspace. `null`
 * and absent are the same, since no overlay can say `null`; a value that Retell leaves out may be said if it is the documented default.
 */
export function whyInexact(built: DesiredAgent | undefined, { live, secrets }: SymbolicMember, agentIds: ReadonlyMap<string, string>): string | undefined {
  if (built === undefined) return "the files build no agent";
  const error = built.problems.find(({ severity }) => severity === "error");
  if (error !== undefined) return `validation would refuse it: ${error.message}`;
  if (built.channel !== live.agent.channel || built.engine !== live.agent.engine.kind) return "the files build another kind of agent";
  const facts = fieldFacts([live.content, built.content]);
  const references: ReferenceValues = { secrets, agentIds, fingerprint: () => "" };
  const resolved = Object.fromEntries(
    PARTS.flatMap((part) => {
      const value = built.content[part];
      return value === undefined ? [] : [[part, resolveReferences(value, references)] as const];
    }),
  );
  const unresolved = Object.values(resolved).flatMap((part) => part.unresolved);
  if (unresolved.length > 0) return "it holds a text that the files would take for a reference";
  const content = Object.fromEntries(Object.entries(resolved).map(([part, { value }]) => [part, value])) as Content;
  for (const { path, values } of walkLeaves({ built: content, live: live.content })) {
    const [mine, theirs] = [withoutNulls(values.built), withoutNulls(values.live)];
    if (mine === undefined ? theirs === undefined : equalAsWritten(facts, path, mine, theirs)) continue;
    if (theirs === undefined && equalInEffect(facts, path, mine, undefined)) continue;
    // Voice is what an agent without a channel has.
    if (formatPath(path) === "agent.channel" && values.live === "voice") continue;
    return `no file builds exactly what ${formatPath(path)} holds`;
  }
  return undefined;
}

function withoutNulls(value: Json | undefined): Json | undefined {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item) ?? null);
  return isJsonObject(value) ? objectFrom(Object.entries(value).map(([key, item]) => [key, withoutNulls(item)] as const)) : value;
}
