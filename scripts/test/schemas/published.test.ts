import { describe, expect, test } from "@jest/globals";
import { Ajv } from "ajv";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as LanguageService from "vscode-json-languageservice";
import { publishedSchemas } from "../../schema/publish/published-schemas.ts";
import { writeSchemas } from "../../schema/publish/write-schemas.ts";

const { TextDocument, getLanguageService } = createRequire(import.meta.url)("vscode-json-languageservice") as typeof LanguageService;
const schemas = publishedSchemas();

describe.each([...schemas])("%s", (name, text) => {
  const schema = JSON.parse(text) as { definitions?: Record<string, unknown> };

  test("is a valid schema, for a validator and for an editor", async () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    expect(ajv.validateSchema(schema)).toBe(true);
    expect(ajv.compile(schema)({ $schema: 5 })).toBe(false);
    const service = getLanguageService({});
    const document = TextDocument.create(`file:///${name}`, "json", 1, text);
    expect(await service.doValidation(document, service.parseJSONDocument(document), { schemaValidation: "error", schemaRequest: "error" })).toEqual([]);
  });

  test("stands alone, and defines nothing in vain", () => {
    const references = [...text.matchAll(/"\$ref":"([^"]*)"/g)].map(([, target]) => target ?? "");
    const defined = Object.keys(schema.definitions ?? {});
    expect([...new Set(references)].sort()).toEqual(defined.map((key) => `#/definitions/${key}`).sort());
  });

  test("has beside a reference only what people read", () => {
    const beside = new Set<string>();
    JSON.parse(text, (_key, value: unknown) => {
      if (typeof value === "object" && value !== null && "$ref" in value) for (const key of Object.keys(value)) beside.add(key);
      return value;
    });
    for (const key of ["$ref", "description", "default", "deprecationMessage"]) beside.delete(key);
    expect([...beside]).toEqual([]);
  });
});

test("are small enough to be fetched by an editor", () => {
  const sizes = [...schemas.values()].map((text) => Buffer.byteLength(text));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(500_000);
  expect(Math.max(...sizes)).toBeLessThan(160_000);
});

test("are written as they are, the same each time", () => {
  expect([...publishedSchemas()]).toEqual([...schemas]);
  const folder = mkdtempSync(join(tmpdir(), "retell-schemas-"));
  try {
    writeSchemas(join(folder, "schemas"));
    expect(readdirSync(join(folder, "schemas")).sort()).toEqual([...schemas.keys()].sort());
    for (const [name, text] of schemas) expect(readFileSync(join(folder, "schemas", name), "utf8")).toBe(text);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
