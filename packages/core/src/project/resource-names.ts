import { resourceSymbol, type ResourceSymbol } from "../canonical/resource-symbols.ts";
import type { ProjectFiles } from "./files.ts";
import { nameFault } from "./names.ts";

/** Symbols of everything in a project that agents can share, told from paths alone; `prefix` is empty or ends with a slash. */
export function resourceNames(files: ProjectFiles, prefix: string): Set<ResourceSymbol> {
  const names = new Set<ResourceSymbol>();
  for (const path of files.keys()) {
    if (!path.startsWith(prefix)) continue;
    const inside = path.slice(prefix.length);
    const knowledge = /^knowledge\/([^/]+)\/./s.exec(inside)?.[1];
    const component = componentName(inside);
    if (knowledge !== undefined && nameFault("knowledge", knowledge) === undefined) names.add(resourceSymbol("knowledge", knowledge));
    if (component !== undefined && nameFault("component", component) === undefined) names.add(resourceSymbol("component", component));
  }
  return names;
}

/** The name in a path such as `components/greeting.json`. */
export function componentName(path: string): string | undefined {
  return /^components\/([^/]+)\.json$/s.exec(path)?.[1];
}
