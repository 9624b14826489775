import { expect, test } from "@jest/globals";
import { isJsonObject, type Json, type JsonObject } from "@retell-actions/core/canonical/json";
import type { FieldKind, JsonPath } from "@retell-actions/core/schema/field-schema";
import { listIdentity } from "@retell-actions/core/schema/named-lists";
import fc from "fast-check";
import { documentArbitrary } from "../../../packages/core/test/schema/generate-agent.ts";
import { openEditor } from "./editor.ts";

const editor = openEditor();

type Change = "keep" | "remove" | "drop";

/**
 * A patch of the document, as an overlay may be: of any object some keys, `null` for others. Lists whose items have no names are replaced
 * whole, so they stay as they are.
 */
function patchOf(value: Json, place: { readonly kind: FieldKind; readonly path: JsonPath; readonly next: () => Change; readonly named?: string | undefined }): Json {
  const { kind, path, next, named } = place;
  if (Array.isArray(value)) {
    const identity = listIdentity({ kind, path });
    const key = identity === undefined || identity.by === "value" ? undefined : identity.by;
    if (key === undefined) return value;
    return value.map((item, index) => {
      if (isJsonObject(item) && next() === "remove") return { [key]: item[key] ?? "", $remove: true };
      return patchOf(item, { kind, path: [...path, index], next, named: key });
    });
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]): [string, Json][] => {
      const change = key === named ? "keep" : next();
      if (change === "drop") return [];
      return [[key, change === "remove" ? null : patchOf(item, { kind, path: [...path, key], next })]];
    }),
  );
}

const HOLDERS: Readonly<Record<"agent" | "chat" | "llm" | "flow", (patch: JsonObject) => JsonObject>> = {
  agent: (patch) => patch,
  chat: (patch) => patch,
  llm: (patch) => ({ llm_config: patch }),
  flow: (patch) => ({ conversation_flow: patch }),
};

test.each(Object.keys(HOLDERS) as (keyof typeof HOLDERS)[])("any part of a valid document may stand in an overlay: %s", async (kind) => {
  const changes = fc.infiniteStream(fc.constantFrom<Change>("keep", "keep", "keep", "remove", "drop"));
  await fc.assert(
    fc.asyncProperty(documentArbitrary(kind), changes, async (document, stream) => {
      const patch = patchOf(document, { kind, path: [], next: () => stream.next().value ?? "keep" }) as JsonObject;
      const marks = await editor.marks("agents/a/agent.staging.json", JSON.stringify(HOLDERS[kind](patch), null, 1));
      expect(marks.filter(({ isError }) => isError)).toEqual([]);
    }),
    { numRuns: 60, endOnFailure: true },
  );
}, 120_000);
