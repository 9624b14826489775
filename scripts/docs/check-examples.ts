import { parseAllDocuments } from "yaml";
import type { ActionMetadata } from "./action-metadata.ts";
import type { Finding } from "./finding.ts";
import type { Fence, MarkdownPage } from "./markdown-page.ts";
import { OUTCOMES_BY_ACTION } from "./outcome-meanings.ts";

/** A step of an example that uses one of these actions. */
export interface ExampleStep {
  readonly action: string;
  readonly id: string | undefined;
  readonly with: Readonly<Record<string, unknown>>;
}

/** Wrong code blocks: YAML and JSON that do not parse, and steps whose inputs, outputs or outcomes do not exist. */
export function checkExamples(pages: ReadonlyMap<string, MarkdownPage>, actions: readonly ActionMetadata[]): Finding[] {
  const byName = new Map(actions.map((action) => [action.folder, action]));
  return [...pages].flatMap(([file, page]) =>
    page.fences.flatMap((fence) => faultsOf(fence, byName).map((message) => ({ file, line: fence.line, message }))),
  );
}

function faultsOf(fence: Fence, actions: ReadonlyMap<string, ActionMetadata>): string[] {
  if (fence.language === "json") return jsonFault(fence.text);
  if (fence.language !== "yaml" && fence.language !== "yml") return [];
  const documents = parseAllDocuments(fence.text);
  const errors = documents.flatMap((document) => document.errors.map((error) => `The example is no YAML: ${error.message.split("\n")[0] ?? ""}`));
  if (errors.length > 0) return errors;
  const steps = stepsOf(fence.text);
  return [...steps.flatMap((step) => stepFaults(step, actions)), ...expressionFaults(fence.text, steps, actions)];
}

function jsonFault(text: string): string[] {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    return [`The example is no JSON: ${(error as Error).message}`];
  }
}

/** All steps of a YAML text, at any depth, that use one of these actions. */
export function stepsOf(yaml: string): ExampleStep[] {
  const steps: ExampleStep[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const { uses, id, with: inputs } = value as { uses?: unknown; id?: unknown; with?: unknown };
    const action = typeof uses === "string" ? /^org\/retell-actions\/(?:dist\/)?([^@]+)@/.exec(uses)?.[1] : undefined;
    if (action !== undefined) {
      steps.push({ action, id: typeof id === "string" ? id : undefined, with: (inputs ?? {}) as Record<string, unknown> });
    }
    Object.values(value).forEach(visit);
  };
  for (const document of parseAllDocuments(yaml)) visit(document.toJS());
  return steps;
}

function stepFaults(step: ExampleStep, actions: ReadonlyMap<string, ActionMetadata>): string[] {
  const action = actions.get(step.action);
  if (action === undefined) return [`The example uses the action ${step.action}, which does not exist.`];
  const unknown = Object.keys(step.with).filter((name) => !action.inputs.has(name));
  const missing = [...action.inputs].filter(([name, input]) => input.required && !(name in step.with)).map(([name]) => name);
  return [
    ...unknown.map((name) => `The example gives ${step.action} the input ${name}, which it does not have.`),
    ...missing.map((name) => `The example does not give ${step.action} the input ${name}, which is required.`),
  ];
}

function expressionFaults(text: string, steps: readonly ExampleStep[], actions: ReadonlyMap<string, ActionMetadata>): string[] {
  return [...text.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)(?:\s*[!=]=\s*'([^']*)')?/g)].flatMap(([, id, output = "", value]) => {
    const action = actions.get(steps.find((step) => step.id === id)?.action ?? "");
    if (action === undefined) return [];
    if (!action.outputs.has(output)) return [`The example reads the output ${output}, which ${action.folder} does not have.`];
    const outcomes = OUTCOMES_BY_ACTION.get(action.folder);
    const known = output !== "outcome" || value === undefined || outcomes?.names.some((name) => name === value) === true;
    return known ? [] : [`The example compares with the outcome ${value ?? ""}, which ${action.folder} does not have.`];
  });
}
