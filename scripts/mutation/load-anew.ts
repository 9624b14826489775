import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

const REPLACED: Readonly<Record<string, string>> = {
  "@jest/globals": new URL("jest-globals.ts", import.meta.url).href,
  "fast-check": new URL("fast-check.ts", import.meta.url).href,
};

/**
 * Loads the project's modules in `root` as often as asked: what is loaded after `next` has nothing in common with what was loaded
 * before. Dependencies are loaded once. Test files get the replacements of this folder for jest and fast-check.
 */
export function loadAnew(root: string): { readonly next: () => void } {
  const sources = pathToFileURL(`${root}/packages/`).href;
  const texts = new Map<string, string>();
  let generation = 0;
  registerHooks({
    resolve: (specifier, context, resolveNext) => {
      const replaced = context.parentURL?.startsWith(sources) === true ? REPLACED[specifier] : undefined;
      if (replaced !== undefined) return resolveNext(replaced, context);
      const found = resolveNext(specifier, context);
      return found.url.startsWith(sources) ? { ...found, url: `${found.url.split("?")[0] ?? ""}?generation=${generation}` } : found;
    },
    load: (url, context, loadNext) => {
      const file = url.split("?")[0] ?? "";
      if (!file.startsWith(sources) || !file.endsWith(".ts")) return loadNext(url, context);
      const source = texts.get(file) ?? stripTypeScriptTypes(readFileSync(fileURLToPath(file), "utf8"));
      texts.set(file, source);
      return { format: "module", source, shortCircuit: true };
    },
  });
  return { next: () => void (generation += 1) };
}
