import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";

/**
 * The layers of the core and what each may import. Pure folders know neither I/O nor vendors; vendors are known to
 * `adapters/` only; actions reach adapters through `index.ts` alone.
 */
const root = fileURLToPath(new URL("../../..", import.meta.url));
const core = join(root, "packages/core/src");
const PURE = ["adopt", "canonical", "diff", "drift", "import", "merge", "plan", "project", "prompt", "release", "report", "resolve", "schema", "state"];
const PURE_LIBRARIES = ["diff", "fastest-levenshtein", "jsonc-parser", "node:crypto", "picomatch", "zod"];
const APPLY_LIBRARIES = ["p-queue"];

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/^(import|export)\s+(type\s)?[^;]*?from\s+"([^"]+)"/gms)].map(([, , type, target = ""]) => ({
    file: relative(root, file),
    target: target.startsWith(".") ? relative(core, resolve(dirname(file), target)) : target.replace("@retell-actions/core/", "core:"),
    typeOnly: type !== undefined,
  }));
}

const layerOf = (target: string): string => target.split("/")[0] ?? "";
const isLibrary = (imported: Import): boolean => !imported.target.endsWith(".ts") && !imported.target.endsWith(".json");
const show = (list: Import[]): string[] => list.map(({ file, target }) => `${file} imports ${target}`);

describe("import rule", () => {
  const inCore = sources(core).map((file) => ({ file, layer: layerOf(relative(core, file)), imports: importsOf(file) }));

  test("the rule sees the imports", () => {
    expect(inCore.length).toBeGreaterThan(80);
    expect(inCore.flatMap(({ imports }) => imports).length).toBeGreaterThan(200);
  });

  test("pure code imports pure code, types of ports, and listed libraries", () => {
    const wrong = inCore
      .filter(({ layer }) => PURE.includes(layer))
      .flatMap(({ imports }) => imports)
      .filter((one) => {
        if (isLibrary(one)) return !PURE_LIBRARIES.includes(one.target);
        const layer = layerOf(one.target);
        return !(PURE.includes(layer) || ["errors.ts", "outcome.ts"].includes(one.target) || (layer === "ports" && one.typeOnly));
      });
    expect(show(wrong)).toEqual([]);
  });

  test("pure code asks neither the clock nor the environment nor chance", () => {
    const asking = inCore.filter(({ layer }) => PURE.includes(layer)).filter(({ file }) => /\bprocess\.|Date\.now|new Date\(\)|Math\.random|fetch\(/.test(readFileSync(file, "utf8")));
    expect(asking.map(({ file }) => relative(root, file))).toEqual([]);
  });

  test("ports are types only", () => {
    const wrong = inCore.filter(({ layer }) => layer === "ports").flatMap(({ imports }) => imports).filter((one) => !one.typeOnly || isLibrary(one));
    expect(show(wrong)).toEqual([]);
  });

  test("apply does its I/O through ports", () => {
    const wrong = inCore
      .filter(({ layer }) => layer === "apply")
      .flatMap(({ imports }) => imports)
      .filter((one) => (isLibrary(one) ? !APPLY_LIBRARIES.includes(one.target) : layerOf(one.target) === "adapters"));
    expect(show(wrong)).toEqual([]);
  });

  test("actions reach adapters and vendors through index.ts only, but for types", () => {
    const actions = readdirSync(join(root, "actions")).flatMap((name) => sources(join(root, "actions", name, "src")));
    const wrong = actions
      .filter((file) => !file.endsWith("/index.ts"))
      .flatMap(importsOf)
      .filter((one) => !one.typeOnly && (one.target.startsWith("core:adapters/") || (!one.target.startsWith("core:") && !one.target.endsWith(".ts"))));
    expect(show(wrong)).toEqual([]);
  });
});
