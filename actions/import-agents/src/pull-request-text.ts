import type { ImportedAgent } from "@retell-actions/core/import/import-agents";
import type { LeftAlone } from "@retell-actions/core/import/candidates";
import { code, commandFence, name, prose, proseWithCode } from "@retell-actions/core/report/escape";
import { fit, type Pieces } from "@retell-actions/core/report/fit";
import { rowList, table } from "@retell-actions/core/report/row-list";
import { count, enumerate } from "@retell-actions/core/report/words";
import type { Finished } from "./finished.ts";

/** Below GitHub's 65,536 characters, with room for the header. */
const BODY_LIMIT_BYTES = 59_500;
/** Of a proposed section, so much is shown as tells it apart. */
const PARAGRAPH_CHARACTERS = 120;

/** The pull request's title, and the first line of its commit. */
export function pullRequestTitle({ made }: Pick<Finished, "made">): string {
  const folders = [...made.made.agents.map(({ folder }) => folder), ...made.carried].sort();
  return `Import from Retell: ${enumerate(folders, 3)}`;
}

/** The pull request's body below its header. */
export function pullRequestText(finished: Pick<Finished, "world" | "retell" | "made">): string {
  const { made, world } = finished;
  const folders = made.made.agents.length + made.carried.length;
  const elsewhere = missingIn(finished).length === 0 ? "" : ` to where ${folders === 1 ? "it was" : "they were"} imported from; *${NOT_EVERYWHERE}* says what a deploy makes elsewhere`;
  const opening = `Brings ${count(folders, "agent")} from ${enumerate(world.wanted.map(({ name: workspace }) => name(workspace)))} into Git as ${folders === 1 ? "it is" : "they are"} in Retell. Nothing in Retell was changed, and after a merge there is nothing to deploy${elsewhere}.`;
  const pieces = [opening, ...importPieces(finished), howToGoOn(finished)];
  return fit(pieces, { limit: BODY_LIMIT_BYTES, where: "The summary and the result of the run have all of it.", fallback: `${opening}\n` }).text;
}

/** Everything that a person has to know of an import; for the pull request and the job's summary. */
export function importPieces({ world, retell, made }: Pick<Finished, "world" | "retell" | "made">): Pieces {
  const { agents, leftOut, secrets, paragraphs } = made.made;
  return [
    section("Agents", rowList(agents, (shown, rest) => table(["Folder", "In the console", "Kind", "Workspaces", "Files"], shown.map(agentRow), rest))),
    made.carried.length === 0 ? "" : `From an earlier import, as they were: ${enumerate(made.carried.map(name), 20)}. Import their workspaces too to bring them up to date.`,
    ...secretPieces(secrets),
    section(
      "Belongs to one workspace",
      rowList(bound(agents), (shown, rest) => `These values are ids of one workspace. Where an agent is deployed to another one, give its own in ${code("agent.<workspace>.json")}.\n\n${table(["Folder", "Workspace", "Field", "What it is"], shown, rest)}`),
    ),
    onlyIn({ world, made }),
    drafts(agents),
    section("Left out", rowList([...leftOut.map(({ displayName, members, message }) => [shownName(displayName), workspaces(members), proseWithCode(message)]), ...retell.unread.map(aloneRow), ...retell.candidates.nameTaken.map(aloneRow)], (shown, rest) => table(["In the console", "Workspace", "Why"], shown, rest))),
    section("Not ours", rowList(retell.grouped.notOurs.map(aloneRow), (shown, rest) => table(["In the console", "Workspace", "Why"], shown, rest))),
    lostPiece(made.lost),
    managedPiece([...retell.candidates.managed, ...retell.grouped.managed]),
    section(
      "Paragraphs that several prompts share",
      rowList(paragraphs, (shown, rest) => `Each could be one file below ${code("prompts/")} that the agents name in ${code("prompt_config.sections")}. Nothing was changed.\n\n${table(["Paragraph", "Prompts", "Agents"], shown.map(({ text, prompts, agents: names }) => [prose(short(text)), String(prompts), enumerate(names.map(name), 5)]), rest)}`),
    ),
  ];
}

type Secret = Finished["made"]["made"]["secrets"][number];

function secretPieces(secrets: readonly Secret[]): Pieces {
  if (secrets.length === 0) return [];
  const intro = "Credentials are not in the files. Create these as secrets, with the values that the console has, and give them to the jobs that deploy. Jobs that only compare, such as validate, do without: the record has fingerprints of the values. An agent whose secret is missing cannot be written.";
  const rows = rowList(secrets, (shown, rest) => `### Secrets to create\n\n${intro}\n\n${table(["Variable", "Workspaces", "Used in", "Note"], shown.map(secretRow), rest)}`);
  const lines = rowList(secrets, (shown) => commandFence(shown.map(({ name: secret }) => `RETELL_SECRET_${secret}: \${{ secrets.RETELL_SECRET_${secret} }}`).join("\n")));
  return [rows, `For ${code("env:")} of the step:`, lines];
}

function secretRow({ name: secret, workspaces: names, places, differs, isTypedReference }: Secret): string[] {
  const used = places.map(({ folder, field }) => `${name(folder)}: ${code(field)}`);
  const notes = [differs ? "another value in each workspace: keep it in the environments" : "", isTypedReference ? "no credential: its text in the console looks like a reference" : ""].filter((note) => note !== "");
  return [name(`RETELL_SECRET_${secret}`), names.map(name).join(", "), used.length > 4 ? `${used.slice(0, 4).join("<br>")}<br>${used.length - 4} more` : used.join("<br>"), notes.join("; ")];
}

