import type { Problem } from "./problem.ts";
import { suggest } from "../schema/suggest.ts";
import { quoted } from "./quoted.ts";

const PATTERN = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/** Names that stand for something else in file names and inputs. */
const RESERVED_WORKSPACES = new Set(["agent", "flow", "overwrite", "workspace", "all", "develop"]);

/** What has a name of its own in a project, with the words for it. */
const NAMED = { agent: "an agent", workspace: "a workspace", knowledge: "a knowledge base", component: "a component" } as const;
export type NamedKind = keyof typeof NAMED;

/** Why a text may not name something, with what to do; undefined if it may. */
export function nameFault(kind: NamedKind, name: string): { readonly message: string; readonly hint: string } | undefined {
  const subject = `${quoted(name)} cannot name ${NAMED[kind]}`;
  if (!PATTERN.test(name)) {
    const proposal = proposeName(name);
    return {
      message: `${subject}: names have 1 to 63 characters of a-z, 0-9, ".", "_" and "-", and start with a letter or digit.`,
      hint: proposal === undefined || nameFault(kind, proposal) ? "Rename it." : `Rename it, for example to ${quoted(proposal)}.`,
    };
  }
  if (name.includes("..") || name.endsWith(".") || name.endsWith(".lock")) {
    return { message: `${subject}: names contain no ".." and end neither with "." nor with ".lock", since branches bear them.`, hint: "Rename it." };
  }
  if (kind === "workspace" && RESERVED_WORKSPACES.has(name)) {
    return { message: `${subject}: the word is reserved.`, hint: `Choose another name than ${[...RESERVED_WORKSPACES].join(", ")}.` };
  }
  return undefined;
}

/** Names that differ only in case, as groups; file systems and branches may take them for one. */
export function caseCollisions(names: Iterable<string>): string[][] {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const group = groups.get(name.toLowerCase());
    if (group === undefined) groups.set(name.toLowerCase(), [name]);
    else group.push(name);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

/** A problem for a name that refers to nothing, with the nearest existing one. */
export function unknownName(options: {
  readonly kind: NamedKind;
  readonly name: string;
  readonly known: Iterable<string>;
  readonly at: Pick<Problem, "file" | "line" | "column" | "agent">;
}): Problem {
  const known = [...options.known].sort();
  const near = suggest(options.name, known);
  const listed = known.length === 0 ? "There is none." : `There is: ${known.slice(0, 10).join(", ")}${known.length > 10 ? ", …" : ""}.`;
  return {
    code: `unknown-${options.kind}`,
    severity: "error",
    ...options.at,
    message: `There is no ${NAMED[options.kind].replace(/^an? /, "")} ${quoted(options.name)}.`,
    hint: near === undefined ? listed : `Did you mean ${quoted(near)}?`,
  };
}

/** Of a longer text a name is made from its beginning: it may be of any length, and the search for its end costs the square of it. */
const LONGEST_MISTAKE = 1_000;

function proposeName(name: string): string | undefined {
  const proposal = name
    .slice(0, LONGEST_MISTAKE)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/\.{2,}/g, ".")
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, "")
    .slice(0, 63);
  return proposal === "" ? undefined : proposal;
}
