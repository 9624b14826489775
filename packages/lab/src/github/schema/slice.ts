/**
 * Cuts the operations that the lab implements out of GitHub's OpenAPI description and writes `operations.json`.
 *
 *     node slice.ts <path to generated/api.github.com.json of the npm package @octokit/openapi>
 *
 * The description is OpenAPI 3.0: `nullable` becomes a real `null` type, since JSON Schema validators refuse or ignore it.
 * References are rewritten to point into the output, which is itself one JSON Schema document.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { operationIds } from "./operation-ids.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

const dropped = new Set(["description", "example", "examples", "title", "externalDocs", "deprecated", "default", "readOnly"]);
const source = JSON.parse(readFileSync(process.argv[2] ?? missingArgument(), "utf8")) as JsonObject;
const schemas: JsonObject = {};

function missingArgument(): never {
  throw new Error("Give the path of api.github.com.json (npm pack @octokit/openapi, file generated/api.github.com.json).");
}

function object(value: Json | undefined): JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
}

/** Follows a `#/components/...` reference of the source one step. */
function resolve(value: Json | undefined): JsonObject {
  const node = object(value);
  if (typeof node["$ref"] !== "string") return node;
  return resolve(node["$ref"].split("/").slice(1).reduce<Json>((at, key) => object(at)[key] ?? null, source));
}

function convert(value: Json, isPropertyMap = false): Json {
  if (Array.isArray(value)) return value.map((item) => convert(item));
  if (value === null || typeof value !== "object") return value;
  if (!isPropertyMap && typeof value["$ref"] === "string") return { $ref: keepSchema(value["$ref"]) };
  const out: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    if (!isPropertyMap && (dropped.has(key) || key === "nullable" || key.startsWith("x-"))) continue;
    out[key] = key === "enum" ? item : convert(item, !isPropertyMap && key === "properties");
  }
  return !isPropertyMap && value["nullable"] === true ? nullable(out) : out;
}

function nullable(schema: JsonObject): Json {
  if (typeof schema["type"] === "string") {
    const choices = schema["enum"];
    return {
      ...schema,
      type: [schema["type"], "null"],
      ...(Array.isArray(choices) && !choices.includes(null) ? { enum: [...choices, null] } : {}),
    };
  }
  return Object.keys(schema).length === 0 ? schema : { anyOf: [{ type: "null" }, schema] };
}

function keepSchema(reference: string): string {
  const name = reference.split("/").at(-1) ?? "";
  if (!(name in schemas)) {
    schemas[name] = {};
    schemas[name] = convert(resolve({ $ref: reference }));
  }
  return `#/schemas/${name}`;
}

function bodySchema(holder: JsonObject): Json {
  const content = object(holder["content"]);
  const schema = object(content["application/json"])["schema"];
  return schema === undefined ? null : convert(schema);
}

function operation({ path, method, shared, body }: { path: string; method: string; shared: Json[]; body: JsonObject }): JsonObject {
  const parameters = [...shared, ...((body["parameters"] as Json[] | undefined) ?? [])].map((parameter) => {
    const { name, in: place, required, schema } = resolve(parameter);
    return { name: name ?? null, in: place ?? null, required: required === true, schema: convert(schema ?? {}) };
  });
  const request = resolve(body["requestBody"]);
  const responses = Object.fromEntries(
    Object.entries(object(body["responses"])).map(([status, response]) => [status, bodySchema(resolve(response))]),
  );
  return { method: method.toUpperCase(), path, parameters, requestBody: bodySchema(request), requestBodyRequired: request["required"] === true, responses };
}

const operations: JsonObject = {};
for (const [path, methods] of Object.entries(object(source["paths"]))) {
  const shared = (object(methods)["parameters"] as Json[] | undefined) ?? [];
  for (const [method, value] of Object.entries(object(methods))) {
    const body = object(value);
    const id = body["operationId"];
    if (typeof id === "string" && operationIds.includes(id)) operations[id] = operation({ path, method, shared, body });
  }
}
/** Where GitHub answers null although the description does not say so: the head of a pull request whose fork was deleted. */
for (const name of ["pull-request", "pull-request-simple"]) {
  const head = object(object(object(schemas[name])["properties"])["head"]);
  const properties = object(head["properties"]);
  properties["repo"] = nullable(object(properties["repo"]));
}
const absent = operationIds.filter((id) => !(id in operations));
if (absent.length > 0) throw new Error(`GitHub's description has no ${absent.join(", ")}.`);
const version = object(source["info"])["version"] ?? null;
const target = fileURLToPath(new URL("./operations.json", import.meta.url));
writeFileSync(target, `${JSON.stringify({ $id: "github", version, operations, schemas })}\n`);
