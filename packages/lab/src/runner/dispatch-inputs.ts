/**
 * Inputs of `workflow_dispatch`: checked and typed. Sources: docs "workflow_dispatch inputs" (types, `inputs` keeps
 * booleans, `github.event.inputs` has strings), REST "Create a workflow dispatch event" (25 inputs, 422 otherwise).
 */
import type { Workflow } from "./parse-workflow.ts";

interface InputDefinition {
  readonly type?: string;
  readonly required?: boolean;
  readonly default?: string | boolean | number;
  readonly options?: readonly string[];
}

/** Inputs that the REST call refuses with 422; the message is GitHub's. */
export class DispatchInputError extends Error {
  override name = "DispatchInputError";
}

/** Most inputs that a workflow may have. */
export const dispatchInputLimit = 25;

/** Both forms of the inputs. */
export interface DispatchInputs {
  /** For the `inputs` context: booleans and numbers as such. */
  readonly typed: Readonly<Record<string, string | boolean | number>>;
  /** For `github.event.inputs`. */
  readonly text: Readonly<Record<string, string>>;
}

function typedValue(name: string, definition: InputDefinition, text: string): string | boolean | number {
  if (definition.type === "boolean") {
    if (text !== "true" && text !== "false") throw new DispatchInputError(`Provided value '${text}' for input '${name}' is not a valid boolean`);
    return text === "true";
  }
  if (definition.type === "number" && text !== "") {
    if (!Number.isFinite(Number(text))) throw new DispatchInputError(`Provided value '${text}' for input '${name}' is not a valid number`);
    return Number(text);
  }
  if (definition.type === "choice" && text !== "" && !definition.options?.includes(text)) {
    throw new DispatchInputError(`Provided value '${text}' for input '${name}' not in the list of allowed values`);
  }
  return text;
}

/** Checks given inputs against the workflow and fills in defaults. @throws {DispatchInputError} */
export function dispatchInputs(workflow: Workflow, given: Readonly<Record<string, unknown>>): DispatchInputs {
  if (workflow.events["workflow_dispatch"] === undefined) throw new DispatchInputError("Workflow does not have 'workflow_dispatch' trigger");
  // From the YAML: the parser's converter (0.3.61) loses the type `number` and its default.
  const on = workflow.raw["on"] as { readonly workflow_dispatch?: { readonly inputs?: Readonly<Record<string, InputDefinition | null>> } | null };
  const definitions = on.workflow_dispatch?.inputs ?? {};
  const names = Object.keys(definitions);
  if (names.length > dispatchInputLimit) throw new DispatchInputError(`you may only define up to ${dispatchInputLimit} \`inputs\` for a \`workflow_dispatch\` event`);
  const unexpected = Object.keys(given).filter((name) => !names.includes(name));
  if (unexpected.length > 0) throw new DispatchInputError(`Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  const typed: Record<string, string | boolean | number> = {};
  const text: Record<string, string> = {};
  for (const [name, written] of Object.entries(definitions)) {
    const definition = written ?? {};
    const value = given[name] ?? definition.default;
    if (definition.required && (value === undefined || value === "")) throw new DispatchInputError(`Required input '${name}' not provided`);
    // A boolean without value and default counts as false, others as the empty string (unproven for numbers).
    const shown = value === undefined ? (definition.type === "boolean" ? "false" : "") : String(value);
    typed[name] = typedValue(name, definition, shown);
    text[name] = shown;
  }
  return { typed, text };
}
