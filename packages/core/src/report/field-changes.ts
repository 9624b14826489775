import type { Json } from "../canonical/json.ts";
import type { FieldChange } from "../diff/classify.ts";
import { isWritten, type AgentPlan } from "../plan/plan.ts";
import { code, fence, htmlCode, name } from "./escape.ts";
import { isText, lastDeployed, shortValue, showValue } from "./field-values.ts";
import type { Piece } from "./fit.ts";
import { hideCredentials } from "./hide-credentials.ts";
import { builtPrompt, placesIn } from "./prompt-places.ts";
import { table } from "./row-list.ts";
import { diffText, type TextDiff } from "./text-diff.ts";
import { isImported } from "./who-and-when.ts";
import { count, enumerate } from "./words.ts";

/** Which side made a field differ. */
const CHANGED_IN: Record<FieldChange["class"], string> = {
  "local-change": "Git",
  "console-edit": "console",
  converged: "both, alike",
  conflict: "**both**",
};

/** Most urgent first. */
const RANK: Record<FieldChange["class"], number> = { conflict: 0, "console-edit": 1, "local-change": 2, converged: 3 };

/** One comparison of two texts of a field. */
interface TextComparison {
  readonly title: string;
  readonly diff: TextDiff;
}

/** The fields of an agent as a table, whoever changed them. The console's column is there only where it tells something. */
export function fieldTable(agent: AgentPlan): string {
  const changes = sorted(agent.changes);
  const withConsole = changes.some((change) => change.class !== "local-change" || change.overwritten);
  const header = withConsole ? ["Field", "Changed in", baseName(agent), "Git", "Retell console"] : ["Field", baseName(agent), "Git"];
  const rows = changes.map((change) => {
    const text = isText(change);
    const before = text ? (lastDeployed(change) === undefined ? "–" : "(text)") : showValue(lastDeployed(change));
    const git = !text ? gitValue(change) : gitSilent(change) ? "not set" : textCell(agent, change, change.target);
    const live = text ? textCell(agent, change, change.live) : showValue(change.live);
    return withConsole ? [code(change.name), changedIn(agent, change), before, git, live] : [code(change.name), before, git];
  });
  return table(header, rows);
}

/** What both sides are compared with. */
function baseName(agent: AgentPlan): string {
  return isImported(agent) ? "Imported" : "Last deployed";
}

function changedIn(agent: AgentPlan, change: FieldChange): string {
  if (change.overwritten) {
    const byGit = JSON.stringify(change.desired) !== JSON.stringify(change.sent);
    return `${CHANGED_IN[byGit ? "conflict" : "console-edit"]}; Git wins`;
  }
  if (isKept(change) && isWritten(agent)) return `${CHANGED_IN["console-edit"]}; kept`;
  return agent.material.baseline === null && change.class === "conflict" ? "not known" : CHANGED_IN[change.class];
}

/**
 * The texts of an agent (prompts and other long strings) as hunks, one piece each; without hunks the number of lines
 * stays. `sharedSections` are the section files that several agents use, with their names.
 */
export function textDiffs(agent: AgentPlan, sharedSections: ReadonlyMap<string, readonly string[]>): Piece[] {
  return sorted(agent.changes)
    .filter(isText)
    .flatMap((change) => compare(agent, change))
    .map(({ title, diff }) => {
      const heading = `${title} (${lineCounts(diff)})`;
      const shared = diff.files.map((file) => ({ file, users: alsoUsedBy(agent, file, sharedSections) })).filter(({ users }) => users !== "");
      const sharing = shared.map(({ file, users }) => `${name(file)} is also ${users}.`).join(" ");
      return {
        text: `${sharing === "" ? `${heading}:` : `${heading}. ${sharing}`}\n\n${fence(diff.text, "diff")}`,
        shorter: { step: "hunks", piece: { text: [`${heading}.`, sharing].join(" ").trim(), shorter: { step: "counts", piece: { text: "" } } } },
      };
    });
}

/** `used by …`, the agents beside this one that use a section file; empty if there is none. */
export function alsoUsedBy(agent: AgentPlan, file: string, sharedSections: ReadonlyMap<string, readonly string[]>): string {
  const others = (sharedSections.get(file) ?? []).filter((other) => other !== agent.name);
  return others.length === 0 ? "" : `used by ${enumerate(others.map(name), 3)}`;
}

/** The console's values that a table or diff shows only in part, in full, folded away: for copying. */
export function fullConsoleValues(agent: AgentPlan): Piece[] {
  return sorted(agent.changes)
    .filter((change) => (change.class === "conflict" || change.class === "console-edit") && isCut(change.live))
    .map((change) => wholeValue("Console's whole", change, change.live));
}

/** All sides of every value that a table or diff shows only in part, in full, folded away; equal sides are one. */
export function wholeValues(agent: AgentPlan): Piece[] {
  return sorted(agent.changes)
    .filter(hasCutValues)
    .flatMap((change) => {
      const sides: { name: string; value: Json }[] = [];
      for (const [name, value] of [[baseName(agent), lastDeployed(change)], ["Git", change.desired], ["Retell console", change.live]] as const) {
        const equal = sides.find((side) => value !== undefined && JSON.stringify(side.value) === JSON.stringify(value));
        if (equal !== undefined) equal.name += ` and ${name}`;
        else if (value !== undefined) sides.push({ name, value });
      }
      return sides.map(({ name, value }) => wholeValue(`${name}: whole`, change, value));
    });
}

