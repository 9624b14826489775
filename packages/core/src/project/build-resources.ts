import { resourceSymbol, type ResourceSymbol } from "../canonical/resource-symbols.ts";
import type { DesiredComponent, DesiredResource, DesiredResources } from "./desired-resources.ts";
import type { ProjectFiles } from "./files.ts";
import type { Problem } from "./problem.ts";
import { readComponents, type ComponentContext } from "./read-components.ts";
import type { readKnowledge } from "./read-knowledge.ts";

/** Builds everything that agents of a project can share, for one workspace; knowledge bases are the same in each. Never throws. */
export function buildResources(
  from: { readonly files: ProjectFiles; readonly prefix: string; readonly knowledge: ReturnType<typeof readKnowledge> },
  context: ComponentContext,
): { resources: DesiredResources; problems: readonly Problem[] } {
  const { knowledge } = from;
  const { components, problems } = readComponents(from, context);
  const all: DesiredResource[] = [...knowledge.bases, ...components];
  return {
    resources: new Map(all.map((resource) => [resourceSymbol(resource.kind, resource.name), resource] as const)),
    problems: [...knowledge.problems, ...problems, ...circles(components)],
  };
}

/** Symbols of what a component refers to, components and knowledge bases alike. */
export function referredBy(component: DesiredComponent): ResourceSymbol[] {
  return [...new Set(component.references.flatMap(({ kind, name }) => (kind === "knowledge" || kind === "component" ? [resourceSymbol(kind, name)] : [])))].sort();
}

/** Components that contain each other could never be made one after the other. */
function circles(components: readonly DesiredComponent[]): Problem[] {
  const byName = new Map(components.map((component) => [resourceSymbol("component", component.name), component]));
  const reaches = (from: DesiredComponent, goal: DesiredComponent, seen: Set<DesiredComponent>): boolean =>
    referredBy(from).some((symbol) => {
      const next = byName.get(symbol);
      if (next === undefined || seen.has(next)) return false;
      if (next === goal) return true;
      seen.add(next);
      return reaches(next, goal, seen);
    });
  return components
    .filter((component) => reaches(component, component, new Set()))
    .map(({ file, name, references }) => {
      const at = references.find((reference) => reference.kind === "component");
      return { code: "component-circle", severity: "error", file: at?.file ?? file, ...(at?.line === undefined ? {} : { line: at.line }), message: `The component ${name} contains itself, directly or through others.`, hint: "Take one of the references out." };
    });
}
