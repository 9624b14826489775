import { isWellFormed } from "../adopt/edit.ts";
import type { Json } from "../canonical/json.ts";
import type { ReasonCode } from "../outcome.ts";
import type { DesiredAgent } from "../project/desired.ts";
import type { ProjectFiles } from "../project/files.ts";
import { projectPrefix } from "../project/project-paths.ts";
import { validateProject, type ValidatedProject } from "../project/validate-project.ts";
import { findSecrets, type SecretPlace } from "./find-secrets.ts";
import type { LiveGroup, LiveMember } from "./live-member.ts";
import { secretRegister, type SecretToCreate } from "./secret-register.ts";
import { sharedParagraphs, type SharedParagraph } from "./shared-paragraphs.ts";
import { toSymbolic, type BoundValue, type SymbolicMember } from "./symbolic-member.ts";
import { whyInexact } from "./verify-member.ts";
import { writeGroup } from "./write-group.ts";

export interface ImportInput {
  readonly groups: readonly LiveGroup[];
  /** The project on the base, with what waits there from other imports. Has a workspaces.json without errors. */
  readonly files: ProjectFiles;
  readonly workingDirectory: string;
  /** By workspace: folders of agents that Git has already, by agent id. */
  readonly folders: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Names of secrets that the project uses. */
  readonly usedSecrets: Iterable<string>;
}

