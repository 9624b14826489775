import type Retell from "retell-sdk";
import { isObject } from "@retell-actions/lab/retell/schema/validate";
import type { Scene } from "@retell-actions/lab/scene/scene";

/** Everything on a branch, by path; empty where there is none. */
export async function filesIn({ repository }: Scene, branch: string): Promise<Record<string, string>> {
  const { code, stdout } = await repository.git.run(["ls-tree", "-r", "--name-only", "-z", branch]).catch(() => ({ code: 1, stdout: Buffer.from("") }));
  if (code !== 0) return {};
  const paths = stdout.toString("utf8").split("\0").filter((path) => path !== "");
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, (await repository.readFile(branch, path)) ?? ""] as const)));
}

/** Values of the project's secrets by name: what Retell holds where a file says `secret://NAME`. */
export async function secretValues(input: { readonly files: Record<string, string>; readonly records: Record<string, string>; readonly client: Retell }): Promise<Record<string, string>> {
  const { files, records, client } = input;
  const values = new Map<string, string>();
  const compare = (file: unknown, live: unknown): void => {
    if (typeof file === "string" && file.startsWith("secret://")) values.set(file.slice("secret://".length), String(live));
    else if (Array.isArray(file)) file.forEach((item, index) => compare(item, Array.isArray(live) ? live[index] : undefined));
    else if (isObject(file)) for (const [key, item] of Object.entries(file)) compare(item, isObject(live) ? live[key] : undefined);
  };
  for (const [path, text] of Object.entries(files)) {
    const [, folder] = /^agents\/([^/]+)\/agent\.json$/.exec(path) ?? [];
    const flow = files[path.replace("agent.json", "flow.json")];
    if (folder === undefined || !`${text}${flow ?? ""}`.includes('"secret://')) continue;
    const file = JSON.parse(text) as Record<string, unknown>;
    const { agent_id: id } = JSON.parse(records[`agents/${folder}/staging.json`] ?? "{}") as { agent_id?: string };
    if (id === undefined) throw new Error(`Nothing is recorded of ${folder}.`);
    const agent = file["channel"] === "chat" ? await client.chatAgent.retrieve(id) : await client.agent.retrieve(id);
    compare(file, agent);
    const { response_engine: engine } = agent;
    if (engine.type === "retell-llm") compare(file["llm_config"], await client.llm.retrieve(engine.llm_id));
    if (engine.type === "conversation-flow") compare(flow === undefined ? file["conversation_flow"] : JSON.parse(flow), await client.conversationFlow.retrieve(engine.conversation_flow_id));
  }
  return Object.fromEntries(values);
}
