import { adopt, type AdoptEdit, type AdoptInput, type Adoption } from "@retell-actions/core/adopt/adopt";
import type { Content } from "@retell-actions/core/canonical/content";
import { toCanonicalContent } from "@retell-actions/core/canonical/canonical-form";
import type { Json, JsonObject } from "@retell-actions/core/canonical/json";
import { classifyFields } from "@retell-actions/core/diff/classify";
import { fieldFacts } from "@retell-actions/core/plan/field-facts";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { validateProject } from "@retell-actions/core/project/validate-project";

export const SINGLE = { staging: { api_key_env: "RETELL_STAGING_API_KEY" }, production: { api_key_env: "RETELL_PRODUCTION_API_KEY" } };
export const MULTI = {
  mode: "multi-production",
  staging: { api_key_env: "RETELL_STAGING_API_KEY" },
  production: { "prod-eu": { api_key_env: "RETELL_EU_API_KEY" }, "prod-us": { api_key_env: "RETELL_US_API_KEY" } },
};

/** Texts by path; JSON is written with two blanks and a final line break. */
export type Texts = Readonly<Record<string, Json>>;

export function filesOf(texts: Texts, workspaces: Json = SINGLE): ProjectFiles {
  const all: Texts = { "workspaces.json": workspaces, ...texts };
  return new Map(Object.entries(all).map(([path, content]) => [path, { kind: "file", text: typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n` }]));
}

/** What Git says for an agent, without errors. */
export function contentOf(files: ProjectFiles, workspace: string, agent: string): Content {
  const built = validateProject({ files, workingDirectory: "" }).desired.get(workspace)?.get(agent);
  if (built === undefined) throw new Error(`${agent} is not built for ${workspace}`);
  return built.content;
}

/** Console edits as a plan finds them, after a deploy of `desired` that left `seen` in Retell. */
export function editsBetween(desired: Content, live: Content, seen: Content = desired): AdoptEdit[] {
  const changes = classifyFields(
    { baseline: { sent: desired, seen }, desired, live: toCanonicalContent(live) },
    { facts: fieldFacts([live, desired]), mayOverwrite: () => false },
  );
  return changes.map(({ path, name, live: value }) => ({ path, name, live: value }));
}

/** What Retell makes of a content: known fields, without a documented default, that Git does not mention. */
export function filledIn(desired: Content): Content {
  return edited(desired, ({ agent, llm, flow }) => {
    agent["data_storage_setting"] ??= "everything";
    const nodes = flow["nodes"];
    for (const [index, node] of (Array.isArray(nodes) ? (nodes as JsonObject[]) : []).entries()) node["display_position"] ??= { x: index * 10, y: 7 };
    const tools = llm["general_tools"];
    for (const tool of Array.isArray(tools) ? (tools as JsonObject[]) : []) tool["execution_message_description"] ??= "filled in";
    const option = agent["voicemail_option"] as { action: JsonObject } | null | undefined;
    if (option?.action["type"] === "static_text") option.action["note"] = "filled in";
  });
}

export type Change = (content: { agent: JsonObject; llm: JsonObject; flow: JsonObject }) => void;

/** The content after somebody changed it in the console. */
export function edited(desired: Content, change: Change): Content {
  const copy = structuredClone({ agent: desired.agent, llm: desired.llm ?? {}, flow: desired.flow ?? {} });
  change(copy);
  return { agent: copy.agent, ...(desired.llm === undefined ? {} : { llm: copy.llm }), ...(desired.flow === undefined ? {} : { flow: copy.flow }) };
}

export interface ConsoleEdit {
  readonly files: ProjectFiles;
  readonly workspace?: string;
  readonly agent?: string;
  readonly change: Change;
  /** The same agent in other workspaces. */
  readonly elsewhere?: Readonly<Record<string, Change>>;
  /** Without it, adopt is not told what else the console holds. */
  readonly withLive?: boolean;
  readonly settings?: Partial<Pick<AdoptInput, "sharedSections" | "flatten">>;
}

/** Adopts what somebody changed in the console of one agent. */
export function adoptChange({ files, workspace = "staging", agent = "sales", change, elsewhere = {}, withLive = true, settings = {} }: ConsoleEdit): Adoption & { readonly edits: readonly AdoptEdit[] } {
  const sides = (name: string, by: Change) => {
    const desired = contentOf(files, name, agent);
    const live = edited(desired, by);
    return { live, edits: editsBetween(desired, live) };
  };
  const here = sides(workspace, change);
  const adoption = adopt({
    files,
    workingDirectory: "",
    workspace,
    ...settings,
    edits: new Map([[agent, here.edits]]),
    elsewhere: new Map(Object.entries(elsewhere).map(([name, by]) => [name, new Map([[agent, sides(name, by).edits]])])),
    ...(withLive ? { live: new Map([[agent, here.live]]) } : {}),
  });
  return { ...adoption, edits: here.edits };
}

/** The lines that differ, as `- old` and `+ new`. */
export function changedLines(before: string | undefined, after: string | undefined): string[] {
  const [old, now] = [(before ?? "").split("\n"), (after ?? "").split("\n")];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  return [...old.slice(start, old.length - end).map((line) => `- ${line}`), ...now.slice(start, now.length - end).map((line) => `+ ${line}`)];
}
