import { normalizeLineEnds, toCanonicalContent } from "../canonical/canonical-form.ts";
import { isJsonObject, objectFrom, type JsonObject } from "../canonical/json.ts";
import { sectionStore, type SectionStore } from "../prompt/sections.ts";
import type { FieldKind } from "../schema/field-schema.ts";
import { validateFields } from "../schema/validate-fields.ts";
import { namedListKey } from "../diff/named-lists.ts";
import { acceptFormerNames } from "./former-names.ts";
import { splitAgent, withStatements } from "./agent-parts.ts";
import { buildResources } from "./build-resources.ts";
import type { DesiredResources } from "./desired-resources.ts";
import type { DesiredAgent } from "./desired.ts";
import { buildEnginePrompts } from "./engine-prompts.ts";
import type { FieldValidator } from "./field-validator.ts";
import type { ProjectFiles } from "./files.ts";
import { withFlowFile } from "./flow-file.ts";
import { mapStrings, originAt, positionOf, valueOf, type JsonNode, type ObjectNode } from "./json-node.ts";
import { applyPatch } from "./merge-patch.ts";
import { movedProblems } from "./moved-agents.ts";
import { problemSink, type ProblemSink } from "./problem-sink.ts";
import { sortedProblems } from "./problem-list.ts";
import type { Problem } from "./problem.ts";
import { projectPrefix } from "./project-paths.ts";
import { readAgents, type AgentFolder, type AgentFolders } from "./read-agents.ts";
import { readKnowledge } from "./read-knowledge.ts";
import { resolveReferences, type ReferenceScope } from "./references.ts";
import { resourceNames } from "./resource-names.ts";
import type { Workspace, WorkspacesFile } from "./workspace.ts";

/** What every agent of one build has in common. */
export interface BuildContext {
  readonly workspace: Workspace;
  /** Names of all agents, for `agent://`. */
  readonly agents: ReadonlySet<string>;
  /** Symbols of all knowledge bases and components. */
  readonly resources: ReadonlySet<string>;
  readonly sections: SectionStore;
  readonly validateFields: FieldValidator;
}

/** What Git says for one workspace. */
export interface DesiredProject {
  /** Every agent folder with an allowed name, also those with errors: such an agent is there, and not deleted. */
  readonly agents: Map<string, DesiredAgent>;
  /** What agents share; those with errors too. */
  readonly resources: DesiredResources;
  /** All problems of all files, sorted by file and line; those of agents are among them. */
  readonly problems: Problem[];
}

/** Builds every agent of a project for one workspace. Never throws: whatever is wrong with the files is a problem. */
export function buildDesired(options: {
  readonly files: ProjectFiles;
  readonly workingDirectory: string;
  readonly workspaces: WorkspacesFile;
  readonly workspace: Workspace;
  readonly validateFields?: FieldValidator;
  /** Where the caller builds for several workspaces: the folders read once by `readAgents`. */
  readonly folders?: AgentFolders;
  /** The same for knowledge bases, by `readKnowledge`. */
  readonly knowledge?: ReturnType<typeof readKnowledge>;
  /** Agents of these folders, built for another workspace: one that is the same here is not built again. */
  readonly elsewhere?: ReadonlyMap<string, DesiredAgent>;
}): DesiredProject {
  const { files, workspaces, workspace } = options;
  const prefix = projectPrefix(options.workingDirectory);
  if (prefix === undefined) return { agents: new Map(), resources: new Map(), problems: [outsideRepository(options.workingDirectory)] };
  const read = options.folders ?? readAgents({ files, prefix, workspaces });
  const context: BuildContext = {
    workspace,
    agents: new Set(read.folders.keys()),
    resources: resourceNames(files, prefix),
    sections: sectionStore(files, prefix),
    validateFields: options.validateFields ?? validateComplete,
  };
  const agents = new Map<string, DesiredAgent>();
  for (const [name, folder] of read.folders) agents.set(name, builtAlike(folder, options.elsewhere?.get(name), context) ?? buildDesiredAgent(folder, context));
  const shared = buildResources({ files, prefix, knowledge: options.knowledge ?? readKnowledge({ files, prefix }) }, { ...context, scope: scopeOf(context) });
  const problems = [
    ...read.problems,
    ...shared.problems,
    ...movedProblems({ workspaces, agents: context.agents, file: `${prefix}workspaces.json` }),
    ...[...agents.values()].flatMap((agent) => agent.problems),
  ];
  return { agents, resources: shared.resources, problems: sortedProblems(problems) };
}

