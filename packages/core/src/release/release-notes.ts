import { name } from "../report/escape.ts";
import { fit, type Piece } from "../report/fit.ts";
import type { AssetNames } from "./asset-names.ts";
import { inventoryTable } from "./inventory.ts";
import type { ReleaseManifest } from "./manifest.ts";

/** Below GitHub's limit of 125,000 characters (field reports), with room for line breaks that become two characters. */
const LONGEST = 120_000;
/** The shortest inventory that still says something. */
const SHORTEST_INVENTORY = 1_000;

/**
 * The notes with the inventory between its markers, where an earlier one stood or at the end; everything else stays as it is.
 * Undefined where the text outside of the markers leaves no room: it is never cut.
 */
export function withInventory(notes: string, release: { readonly manifest: ReleaseManifest; readonly names: AssetNames }): string | undefined {
  const { begin, end } = markersFor(release.manifest.folder);
  const place = findBlock(notes, begin, end);
  const [before, after] = place === undefined ? [notes === "" ? "" : `${notes.trimEnd()}\n\n`, ""] : [notes.slice(0, place.from), notes.slice(place.to)];
  const room = LONGEST - before.length - after.length - begin.length - end.length;
  if (room < SHORTEST_INVENTORY) return undefined;
  return `${before}${begin}\n${inventory(release, room)}${end}${after}`;
}

/** Whether two notes say the same; GitHub's page stores line breaks as CRLF. */
export function sameNotes(a: string, b: string): boolean {
  return a.replaceAll("\r\n", "\n") === b.replaceAll("\r\n", "\n");
}

/** Several projects of one repository have an inventory each. */
function markersFor(folder: string): { begin: string; end: string } {
  const suffix = folder === "" ? "" : ` ${folder}`;
  return { begin: `<!-- retell-actions:inventory${suffix} -->`, end: `<!-- /retell-actions:inventory${suffix} -->` };
}

/** The first complete block. A begin without an end is text like any other: what follows it is somebody's. */
function findBlock(notes: string, begin: string, end: string): { from: number; to: number } | undefined {
  for (let close = notes.indexOf(end); close >= 0; close = notes.indexOf(end, close + end.length)) {
    const open = notes.lastIndexOf(begin, close);
    if (open >= 0) return { from: open, to: close + end.length };
  }
  return undefined;
}

function inventory({ manifest, names }: { manifest: ReleaseManifest; names: AssetNames }, limit: number): string {
  const heading = `### Retell agents${manifest.folder === "" ? "" : ` in ${name(manifest.folder)}`}`;
  const facts: Piece = {
    text: [
      `Packed from commit ${name(manifest.commit.slice(0, 7))} of ${manifest.commit_date.slice(0, 10)}. Versions are those that the deployments had recorded when the release was packed.`,
      `${name(names.tarGz)} and ${name(names.zip)} hold the same files; \`sha256sum -c ${names.checksums}\` checks them.`,
    ].join("  \n"),
  };
  const where = `All agents are in ${name(names.manifest)}.`;
  return fit([heading, inventoryTable(manifest), facts], { limit, where, fallback: `${heading}\n\n${where}\n` }).text;
}
