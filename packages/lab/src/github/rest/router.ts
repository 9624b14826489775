import type { World } from "../model/world.ts";
import type { Route } from "./context.ts";

/** A route with the pattern of its path. */
export interface CompiledRoute extends Route {
  method: string;
  pattern: RegExp;
  names: string[];
}

/** Parameters that may contain slashes without being escaped, as GitHub accepts them. */
const greedy = new Set(["ref", "path", "branch", "basehead", "tag"]);

/** Gives routes their paths from GitHub's description; those with more fixed segments come first. */
export function compileRoutes(world: Pick<World, "schema">, routes: readonly Route[]): CompiledRoute[] {
  const fixed = (path: string): number => path.split("/").filter((segment) => segment !== "" && !segment.startsWith("{")).length;
  return routes
    .map((route) => ({ route, description: world.schema.route(route.operation) }))
    .sort((one, other) => fixed(other.description.path) - fixed(one.description.path))
    .map(({ route, description }) => {
      const names: string[] = [];
      const source = description.path.replace(/\/\{(\w+)\}/g, (_, name: string) => {
        names.push(name);
        return name === "path" ? "(?:/(.*))?" : greedy.has(name) ? "/(.+)" : "/([^/]+)";
      });
      return { ...route, method: description.method, pattern: new RegExp(`^${source}$`), names };
    });
}

/** The route of a request with its parameters, or undefined. */
export function matchRoute(routes: readonly CompiledRoute[], method: string, path: string): { route: CompiledRoute; params: Record<string, string> } | undefined {
  for (const route of routes) {
    if (route.method !== method) continue;
    const match = route.pattern.exec(path);
    if (match === null) continue;
    return { route, params: Object.fromEntries(route.names.map((name, at) => [name, decodeURIComponent(match[at + 1] ?? "")])) };
  }
  return undefined;
}
