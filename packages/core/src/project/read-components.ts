import { normalizeLineEnds, toCanonicalContent } from "../canonical/canonical-form.ts";
import { componentContent } from "../canonical/content.ts";
import { isJsonObject, objectFrom, type JsonObject } from "../canonical/json.ts";
import type { SectionStore } from "../prompt/sections.ts";
import type { DesiredComponent } from "./desired-resources.ts";
import { buildEnginePrompts } from "./engine-prompts.ts";
import type { FieldValidator } from "./field-validator.ts";
import type { ProjectFiles } from "./files.ts";
import { mapStrings, memberOf, nodeFrom, originAt, positionOf, textOf, valueOf, withMember, type JsonNode, type ObjectNode } from "./json-node.ts";
import { nameFault } from "./names.ts";
import { problemSink } from "./problem-sink.ts";
import type { Problem } from "./problem.ts";
import { quoted } from "./quoted.ts";
import { readObject } from "./read-agents.ts";
import { reportCollisions, wholeFile } from "./read-knowledge.ts";
import { resolveReferences, type ReferenceScope } from "./references.ts";
import { componentName } from "./resource-names.ts";

export interface ComponentContext {
  readonly scope: ReferenceScope;
  readonly sections: SectionStore;
  readonly validateFields: FieldValidator;
}

/** A component's variables come from the flows that use it, so what explains its tags is not known here. */
const NOT_KNOWN_HERE: ReadonlySet<string> = new Set(["unexplained-tag"]);

/** Reads and builds the shared components of a project for one workspace; `prefix` is empty or ends with a slash. Never throws. */
export function readComponents({ files, prefix }: { readonly files: ProjectFiles; readonly prefix: string }, context: ComponentContext): { components: DesiredComponent[]; problems: readonly Problem[] } {
  const root = `${prefix}components`;
  const sink = problemSink();
  const components: DesiredComponent[] = [];
  const names: string[] = [];
  for (const path of [...files.keys()].filter((file) => file === root || file.startsWith(`${root}/`)).sort()) {
    const name = componentName(path.slice(prefix.length));
    const file = files.get(path);
    if (name === undefined) {
      if (file?.kind === "symlink") sink.error({ code: "symlink", at: { file: path, line: 1, column: 1 }, message: `${path} is a symbolic link, which is not followed.`, hint: "Put the folder or file itself there." });
      else sink.warn({ code: "unused-component-file", at: { file: path, line: 1, column: 1 }, message: "This file is no component, so it does nothing.", hint: "Components stand directly below components/, one .json file each." });
      continue;
    }
    names.push(name);
    const fault = nameFault("component", name);
    if (fault !== undefined) sink.error({ code: "invalid-resource-name", at: { file: root, line: 1, column: 1 }, ...fault });
    else components.push(buildComponent({ name, path, files }, context));
  }
  reportCollisions(names, root, sink);
  const first = new Map<string, DesiredComponent>();
  for (const component of components) {
    const title = componentTitle(component);
    const other = first.get(title);
    if (other === undefined) first.set(title, component);
    else sink.error({ code: "same-resource-name", at: { file: component.file, line: 1, column: 1 }, message: `${other.file} has the same name ${quoted(title)}.`, hint: 'Give one of them another "name".' });
  }
  return { components, problems: [...sink.problems.map(wholeFile), ...components.flatMap((component) => component.problems)] };
}

/** What the console calls the component. */
export function componentTitle({ content }: Pick<DesiredComponent, "content">): string {
  const name = content.component?.["name"];
  return typeof name === "string" ? name : "";
}

function buildComponent(from: { readonly name: string; readonly path: string; readonly files: ProjectFiles }, context: ComponentContext): DesiredComponent {
  const { name, path, files } = from;
  const sink = problemSink();
  const read = readObject({ file: path, content: files.get(path) }, sink);
  const base = { kind: "component", name, file: path } as const;
  if (read === undefined) return { ...base, content: componentContent({ name }), references: [], problems: sink.problems };
  const normalized = mapStrings(read, normalizeLineEnds);
  const stated = withMember(normalized.kind === "object" ? normalized : read, "$schema", undefined);
  const node = textOf(memberOf(stated, "name")) === undefined && !stated.members.has("name") ? withMember(stated, "name", nodeFrom(name, stated.origin)) : stated;
  const prompts = problemSink();
  const nobody: ObjectNode = { kind: "object", members: new Map(), origin: node.origin };
  const built = buildEnginePrompts({ agent: nobody, held: { part: "flow", node }, sections: context.sections }, prompts);
  sink.add(prompts.problems.filter(({ code }) => !NOT_KNOWN_HERE.has(code)));
  const skip = new Set([...built.prompts.keys()].map((pointer) => pointer.replace(/^\/flow/, "/component")));
  const { node: resolved, references } = resolveReferences({ name: "component", node: built.engine, skip }, context.scope, sink);
  const value = plain(resolved);
  for (const problem of context.validateFields({ kind: "component", value })) {
    const { path: at, code, severity, message } = problem;
    sink.add([{ code, severity, ...positionOf(originAt(resolved, at)), message }]);
  }
  return { ...base, content: toCanonicalContent(componentContent(value)), references, problems: sink.problems };
}

function plain(node: JsonNode): JsonObject {
  const value = valueOf(node);
  return isJsonObject(value) ? value : objectFrom([]);
}
