import { findCredentials } from "../canonical/credentials.ts";
import { nameFault } from "../project/names.ts";

/** Room for a number behind a name that is taken: names have at most 63 characters. */
const LONGEST = 56;

/** Letters that Unicode does not take apart, as Latin readers write them. */
const LETTERS: ReadonlyMap<string, string> = new Map([
  ["ß", "ss"],
  ["æ", "ae"],
  ["œ", "oe"],
  ["ø", "o"],
  ["đ", "d"],
  ["ð", "d"],
  ["þ", "th"],
  ["ł", "l"],
  ["ı", "i"],
]);

/** Names of files that some systems keep for devices. Source: Microsoft, "Naming Files, Paths, and Namespaces". */
const DEVICES = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/;

/**
 * The folder that an agent of this display name would get: lower case, without marks, everything else a hyphen. What gives no
 * usable name (nothing left, or a credential that somebody typed as a name) is named after the agent's id.
 */
export function folderNameOf(displayName: string, agentId: string): string {
  const letters = [...displayName.normalize("NFKD").toLowerCase()].map((letter) => LETTERS.get(letter) ?? letter).join("");
  const slug = trimmed(letters.replace(/\p{M}+/gu, "").replace(/[^a-z0-9]+/g, "-")).slice(0, LONGEST);
  const name = trimmed(slug);
  const isUsable = name !== "" && nameFault("agent", name) === undefined && !DEVICES.test(name) && findCredentials(displayName).length === 0 && findCredentials(name).length === 0;
  return isUsable ? name : byId(agentId);
}

function byId(agentId: string): string {
  const short = trimmed(agentId.toLowerCase().replace(/^agent_/, "").replace(/[^a-z0-9]+/g, "-")).slice(0, 8);
  return `agent-${trimmed(short) || "unnamed"}`;
}

const trimmed = (text: string): string => text.replace(/^-+|-+$/g, "");

/** The name, or with `-2`, `-3` … behind it until nothing has it yet; `taken` holds lower-case names and gets the new one. */
export function takeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let count = 2; taken.has(free.toLowerCase()); count += 1) free = `${name}-${count}`;
  taken.add(free.toLowerCase());
  return free;
}
