import { contentHash } from "../canonical/content-hash.ts";
import type { Json } from "../canonical/json.ts";
import type { EngineKind } from "../ports/retell.ts";
import type { DesiredAgent } from "../project/desired.ts";
import type { AgentRecord, RecordedState } from "../state/recorded.ts";
import { sha256 } from "./checksums.ts";
import type { PackedFile } from "./packed-files.ts";

/** An agent as the tag's files have it. */
export interface ManifestAgent {
  readonly name: string;
  readonly engine: EngineKind;
  readonly channel: "voice" | "chat";
  /** Hash of the built content by workspace; equal to the `config_hash` of the state where exactly this is deployed. */
  readonly config_hash: Readonly<Record<string, string>>;
  /** Paths of the files that it is built from or that lie in its folder. */
  readonly files: readonly string[];
}

/** What the state of a workspace recorded of an agent when the release was packed. */
export interface ManifestDeployment {
  readonly agent_id: string | null;
  readonly llm_id: string | null;
  /** Only for conversation flows. */
  readonly conversation_flow_id?: string;
  readonly version: number | null;
  readonly is_published: boolean;
  readonly config_hash: string | null;
  readonly source_commit: string | null;
}

/** One workspace: the commit of its state branch that was read, and its agents; null for one that was never deployed there. */
export interface ManifestWorkspace {
  readonly state_commit: string | null;
  readonly agents: Readonly<Record<string, ManifestDeployment | "unreadable" | null>>;
}

/** `RELEASE_MANIFEST.json`. It holds nothing of the run that made it, so the same inputs give the same bytes. */
export interface ReleaseManifest {
  readonly schema_version: 1;
  readonly tag: string;
  readonly commit: string;
  /** ISO 8601 in UTC, from the commit's object. */
  readonly commit_date: string;
  /** `owner/name`. */
  readonly repository: string;
  /** The project's folder in the repository; empty for its root. */
  readonly folder: string;
  readonly agents: readonly ManifestAgent[];
  readonly workspaces: Readonly<Record<string, ManifestWorkspace>>;
  readonly files: readonly { readonly path: string; readonly sha256: string; readonly bytes: number }[];
  readonly tool: { readonly name: "retell-actions" };
}

/** What a manifest is made of. */
export interface ManifestSource {
  readonly tag: string;
  readonly commit: string;
  /** Epoch milliseconds. */
  readonly commitTime: number;
  readonly repository: string;
  readonly folder: string;
  /** By workspace, in the order of workspaces.json, and agent. */
  readonly desired: ReadonlyMap<string, ReadonlyMap<string, DesiredAgent>>;
  readonly recorded: ReadonlyMap<string, RecordedState>;
  readonly files: readonly PackedFile[];
}

/** Builds the manifest; lists are sorted, keys stand in a fixed order. */
export function buildManifest(source: ManifestSource): ReleaseManifest {
  const { tag, commit, commitTime, repository, folder, desired, recorded, files } = source;
  const names = [...new Set([...desired.values()].flatMap((agents) => [...agents.keys()]))].sort();
  return {
    schema_version: 1,
    ...{ tag, commit, commit_date: new Date(commitTime).toISOString().replace(/\.\d{3}Z$/, "Z"), repository, folder },
    agents: names.map((name) => describeAgent(name, source)),
    workspaces: Object.fromEntries([...desired.keys()].map((workspace) => [workspace, describeWorkspace(names, recorded.get(workspace))])),
    files: files.map(({ path, data }) => ({ path, sha256: sha256(data), bytes: data.length })),
    tool: { name: "retell-actions" },
  };
}

/** The file's text. */
export function renderManifest(manifest: ReleaseManifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** What is wrong with records that could not be read, by workspace and agent. */
export function unreadableRecords(source: Pick<ManifestSource, "desired" | "recorded">): { readonly workspace: string; readonly agent: string; readonly problem: string }[] {
  return [...source.desired].flatMap(([workspace, agents]) =>
    [...agents.keys()].sort().flatMap((agent) => {
      const record = source.recorded.get(workspace)?.agents.get(agent);
      return record?.kind === "unreadable" ? [{ workspace, agent, problem: record.problem }] : [];
    }),
  );
}

function describeAgent(name: string, { desired, files, folder }: ManifestSource): ManifestAgent {
  const everywhere = [...desired].flatMap(([workspace, agents]) => {
    const agent = agents.get(name);
    return agent === undefined ? [] : [{ workspace, agent }];
  });
  const first = everywhere[0]?.agent;
  if (first === undefined) throw new TypeError(`the agent ${name} is in no workspace`);
  const prefix = folder === "" ? "" : `${folder}/`;
  const sources = new Set(everywhere.flatMap(({ agent }) => agent.sources.map((path) => path.slice(prefix.length))));
  return {
    name,
    engine: first.engine,
    channel: first.channel,
    config_hash: Object.fromEntries(everywhere.map(({ workspace, agent }) => [workspace, contentHash(agent.content as Json)])),
    files: files.map(({ path }) => path).filter((path) => sources.has(path) || path.startsWith(`agents/${name}/`)),
  };
}

function describeWorkspace(names: readonly string[], recorded: RecordedState | undefined): ManifestWorkspace {
  return {
    state_commit: recorded?.head ?? recorded?.former?.head ?? null,
    agents: Object.fromEntries(names.map((name) => [name, describeRecord(recorded?.agents.get(name))])),
  };
}

function describeRecord(record: AgentRecord | undefined): ManifestDeployment | "unreadable" | null {
  if (record === undefined) return null;
  if (record.kind === "unreadable") return "unreadable";
  const { agent_id, llm_id, conversation_flow_id, version, is_published, config_hash, source_commit } = record.state;
  return { agent_id, llm_id, ...(conversation_flow_id == null ? {} : { conversation_flow_id }), version, is_published, config_hash, source_commit };
}
