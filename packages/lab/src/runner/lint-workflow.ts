/** Lints a workflow file with GitHub's language service and with own rules. */
import { resolve } from "node:path";
import { readActionMetadata } from "./action-metadata.ts";
import { loadLanguageService } from "./github-packages.ts";
import { applyLintRules, type LintFinding } from "./lint-rules.ts";

export type { LintFinding } from "./lint-rules.ts";

export interface LintOptions {
  /** Path in the repository; shown in no finding, but it tells workflow from action. */
  readonly path: string;
  readonly text: string;
  /** Prefix of `uses` (e.g. `org/retell-actions/`) → folders that may hold `<name>/action.yml`, first match counts. */
  readonly actions?: Readonly<Record<string, readonly string[]>>;
}

/** Inputs of actions that are not ours (their action.yml: checkout v6, upload-artifact v7, download-artifact v8). */
const knownInputs: Readonly<Record<string, readonly string[]>> = {
  "actions/checkout": [
    "repository", "ref", "token", "ssh-key", "ssh-known-hosts", "ssh-strict", "ssh-user", "persist-credentials", "path", "clean", "filter",
    "sparse-checkout", "sparse-checkout-cone-mode", "fetch-depth", "fetch-tags", "show-progress", "lfs", "submodules", "set-safe-directory",
    "github-server-url", "allow-unsafe-pr-checkout",
  ],
  "actions/upload-artifact": ["name", "path", "if-no-files-found", "retention-days", "compression-level", "overwrite", "include-hidden-files", "archive"],
  "actions/download-artifact": ["name", "artifact-ids", "path", "pattern", "merge-multiple", "github-token", "repository", "run-id", "skip-decompress", "digest-mismatch"],
};

interface Metadata {
  name: string;
  description: string;
  inputs?: Record<string, { description: string; required?: boolean; default?: string; deprecationMessage?: string }>;
}

async function readMetadata(name: string, actions: LintOptions["actions"]): Promise<Metadata | undefined> {
  const known = knownInputs[name];
  if (known !== undefined) return { name, description: "", inputs: Object.fromEntries(known.map((input) => [input, { description: "" }])) };
  const source = Object.entries(actions ?? {}).find(([prefix]) => name.startsWith(prefix));
  // Actions of others are unknown here: without `inputs` the language service checks nothing.
  if (source === undefined) return { name, description: "" };
  for (const folder of source[1]) {
    const metadata = await readActionMetadata(resolve(folder, name.slice(source[0].length).replace(/^dist\//, ""))).catch(() => undefined);
    if (metadata === undefined) continue;
    const inputs = Object.entries(metadata.inputs).map(([id, input]) => [id, { ...input, description: input.description ?? "" }] as const);
    return { name: metadata.name, description: metadata.description, inputs: Object.fromEntries(inputs) };
  }
  return undefined;
}

const serviceErrors: string[] = [];
let service: ReturnType<typeof loadLanguageService> | undefined;

/** `validate` swallows its own exceptions and only logs them: the log is what tells "clean" from "not checked". */
function loadService(): ReturnType<typeof loadLanguageService> {
  const ignore = (): void => undefined;
  service ??= loadLanguageService().then((loaded) => {
    loaded.registerLogger({ error: (message: string) => void serviceErrors.push(message), warn: ignore, info: ignore, log: ignore });
    return loaded;
  });
  return service;
}

/**
 * All findings in file order; rule `github` is the language service's, the others are in `lint-rules.ts`.
 * @throws {Error} if the language service itself breaks: a file that was not checked is never clean.
 */
export async function lintWorkflow(options: LintOptions): Promise<LintFinding[]> {
  const service = await loadService();
  const before = serviceErrors.length;
  // It caches by file name, and two texts may have one name.
  service.clearCache();
  const document = { uri: `file:///${options.path}`, languageId: "yaml", version: 1, getText: () => options.text } as Parameters<typeof service.validate>[0];
  const diagnostics = await service.validate(document, {
    actionsMetadataProvider: {
      fetchActionMetadata: ({ owner, name, path }) => readMetadata([owner, name, path].filter(Boolean).join("/"), options.actions),
    },
  });
  const broken = serviceErrors.slice(before);
  if (broken.length > 0) throw new Error(`The language service could not check ${options.path}: ${broken.join("; ")}`);
  const github = diagnostics.map((item) => ({ rule: "github", line: item.range.start.line + 1, column: item.range.start.character + 1, message: typeof item.message === "string" ? item.message : item.message.value }));
  return [...github, ...applyLintRules(options.text)].sort((a, b) => a.line - b.line || a.column - b.column);
}
