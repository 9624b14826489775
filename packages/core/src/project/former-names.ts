import { FORMER_FIELDS } from "../schema/former-fields.ts";
import type { FieldKind } from "../schema/field-schema.ts";
import { memberOf, nodeAt, textOf, withMember, type JsonMember, type ObjectNode } from "./json-node.ts";
import type { ProblemSink } from "./problem-sink.ts";

/**
 * The file with former names of fields replaced by today's where the value keeps its meaning, each with a warning; both
 * names at once are an error. Applied to agent.json and to overlays before they are merged, so that they may differ in it.
 */
export function acceptFormerNames(file: ObjectNode, sink: ProblemSink): ObjectNode {
  let renamed = renameMembers({ object: file, kind: textOf(memberOf(file, "channel")) === "chat" ? "chat" : "agent" }, sink);
  for (const [key, kind] of ENGINES) {
    const engine = memberOf(renamed, key);
    if (engine?.kind === "object") renamed = withMember(renamed, key, renameMembers({ object: engine, kind }, sink));
  }
  return renamed;
}

const ENGINES = [
  ["llm_config", "llm"],
  ["conversation_flow", "flow"],
] as const;

function renameMembers({ object, kind }: { readonly object: ObjectNode; readonly kind: FieldKind }, sink: ProblemSink): ObjectNode {
  let renamed = object;
  for (const [key, member] of object.members) {
    const former = FORMER_FIELDS.find({ kind, path: [key] });
    if (former?.movesTo === undefined) continue;
    const about = `"${key}" is the former name of ${former.today}`;
    const holder = nodeAt(renamed, former.movesTo.slice(0, -1));
    if (nodeAt(renamed, former.movesTo) !== undefined || (holder !== undefined && holder.kind !== "object")) {
      sink.error({ code: "former-field-twice", at: member.key, message: `${about}, which is set too.`, hint: `Remove "${key}".` });
      continue;
    }
    sink.warn({ code: "former-field", at: member.key, message: `${about}; it is sent under today's name.`, hint: `Write it as ${former.today}.` });
    renamed = setIn(withMember(renamed, key, undefined), former.movesTo, member);
  }
  return renamed;
}

function setIn(object: ObjectNode, path: readonly string[], member: JsonMember): ObjectNode {
  const [key = "", ...rest] = path;
  if (rest.length === 0) return { ...object, members: new Map(object.members).set(key, member) };
  const present = object.members.get(key);
  const holder: ObjectNode = present?.value.kind === "object" ? present.value : { kind: "object", members: new Map(), origin: member.key };
  const inner = { key: present?.key ?? member.key, value: setIn(holder, rest, member) };
  return { ...object, members: new Map(object.members).set(key, inner) };
}
