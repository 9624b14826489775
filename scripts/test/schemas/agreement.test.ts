import { describe, expect, test } from "@jest/globals";
import type { Json, JsonObject } from "@retell-actions/core/canonical/json";
import { FIELD_KINDS, type FieldKind } from "@retell-actions/core/schema/field-schema";
import fc from "fast-check";
import { coveringDocuments } from "../../../packages/core/test/schema/covering-documents.ts";
import { documentArbitrary } from "../../../packages/core/test/schema/generate-agent.ts";
import { openEditor } from "./editor.ts";
import { ownErrors } from "./own-errors.ts";

const editor = openEditor();

/** A file in which the fields of a kind stand, complete apart from them. */
const FILES: Readonly<Record<FieldKind, (value: Json) => { readonly file: string; readonly content: Json }>> = {
  agent: (value) => ({ file: "agents/a/agent.json", content: { llm_config: {}, ...(value as JsonObject) } }),
  chat: (value) => ({ file: "agents/a/agent.json", content: { channel: "chat", llm_config: {}, ...(value as JsonObject) } }),
  llm: (value) => ({ file: "agents/a/agent.json", content: { voice_id: "v", llm_config: value } }),
  flow: (value) => ({ file: "agents/a/flow.json", content: value }),
  component: (value) => ({ file: "components/a.json", content: value }),
};

/** The file's name stands for a name that is not stated. */
const asRead = (kind: FieldKind, value: Json): Json => (kind === "component" ? { name: "a", ...(value as JsonObject) } : value);

async function editorErrors(kind: FieldKind, value: Json): Promise<string[]> {
  const { file, content } = FILES[kind](value);
  return (await editor.marks(file, JSON.stringify(content, null, 1))).flatMap(({ isError, text, message }) => (isError ? [`${message} ${text}`] : []));
}

async function expectAgreement(kind: FieldKind, value: Json): Promise<void> {
  const own = ownErrors(kind, asRead(kind, value));
  const shown = await editorErrors(kind, value);
  if (own.length > 0 !== shown.length > 0) throw new Error(`the actions say ${JSON.stringify(own)}, the editor says ${JSON.stringify(shown)}, of ${JSON.stringify(value).slice(0, 2000)}`);
}

/** All places of a value, the root apart. */
function placesOf(value: Json, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [];
  const entries: [string | number, Json][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([step, item]) => [[...path, step], ...placesOf(item, [...path, step])]);
}

/** The value with another one at a place, or without it. */
function changed(value: Json, [step, ...rest]: readonly (string | number)[], by: Json | undefined): Json {
  if (step === undefined) return by ?? null;
  if (Array.isArray(value)) return value.flatMap((item, index) => (index !== step ? [item] : rest.length === 0 && by === undefined ? [] : [changed(item, rest, by)]));
  const object = value as JsonObject;
  if (rest.length === 0 && by === undefined) return Object.fromEntries(Object.entries(object).filter(([key]) => key !== step));
  return { ...object, [step]: changed(object[step] ?? null, rest, by) };
}

/** What people and newer versions of Retell put into a field; undefined removes it. */
const REPLACEMENTS: readonly (Json | undefined)[] = [undefined, null, true, -1, 0.5, 7, 100_000_000, "", "text", "a b", "{{tag}}", "secret://NAME", "x".repeat(500), [], ["a"], [1], [{}], {}, { type: "new" }, { type: 5 }];

describe.each(FIELD_KINDS)("the editor and the actions agree on what is an error: %s", (kind) => {
  test("in documents that have every field", async () => {
    const documents = [1, 2].flatMap((seed) => coveringDocuments(kind, { seed, without: [] }));
    expect(documents.length).toBeGreaterThan(3);
    for (const value of documents) {
      expect(await editorErrors(kind, value)).toEqual([]);
      await expectAgreement(kind, value);
    }
  });

  test("in any document, and after a change of any of its values", async () => {
    let wrong = 0;
    await fc.assert(
      fc.asyncProperty(documentArbitrary(kind), fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 12 }), async (document, changes) => {
        await expectAgreement(kind, document);
        const places = placesOf(document);
        for (const [where, what] of changes) {
          const value = changed(document, places[where % Math.max(places.length, 1)] ?? ["x"], REPLACEMENTS[what % REPLACEMENTS.length]);
          await expectAgreement(kind, value);
          if (ownErrors(kind, asRead(kind, value)).length > 0) wrong++;
        }
      }),
      // Making a flow smaller takes minutes; the message says what differs.
      { numRuns: process.env["PROVE"] === "full" ? 200 : 15, endOnFailure: true },
    );
    // Otherwise nothing would be shown.
    expect(wrong).toBeGreaterThan(0);
  }, 120_000);
});
