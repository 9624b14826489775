import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv, type ValidateFunction } from "ajv";
import formats from "ajv-formats";

/** Something that does not agree with GitHub's published schemas. */
export interface Violation {
  /** `client`: a request that GitHub does not describe. `lab`: an answer of ours that GitHub would not give. */
  side: "client" | "lab";
  /** Operation id, or `graphql`. */
  operation: string;
  message: string;
}

interface Operation {
  method: string;
  path: string;
  parameters: { name: string; in: "path" | "query"; required: boolean; schema: { type?: string } }[];
  requestBody: Record<string, unknown> | null;
  requestBodyRequired: boolean;
  responses: Record<string, unknown>;
}

interface Document {
  operations: Record<string, Operation>;
}

const file = fileURLToPath(new URL("./operations.json", import.meta.url));

/** Checks requests and answers against the cut of GitHub's OpenAPI description in `operations.json`. */
export class SchemaCheck {
  readonly violations: Violation[] = [];
  readonly #document = JSON.parse(readFileSync(file, "utf8")) as Document;
  readonly #ajv: Ajv;
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor() {
    this.#ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
    (formats as unknown as typeof formats.default)(this.#ajv);
    for (const name of ["int64", "int32", "repo.nwo", "timestamp"]) this.#ajv.addFormat(name, true);
    this.#ajv.addSchema(this.#document, "github");
  }

  /** Method and path template of an operation; throws for one that was not cut out. */
  route(operation: string): { method: string; path: string } {
    return this.#operation(operation);
  }

  /** What is wrong with a request, in GitHub's manner; empty if nothing. Recorded as the client's violation. */
  request(operation: string, request: { query: URLSearchParams; body: unknown }): string[] {
    const description = this.#operation(operation);
    const problems = [...this.#bodyProblems(operation, description, request.body), ...this.#queryProblems(description, request.query)];
    for (const message of problems) this.violations.push({ side: "client", operation, message });
    return problems;
  }

  #bodyProblems(operation: string, description: Operation, body: unknown): string[] {
    if (description.requestBody === null) return [];
    if (body === undefined) return description.requestBodyRequired && Array.isArray(description.requestBody["required"]) ? ["A request body is required."] : [];
    const properties = description.requestBody["properties"];
    const keys = typeof properties === "object" && properties !== null && !Array.isArray(body) && typeof body === "object" && body !== null ? Object.keys(body) : [];
    const unknown = keys.filter((key) => !(key in (properties as object))).map((key) => `"${key}" is not a permitted key.`);
    return [...this.#validate(`${pointer(operation)}/requestBody`, body), ...unknown];
  }

  #queryProblems(description: Operation, query: URLSearchParams): string[] {
    const known = new Map(description.parameters.filter((parameter) => parameter.in === "query").map((parameter) => [parameter.name, parameter]));
    return [...query].flatMap(([name, value]) => {
      const parameter = known.get(name);
      if (parameter === undefined) return [`"${name}" is not a query parameter.`];
      const typed = parameter.schema.type === "integer" ? Number(value) : parameter.schema.type === "boolean" ? value === "true" : value;
      return this.#ajv.validate(parameter.schema, typed) ? [] : [`${name}: ${this.#ajv.errorsText()}`];
    });
  }

  /** Compares an answer of the lab with the description and records what differs. */
  response(operation: string, response: { status: number; body: unknown }): void {
    const { responses } = this.#operation(operation);
    const report = (message: string): void => void this.violations.push({ side: "lab", operation, message });
    const key = String(response.status);
    if (!(key in responses)) {
      // Errors that every operation may give are not listed with each of them.
      if (response.status < 400) report(`status ${key} is not described`);
      else if (typeof (response.body as { message?: unknown } | null)?.message !== "string") report(`an error ${key} without message`);
      return;
    }
    if (responses[key] === null) return;
    for (const message of this.#validate(`${pointer(operation)}/responses/${key}`, response.body)) report(`${key}: ${message}`);
  }

  #validate(reference: string, value: unknown): string[] {
    const check = this.#compiled.get(reference) ?? this.#ajv.compile({ $ref: reference });
    this.#compiled.set(reference, check);
    if (check(value)) return [];
    return (check.errors ?? []).map((error) => `${error.instancePath || "the body"} ${error.message ?? "is invalid"}`);
  }

  #operation(id: string): Operation {
    const found = this.#document.operations[id];
    if (found === undefined) throw new Error(`operations.json has no ${id}: add it to operation-ids.ts and run slice.ts.`);
    return found;
  }
}

function pointer(operation: string): string {
  return `github#/operations/${operation.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
