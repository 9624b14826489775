/** Reads `action.yml`, checked against GitHub's schema. Source: docs "Metadata syntax reference". */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { NoOperationTraceWriter, parseAction } from "./github-packages.ts";

/** One declared input. `default` may hold expressions. */
export interface ActionInput {
  readonly description?: string;
  readonly required?: boolean;
  readonly default?: string;
  readonly deprecationMessage?: string;
}

/** The parts of an `action.yml` that a runner uses. */
export interface ActionMetadata {
  readonly name: string;
  readonly description: string;
  readonly inputs: Readonly<Record<string, ActionInput>>;
  readonly outputs: Readonly<Record<string, { readonly description?: string }>>;
  readonly runs: {
    readonly using: string;
    readonly main?: string;
    readonly pre?: string;
    readonly "pre-if"?: string;
    readonly post?: string;
    readonly "post-if"?: string;
  };
}

/** @throws {Error} if there is no action file, or with `file: message` per schema error (which has line and column). */
export async function readActionMetadata(directory: string): Promise<ActionMetadata> {
  let text: string | undefined;
  for (const name of ["action.yml", "action.yaml"]) text ??= await readFile(join(directory, name), "utf8").catch(() => undefined);
  if (text === undefined) throw new Error(`Can't find 'action.yml' or 'action.yaml' under '${directory}'. Is the action built, or did you forget actions/checkout?`);
  const parsed = parseAction({ name: join(directory, "action.yml"), content: text }, new NoOperationTraceWriter());
  const errors = parsed.context.errors.getErrors();
  if (errors.length > 0) throw new Error(errors.map((error) => error.message).join("\n"));
  const raw = parse(text) as Partial<ActionMetadata> & Pick<ActionMetadata, "name" | "description" | "runs">;
  const inputs = Object.entries(raw.inputs ?? {}).map(([id, input]) => {
    const settings = input as ActionInput | null;
    // YAML scalars such as `default: 8` or `default: true` reach the action as strings.
    return [id, settings?.default === undefined || settings.default === null ? { ...settings } : { ...settings, default: String(settings.default) }];
  });
  return { ...raw, inputs: Object.fromEntries(inputs) as Record<string, ActionInput>, outputs: raw.outputs ?? {} };
}
