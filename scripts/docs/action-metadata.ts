import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** One input as action.yml declares it. */
export interface ActionInput {
  readonly description: string;
  readonly required: boolean;
  /** Undefined where action.yml has no default. */
  readonly default: string | undefined;
}

/** What action.yml says about an action. */
export interface ActionMetadata {
  /** The folder's name, which is the action's in `uses`. */
  readonly folder: string;
  /** Path of action.yml from the repository's root. */
  readonly file: string;
  readonly description: string;
  /** In the order of the file. */
  readonly inputs: ReadonlyMap<string, ActionInput>;
  /** Descriptions by name, in the order of the file. */
  readonly outputs: ReadonlyMap<string, string>;
  readonly runs: { readonly using: string; readonly main: string };
}

interface RawAction {
  description?: unknown;
  inputs?: Record<string, { description?: unknown; required?: unknown; default?: unknown } | null>;
  outputs?: Record<string, { description?: unknown } | null>;
  runs?: { using?: unknown; main?: unknown };
}

/** Reads every `actions/<name>/action.yml` below the root, sorted by name. A missing description reads as empty. */
export function readActions(root: string): ActionMetadata[] {
  const folder = join(root, "actions");
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, "action.yml")))
    .map((entry) => entry.name)
    .sort()
    .map((name) => readAction(root, name));
}

function readAction(root: string, folder: string): ActionMetadata {
  const file = `actions/${folder}/action.yml`;
  const raw = (parse(readFileSync(join(root, file), "utf8")) ?? {}) as RawAction;
  const inputs = Object.entries(raw.inputs ?? {}).map(([name, input]): [string, ActionInput] => [
    name,
    {
      description: text(input?.description),
      required: input?.required === true,
      default: input?.default === undefined || input.default === null ? undefined : text(input.default),
    },
  ]);
  const outputs = Object.entries(raw.outputs ?? {}).map(([name, output]): [string, string] => [name, text(output?.description)]);
  return {
    folder,
    file,
    description: text(raw.description),
    inputs: new Map(inputs),
    outputs: new Map(outputs),
    runs: { using: text(raw.runs?.using), main: text(raw.runs?.main) },
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value.trim() : typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}
