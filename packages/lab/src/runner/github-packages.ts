/**
 * The one place that loads GitHub's own workflow packages (`@actions/workflow-parser`, `@actions/expressions`,
 * `@actions/languageservice`, all 0.3.61). They import their JSON schemas without an import attribute, which plain
 * node refuses (`ERR_IMPORT_ATTRIBUTE_MISSING`): a load hook adds it. Jest has a loader of its own that refuses hooks
 * and accepts such imports with a deprecation warning (jest 30), which is kept out of test output here.
 */
import * as nodeModule from "node:module";

let hooked = false;

function addJsonAttributes(): boolean {
  if (hooked) return true;
  try {
    nodeModule.registerHooks({
      load: (url, context, next) =>
        url.endsWith(".json") && url.includes("/@actions/")
          ? next(url, { ...context, importAttributes: { ...context.importAttributes, type: "json" } })
          : next(url, context),
    });
    hooked = true;
  } catch {
    // Jest: "module.registerHooks() is not supported". Its loader needs no hook.
  }
  return hooked;
}

async function importWithJson<T>(load: () => Promise<T>): Promise<T> {
  if (addJsonAttributes()) return load();
  const write = process.stderr.write.bind(process.stderr) as (...args: unknown[]) => boolean;
  process.stderr.write = ((...args: unknown[]) =>
    String(args[0]).startsWith("Jest: importing JSON without an import attribute") || write(...args)) as typeof process.stderr.write;
  try {
    return await load();
  } finally {
    process.stderr.write = write as typeof process.stderr.write;
  }
}

const [expressions, lexer, parser, conditions, actionParser] = await importWithJson(() =>
  Promise.all([
    import("@actions/expressions"),
    import("@actions/expressions/lexer"),
    import("@actions/workflow-parser"),
    import("@actions/workflow-parser/model/converter/if-condition"),
    import("@actions/workflow-parser/actions/action-parser"),
  ]),
);

/** Expression engine: lexer, parser, evaluator, data types. */
export const { Lexer, Parser, Evaluator, data } = expressions;
/** Token kinds of the lexer. */
export const { TokenType } = lexer;
/** Workflow parser and converter with GitHub's schema. */
export const { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter } = parser;
/** action.yml parser with GitHub's schema. */
export const { parseAction } = actionParser;
/** Adds `success() &&` to a condition that calls no status function, by GitHub's rule. */
export const { ensureStatusFunction } = conditions;

/** The language service (diagnostics as an editor shows them); loaded on demand, its schemas are large. */
export async function loadLanguageService() {
  return importWithJson(async () => {
    const { validate, registerLogger } = await import("@actions/languageservice");
    const { clearCache } = await import("@actions/languageservice/utils/workflow-cache");
    return { validate, registerLogger, clearCache };
  });
}