/** Builds one agent: former names, overlay, parts, prompts, references, field checks. */
export function buildDesiredAgent(folder: AgentFolder, context: BuildContext): DesiredAgent {
  const sink = problemSink(folder.name);
  sink.add(folder.problems);
  const overlay = folder.overlays.get(context.workspace.name);
  const agent = { name: folder.name, ...ofWorkspace(folder, context) };
  const config = folder.config && withFlowFile({ config: folder.config, flow: folder.flow }, sink);
  if (config === undefined) {
    const nothing = { channel: "voice", engine: "retell-llm", content: { agent: {} }, prompts: new Map(), references: [], sources: [] } as const;
    return { ...agent, ...nothing, problems: sortedProblems(sink.problems) };
  }
  const merged = mergeOverlay({ config, overlay }, sink);
  const parts = splitAgent(merged, sink);
  const { held } = parts;
  const prompts = held && buildEnginePrompts({ agent: parts.agent, held, sections: context.sections }, sink);
  const scope = scopeOf(context);
  const skip = prompts?.prompts ?? new Map<string, unknown>();
  const agentPart = resolveReferences({ name: "agent", node: parts.agent, skip }, scope, sink);
  const enginePart = held && prompts && { ...resolveReferences({ name: held.part, node: prompts.engine, skip }, scope, sink), part: held.part };
  checkFields({ kind: parts.channel === "chat" ? "chat" : "agent", node: agentPart.node }, context.validateFields, sink);
  if (enginePart) checkFields({ kind: enginePart.part, node: enginePart.node }, context.validateFields, sink);
  return {
    ...agent,
    channel: parts.channel,
    engine: parts.engine,
    content: toCanonicalContent({ agent: plain(withStatements({ ...parts, agent: agentPart.node })), ...(enginePart === undefined ? {} : { [enginePart.part]: plain(enginePart.node) }) }),
    prompts: prompts?.prompts ?? new Map(),
    references: [...agentPart.references, ...(enginePart?.references ?? [])],
    sources: [...[folder.file, folder.flow?.origin.source.file, overlay?.origin.source.file].filter((file) => file !== undefined), ...(prompts?.files ?? [])].sort(),
    problems: sortedProblems(sink.problems),
  };
}

/** What of an agent belongs to one workspace, whatever its content. */
function ofWorkspace(folder: AgentFolder, { workspace }: BuildContext): Pick<DesiredAgent, "workspace" | "overwrite" | "legacyAgentId" | "legacyFile"> {
  const legacy = folder.legacy.get(workspace.name);
  return { workspace: workspace.name, overwrite: folder.overwrites.get(workspace.name), legacyAgentId: legacy?.agentId, legacyFile: legacy?.file };
}

/**
 * An agent as another workspace has it, where nothing but an overlay or a reference to an agent (which follows other versions
 * in staging) could make a difference. One with problems is built again: each workspace tells its own.
 */
function builtAlike(folder: AgentFolder, other: DesiredAgent | undefined, context: BuildContext): DesiredAgent | undefined {
  if (other === undefined || folder.overlays.size > 0 || other.problems.length > 0 || other.references.some(({ kind }) => kind === "agent")) return undefined;
  return { ...other, ...ofWorkspace(folder, context) };
}

function scopeOf({ agents, resources, workspace }: BuildContext): ReferenceScope {
  return { agents, resources, workspaceKind: workspace.kind };
}

/** An agent's file as it stands after its overlay: former names accepted, line ends LF, every value with its origin. */
export function mergeOverlay({ config, overlay }: { readonly config: ObjectNode; readonly overlay: ObjectNode | undefined }, sink: ProblemSink): ObjectNode {
  const base = prepare(config, sink);
  if (overlay === undefined) return base;
  const { node, problems } = applyPatch(base, prepare(overlay, sink), (path) => namedListKey(contentPath(path)));
  sink.add(problems);
  return node.kind === "object" ? node : base;
}

/** A file as it enters the merge: former names accepted, line ends LF. */
export function prepare(file: ObjectNode, sink: ProblemSink): ObjectNode {
  const normalized = mapStrings(file, normalizeLineEnds);
  return acceptFormerNames(normalized.kind === "object" ? normalized : file, sink);
}

/** The path within the content of a path within agent.json. */
export function contentPath(path: readonly string[]): readonly string[] {
  if (path[0] === "llm_config") return ["llm", ...path.slice(1)];
  if (path[0] === "conversation_flow") return ["flow", ...path.slice(1)];
  return ["agent", ...path];
}

const validateComplete: FieldValidator = ({ kind, value }) => validateFields({ kind, value, complete: true });

function checkFields({ kind, node }: { readonly kind: FieldKind; readonly node: ObjectNode }, validate: FieldValidator, sink: ProblemSink): void {
  for (const { path, code, severity, message } of validate({ kind, value: plain(node) })) {
    const place = positionOf(originAt(node, path));
    sink.add([{ code, severity, ...place, message }]);
  }
}

function plain(node: JsonNode): JsonObject {
  const value = valueOf(node);
  return isJsonObject(value) ? value : objectFrom([]);
}

function outsideRepository(workingDirectory: string): Problem {
  return {
    code: "working-directory-outside",
    severity: "error",
    file: workingDirectory,
    message: `The working directory ${JSON.stringify(workingDirectory)} is not a folder of the repository.`,
    hint: "Write it relative to the repository's root, without \"..\".",
  };
}