/** One agent in one workspace, as imported. */
export interface ImportedMember {
  readonly live: LiveMember;
  readonly desired: DesiredAgent;
  /** Secrets of this workspace by name, in clear: never rendered or stored. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** One folder that the import adds. */
export interface ImportedAgent {
  readonly folder: string;
  readonly displayName: string;
  readonly members: readonly ImportedMember[];
  /** Values that mean something in one workspace only. */
  readonly bound: readonly BoundValue[];
  /** Paths of its files, sorted. */
  readonly files: readonly string[];
}

/** A folder that is left out, and why. */
export interface LeftOut {
  readonly folder: string;
  readonly displayName: string;
  readonly members: readonly { readonly workspace: string; readonly agentId: string }[];
  readonly reason: ReasonCode;
  /** For people, without values. */
  readonly message: string;
}

/** What an import comes to. Plain data; agents by folder. */
export interface Import {
  /** New files by path. */
  readonly files: ReadonlyMap<string, string>;
  readonly agents: readonly ImportedAgent[];
  readonly leftOut: readonly LeftOut[];
  readonly secrets: readonly SecretToCreate[];
  readonly paragraphs: readonly SharedParagraph[];
  /** The project with the new files. */
  readonly project: ValidatedProject;
  /** By workspace: ids of agents by folder, as references resolve there. */
  readonly agentIds: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/**
 * Turns live agents into files that build exactly what Retell holds, in each workspace. What cannot be said exactly is left out with
 * the reason, and what refers to it keeps its id. Pure: the same input gives the same files.
 */
export function importAgents(input: ImportInput): Import {
  const leftOut: LeftOut[] = [];
  const inline = new Set<string>();
  let groups = [...input.groups].sort((a, b) => (a.folder < b.folder ? -1 : 1));
  const drop = (group: LiveGroup, message: string): void => {
    groups = groups.filter((other) => other !== group);
    leftOut.push({ folder: group.folder, displayName: group.displayName, members: group.members.map(({ workspace, agent }) => ({ workspace: workspace.name, agentId: agent.agentId })), reason: "unmappable", message });
  };
  const found = new Map<LiveGroup, ReadonlyMap<LiveMember, ReadonlyMap<string, SecretPlace>>>();
  for (const group of groups) {
    const secrets = secretsOf(group);
    if ("fault" in secrets) drop(group, secrets.fault);
    else found.set(group, secrets.places);
  }
  // Every round drops a group or puts a prompt inline, so there is an end.
  for (;;) {
    const attempt = write({ ...input, groups, found, inline });
    const faults = attempt.written.flatMap(({ group, members, hasPromptFile }) => {
      const reason = whyGroupInexact(members, group.folder, attempt);
      return reason === undefined ? [] : [{ group, reason, hasPromptFile }];
    });
    if (faults.length === 0) return finish(attempt, leftOut);
    for (const { group, reason, hasPromptFile } of faults) {
      if (hasPromptFile) inline.add(group.folder);
      else drop(group, reason);
    }
  }
}

type GroupSecrets = ReadonlyMap<LiveMember, ReadonlyMap<string, SecretPlace>>;

function secretsOf(group: LiveGroup): { places: GroupSecrets } | { fault: string } {
  const places = new Map<LiveMember, ReadonlyMap<string, SecretPlace>>();
  for (const member of group.members) {
    if (!isWellFormed(member.content as Json)) return { fault: "it holds half of a character, which no file can hold" };
    const found = findSecrets(member);
    if ("fault" in found) return { fault: group.members.length > 1 ? `${found.fault} (${member.workspace.name})` : found.fault };
    places.set(member, found.places);
  }
  return { places };
}

interface Attempt {
  readonly files: Map<string, string>;
  readonly written: readonly { readonly group: LiveGroup; readonly members: readonly SymbolicMember[]; readonly hasPromptFile: boolean; readonly files: readonly string[] }[];
  readonly project: ValidatedProject;
  readonly agentIds: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly secrets: readonly SecretToCreate[];
}

function write(input: ImportInput & { readonly found: ReadonlyMap<LiveGroup, GroupSecrets>; readonly inline: ReadonlySet<string> }): Attempt {
  const { groups, found, inline } = input;
  const prefix = projectPrefix(input.workingDirectory) ?? "";
  const register = secretRegister(input.usedSecrets);
  const folders = new Map([...input.folders].map(([workspace, known]) => [workspace, new Map(known)] as const));
  for (const { folder, members } of groups) {
    for (const { workspace, agent } of members) folders.set(workspace.name, (folders.get(workspace.name) ?? new Map<string, string>()).set(agent.agentId, folder));
  }
  const files = new Map<string, string>();
  const written = groups.map((group) => {
    const names = namesOf(group, found.get(group) ?? new Map(), register);
    const members = group.members.map((live) => toSymbolic({ live, folderOf: folders.get(live.workspace.name) ?? new Map(), secretNames: names.get(live) ?? new Map() }));
    const result = writeGroup({ folder: group.folder, members, project: input.files, prefix, inlinePrompt: inline.has(group.folder) });
    for (const [path, text] of result.files) files.set(path, text);
    return { group, members, hasPromptFile: result.hasPromptFile, files: [...result.files.keys()].sort() };
  });
  const after: ProjectFiles = new Map([...input.files, ...[...files].map(([path, text]) => [path, { kind: "file", text }] as const)]);
  return {
    files,
    written,
    project: validateProject({ files: after, workingDirectory: input.workingDirectory }),
    agentIds: new Map([...folders].map(([workspace, byId]) => [workspace, new Map([...byId].map(([id, folder]) => [folder, id] as const))] as const)),
    secrets: register.list(new Set(groups.map(({ folder }) => folder))),
  };
}

/** One name for the same field in all workspaces, if each has a secret there. */
function namesOf(group: LiveGroup, found: GroupSecrets, register: ReturnType<typeof secretRegister>): Map<LiveMember, Map<string, string>> {
  const fields = new Map<string, Map<LiveMember, SecretPlace>>();
  for (const [member, places] of found) for (const [field, place] of places) fields.set(field, (fields.get(field) ?? new Map<LiveMember, SecretPlace>()).set(member, place));
  const names = new Map<LiveMember, Map<string, string>>(group.members.map((member) => [member, new Map<string, string>()]));
  for (const [field, places] of [...fields].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [first] = places.values();
    if (first === undefined) continue;
    const name = register.nameFor({ folder: group.folder, path: first.path, values: new Map([...places].map(([member, place]) => [member.workspace.name, place] as const)) });
    for (const member of places.keys()) names.get(member)?.set(field, name);
  }
  return names;
}

function whyGroupInexact(members: readonly SymbolicMember[], folder: string, { project, agentIds }: Attempt): string | undefined {
  for (const member of members) {
    const workspace = member.live.workspace.name;
    const reason = whyInexact(project.desired.get(workspace)?.get(folder), member, agentIds.get(workspace) ?? new Map());
    if (reason !== undefined) return members.length > 1 ? `${reason} (${workspace})` : reason;
  }
  return undefined;
}

function finish({ files, written, project, agentIds, secrets }: Attempt, leftOut: readonly LeftOut[]): Import {
  const agents = written.map(({ group, members, files: paths }): ImportedAgent => ({
    folder: group.folder,
    displayName: group.displayName,
    members: members.flatMap(({ live, secrets: values }) => {
      const desired = project.desired.get(live.workspace.name)?.get(group.folder);
      return desired === undefined ? [] : [{ live, desired, secrets: values }];
    }),
    bound: members.flatMap(({ bound }) => bound),
    files: paths,
  }));
  const [first] = project.desired.values();
  return {
    files,
    agents,
    leftOut: [...leftOut].sort((a, b) => (a.folder < b.folder ? -1 : 1)),
    secrets,
    paragraphs: agents.length === 0 ? [] : sharedParagraphs(first?.values() ?? []),
    project,
    agentIds,
  };
}
