import type Retell from "retell-sdk";
import { isObject } from "@retell-actions/lab/retell/schema/validate";
import type { Scene } from "@retell-actions/lab/scene/scene";

/** Texts of files by path. */
export type Files = Readonly<Record<string, string>>;
type Values = Readonly<Record<string, unknown>>;

/** Everything on a branch; empty where there is no such branch. */
export async function filesOn({ repository }: Scene, branch: string): Promise<Files> {
  try {
    const { stdout } = await repository.git.run(["ls-tree", "-r", "--name-only", "-z", branch]);
    const paths = stdout.toString("utf8").split("\0").filter((path) => path !== "");
    return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, (await repository.readFile(branch, path)) ?? ""] as const)));
  } catch {
    return {};
  }
}

/** One folder of an import: agent.json with its flow in it. */
export interface Folder {
  readonly name: string;
  readonly file: Values;
}

/** The folders of agents, in the order of the files. */
export function foldersOf(files: Files): Folder[] {
  return Object.entries(files).flatMap(([path, text]) => {
    const [, name] = /^agents\/([^/]+)\/agent\.json$/.exec(path) ?? [];
    if (name === undefined) return [];
    const file = JSON.parse(text) as Values;
    const flow = files[`agents/${name}/flow.json`];
    return [{ name, file: flow === undefined ? file : { ...file, conversation_flow: JSON.parse(flow) as unknown } }];
  });
}

/** An agent of the project as a workspace's Retell holds it. */
export interface Held {
  /** Its folder. */
  readonly name: string;
  readonly agentId: string;
  readonly channel: "voice" | "chat";
}

/** The project's agents that are recorded in a workspace. */
export async function heldIn({ repository }: Scene, { files, workspace }: { readonly files: Files; readonly workspace: string }): Promise<Held[]> {
  const held = await Promise.all(
    foldersOf(files).map(async ({ name, file }) => {
      const record = JSON.parse((await repository.readFile(`retell/state/${workspace}`, `agents/${name}/${workspace}.json`)) ?? "{}") as { agent_id?: string };
      return record.agent_id === undefined ? [] : [{ name, agentId: record.agent_id, channel: file["channel"] === "chat" ? ("chat" as const) : ("voice" as const) }];
    }),
  );
  return held.flat();
}

/** Values of the secrets by name: what a workspace's Retell holds where a file says `secret://NAME`. */
export async function secretValues(input: { readonly scene: Scene; readonly files: Files; readonly workspace: string; readonly client: Retell }): Promise<Readonly<Record<string, string>>> {
  const { scene, files, client } = input;
  const values = new Map<string, string>();
  const compare = (file: unknown, live: unknown): void => {
    if (typeof file === "string" && file.startsWith("secret://")) values.set(file.slice("secret://".length), String(live));
    else if (Array.isArray(file)) file.forEach((item, index) => compare(item, Array.isArray(live) ? live[index] : undefined));
    else if (isObject(file)) for (const [key, item] of Object.entries(file)) compare(item, isObject(live) ? live[key] : undefined);
  };
  const byName = new Map(foldersOf(files).map(({ name, file }) => [name, file] as const));
  for (const { name, agentId, channel } of await heldIn(scene, input)) {
    const file = byName.get(name) ?? {};
    if (!JSON.stringify(file).includes('"secret://')) continue;
    const agent = channel === "chat" ? await client.chatAgent.retrieve(agentId) : await client.agent.retrieve(agentId);
    compare(file, agent);
    const { response_engine: engine } = agent;
    if (engine.type === "retell-llm") compare(file["llm_config"], await client.llm.retrieve(engine.llm_id));
    if (engine.type === "conversation-flow") compare(file["conversation_flow"], await client.conversationFlow.retrieve(engine.conversation_flow_id));
  }
  return Object.fromEntries(values);
}

/**
 * What the files of an import say, without what another workspace has otherwise: folders' names where they are made of ids or numbered
 * in the order of ids, names of secrets that come from them, and the version that the workspace itself follows. The order of keys is
 * Retell's, and so is whether it answers `null` for what is not set. One text per agent, sorted.
 */
export function saidBy(files: Files, secrets: Readonly<Record<string, string>>): string[] {
  const folders = foldersOf(files);
  const shown = new Map(folders.map(({ name, file }) => [name, JSON.stringify(file["agent_name"] ?? null)] as const));
  const said = (value: unknown): unknown => {
    if (typeof value === "string" && value.startsWith("agent://")) return `agent://${shown.get(value.slice("agent://".length)) ?? "?"}`;
    if (typeof value === "string" && value.startsWith("secret://")) return `secret://${secrets[value.slice("secret://".length)] ?? "?"}`;
    if (Array.isArray(value)) return value.map(said);
    if (!isObject(value)) return value;
    const { prompt_config: config, ...rest } = value;
    const entries = Object.entries(rest).filter(([key, item]) => item !== null && !(key === "agent_version" && item === "latest_published"));
    if (config !== undefined) entries.push(["prompt", isObject(config) && Array.isArray(config["sections"]) ? config["sections"].map((section) => textOf(files, String(section))) : config]);
    return Object.fromEntries(entries.map(([key, item]) => [key, said(item)] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  return folders.map(({ file }) => JSON.stringify(said(withSpeaker(file)))).sort();
}

function textOf(files: Files, section: string): string {
  const text = files[`prompts/${section}.md`];
  if (text === undefined) throw new Error(`There is no section ${section}.`);
  return text;
}

/** The engine with who speaks first: Retell asks for it at creation, and where the files are silent deploy sends "agent". */
function withSpeaker(file: Values): Values {
  const { llm_config: llm } = file;
  return isObject(llm) ? { ...file, llm_config: { start_speaker: "agent", ...llm } } : file;
}