function agentRow({ folder, displayName, members, files }: ImportedAgent): string[] {
  const [first] = members;
  const kind = [first?.desired.channel, first?.desired.engine].filter((word) => word !== undefined).join(", ");
  const paths = files.map(name);
  return [name(folder), shownName(displayName), kind, workspaces(members.map(({ live }) => ({ workspace: live.workspace.name }))), paths.length > 6 ? `${paths.slice(0, 6).join("<br>")}<br>${paths.length - 6} more` : paths.join("<br>")];
}

function bound(agents: readonly ImportedAgent[]): string[][] {
  return agents.flatMap(({ folder, bound: values }) => values.map(({ workspace, field, what }) => [name(folder), name(workspace), code(field), prose(what)]));
}

const NOT_EVERYWHERE = "Not in every workspace";

/** A folder of the import, and workspaces of workspaces.json in which nobody has seen its agent. */
interface MissingFolder {
  readonly folder: string;
  readonly workspaces: readonly { readonly name: string; readonly isRead: boolean }[];
}

/** A folder is an agent of every workspace, so that one which is missing somewhere will be made there; also where this import did not look. */
function missingIn({ world, made }: Pick<Finished, "world" | "made">): MissingFolder[] {
  const imported = new Map(made.made.agents.map(({ folder, members }) => [folder, new Set(members.map(({ live }) => live.workspace.name))] as const));
  return [...imported.keys(), ...made.carried].sort().flatMap((folder) => {
    const missing = world.workspaces.workspaces.filter(({ name: workspace }) => imported.get(folder)?.has(workspace) !== true && world.records.get(workspace)?.recorded.agents.has(folder) !== true);
    return missing.length === 0 ? [] : [{ folder, workspaces: missing.map((workspace) => ({ name: workspace.name, isRead: world.wanted.includes(workspace) })) }];
  });
}

function onlyIn(finished: Pick<Finished, "world" | "made">): ReturnType<typeof rowList> {
  const intro = "A folder is an agent of every workspace. A deploy to a workspace where it is missing makes it there.";
  const inWords = ({ name: workspace, isRead }: MissingFolder["workspaces"][number]): string => `${name(workspace)}${isRead ? "" : " (not read by this import)"}`;
  return section(
    NOT_EVERYWHERE,
    rowList(missingIn(finished), (shown, rest) => `${intro}\n\n${table(["Folder", "Missing in"], shown.map(({ folder, workspaces: missing }) => [name(folder), missing.map(inWords).join(", ")]), rest)}`),
  );
}

/** What publish-version would take for a draft of Git once this is merged. */
function drafts(agents: readonly ImportedAgent[]): string {
  const open = agents.flatMap(({ folder, members }) => members.filter(({ live }) => live.workspace.kind === "production" && !live.agent.isPublished).map(({ live }) => `${name(folder)} (${name(live.workspace.name)})`));
  if (open.length === 0) return "";
  return `### Drafts in production\n\nThe highest version is a draft, and that is what was imported. Once this is merged, publish-version publishes it. If callers shall not get it, put the console back first and run the import again: ${enumerate(open, 30)}.`;
}

function lostPiece(lost: Finished["made"]["lost"]): string {
  if (lost.length === 0) return "";
  return `### Recorded, but without files\n\nAn earlier import recorded these, and nobody has their files any more. Nothing is deleted: import their workspaces together to make the files again: ${enumerate(lost.map(({ folder, workspaces: names }) => `${name(folder)} (${names.map(name).join(", ")})`), 30)}.`;
}

function managedPiece(managed: Finished["retell"]["candidates"]["managed"]): string {
  if (managed.length === 0) return "";
  const folders = [...new Set(managed.map(({ folder }) => folder))].sort();
  return `Already in Git, and left alone: ${enumerate(folders.map(name), 30)}.`;
}

function howToGoOn({ world }: Pick<Finished, "world">): string {
  return `### How to go on\n\nRead the files, create the secrets, and merge this. The records on the state branches are written already; until the files reach a workspace's branch, a deploy lists the agents as waiting and deletes nothing. Run the import again to bring this pull request up to date${world.wanted.some(({ kind }) => kind === "production") ? " with what the console holds by then" : ""}; commits of people on its branch are not overwritten. To give it up, close it.`;
}

function section(heading: string, piece: ReturnType<typeof rowList>): ReturnType<typeof rowList> {
  if (piece.text === "") return piece;
  return { text: `### ${heading}\n\n${piece.text}`, ...(piece.shorter === undefined ? {} : { shorter: { step: piece.shorter.step, piece: section(heading, piece.shorter.piece) } }) };
}

function aloneRow({ displayName, workspace, reason }: LeftAlone): string[] {
  return [shownName(displayName), name(workspace), proseWithCode(reason)];
}

function workspaces(members: readonly { readonly workspace: string }[]): string {
  return members.map(({ workspace }) => name(workspace)).join(", ");
}

/** A name that the console has; an empty one has to be seen, too. */
function shownName(displayName: string): string {
  return displayName.trim() === "" ? "(no name)" : prose(short(displayName));
}

function short(text: string): string {
  const letters = [...text];
  return letters.length > PARAGRAPH_CHARACTERS ? `${letters.slice(0, PARAGRAPH_CHARACTERS).join("")}…` : text;
}