/** True for a field of which a table or diff shows only a part. */
export function hasCutValues(change: FieldChange): boolean {
  return [lastDeployed(change), change.desired, change.live].some(isCut);
}

function wholeValue(title: string, change: FieldChange, value: Json | undefined): Piece {
  const text = typeof value === "string" ? fence(value, "text") : fence(JSON.stringify(value, null, 2), "json");
  return {
    text: `<details><summary>${title} ${htmlCode(change.name)}</summary>\n\n${text}\n\n</details>`,
    shorter: { step: "full-texts", piece: { text: "" } },
  };
}

/** How many fields changed, with the first names: what stays of a table that is left out. */
export function fieldCounts(changes: readonly FieldChange[], most = 3): string {
  const shown = changes.filter((change) => change.class !== "converged");
  if (shown.length === 0) return "–";
  return `${shown.length}: ${enumerate(sorted(shown).map((change) => code(shownName(change.name))), most)}`;
}

/** Files in which the console's change of a text would have to be made. */
export function filesOfConsoleText(agent: AgentPlan, change: FieldChange): readonly string[] {
  if (typeof change.live !== "string") return [];
  const base = lastDeployed(change) ?? change.desired;
  const prompt = builtPrompt(agent, change.path);
  if (typeof base !== "string" || prompt === undefined || prompt.sections.length === 0) return [];
  return diffText(base, change.live, placesIn(base, prompt)).files;
}

/** The fields that a deploy of the agent writes, and those of the console's that it leaves as they are. */
export function writtenCounts(agent: AgentPlan): string {
  const kept = isWritten(agent) ? agent.changes.filter(isKept) : [];
  const counts = fieldCounts(kept.length === 0 ? agent.changes : agent.changes.filter((change) => !isKept(change)));
  return kept.length === 0 ? counts : `${counts}; the console's ${fieldCounts(kept).replace(/^\d+: /, "")} ${kept.length === 1 ? "is" : "are"} kept`;
}

/** A console edit of an agent that is written: with `on-console-edit: keep`, deploy does not send it. */
function isKept(change: FieldChange): boolean {
  return change.class === "console-edit";
}

function compare(agent: AgentPlan, change: FieldChange): TextComparison[] {
  const prompt = builtPrompt(agent, change.path);
  const field = code(change.name);
  const base = lastDeployed(change);
  const make = (title: string, before: Json | undefined, after: Json | undefined): TextComparison[] => {
    if (before === after) return [];
    const from = hideCredentials(typeof before === "string" ? before : "");
    const places = prompt === undefined ? [] : placesIn(from, prompt);
    return [{ title, diff: diffText(from, hideCredentials(typeof after === "string" ? after : ""), places) }];
  };
  if (change.overwritten) return make(`${field}, what Git overwrites`, change.live, change.target);
  if (base === undefined && change.class === "conflict") return make(`${field}, from Git to the Retell console`, change.target, change.live);
  return SIDES[change.class].flatMap((side) =>
    side === "git" ? make(`${field}, changed in **Git**`, base, change.target) : make(`${field}, changed in the **Retell console**`, base, change.live),
  );
}

const SIDES: Record<FieldChange["class"], readonly ("git" | "console")[]> = {
  "local-change": ["git"],
  "console-edit": ["console"],
  conflict: ["git", "console"],
  converged: [],
};

function gitSilent(change: FieldChange): boolean {
  return change.desired === undefined && change.sent === undefined;
}

function gitValue(change: FieldChange): string {
  if (change.desired !== undefined) return showValue(change.desired);
  if (gitSilent(change)) return "not set";
  return change.target === undefined ? "removed" : `removed: ${showValue(change.target)}`;
}

function textCell(agent: AgentPlan, change: FieldChange, value: Json | undefined): string {
  const base = lastDeployed(change);
  if (typeof value !== "string") return showValue(value);
  if (value === base) return isImported(agent) ? "as imported" : "as deployed";
  return typeof base === "string" ? lineCounts(diffText(base, value, [])) : count(value.split("\n").length, "line");
}

function lineCounts({ added, removed }: { readonly added: number; readonly removed: number }): string {
  return `+${added} −${removed} ${added + removed === 1 ? "line" : "lines"}`;
}

function isCut(value: Json | undefined): boolean {
  if (value === undefined) return false;
  if (typeof value === "string" && value.includes("\n")) return true;
  return shortValue(value).endsWith("characters)");
}

function sorted(changes: readonly FieldChange[]): FieldChange[] {
  return [...changes].sort((a, b) => RANK[a.class] - RANK[b.class]);
}

function shownName(field: string): string {
  return field.length <= 80 ? field : `${field.slice(0, 79).toWellFormed()}…`;
}

/** The name of an agent in running text. */
export const agentName = (agent: Pick<AgentPlan, "name">): string => name(agent.name);
