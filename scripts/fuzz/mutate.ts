import type { Chance } from "./chance.ts";
import { FRAGMENTS, KEYS, PUMPS, SCALARS } from "./hostile.ts";
import { nodesOf, printTree, readTree, type Tree } from "./json-tree.ts";

/** What a mutation may draw on. */
export interface Material {
  /** Words that mean something to the parser. */
  readonly words: readonly string[];
  /** Another text of the same parser. */
  readonly other: string;
}

/** No text grows beyond this by mutation. */
const LONGEST = 200_000;

/** The text changed in one to four places: in its structure where it is JSON, in its characters otherwise. */
export function mutate(text: string, material: Material, chance: Chance): string {
  let changed = text;
  for (let left = 1 + chance.magnitude(4); left > 0; left -= 1) {
    const tree = chance.once(3) ? undefined : readTree(changed);
    changed = (tree === undefined ? mutateText(changed, material, chance) : mutateTree(tree, material, chance)).slice(0, LONGEST);
  }
  return changed;
}

function mutateTree(tree: Tree, { words, other }: Material, chance: Chance): string {
  const nodes = nodesOf(tree);
  const node = nodes[chance.below(nodes.length)] ?? tree;
  const wordKey = (): string => JSON.stringify(chance.once(2) ? chance.pick(KEYS) : (chance.pick(words) ?? "a"));
  const leaf = (): Tree => ({ kind: "leaf", text: chance.once(3) ? JSON.stringify(chance.pick(words) ?? "") : chance.once(3) ? JSON.stringify(chance.pick(FRAGMENTS)) : chance.pick(SCALARS) });
  const become = (value: Tree): void => void Object.assign(node, { items: undefined, members: undefined, text: undefined }, value);
  switch (chance.below(10)) {
    case 0:
      become(leaf());
      break;
    case 1:
      become(structuredClone(nodes[chance.below(nodes.length)] ?? tree));
      break;
    case 2:
      become(nest(structuredClone(node), chance));
      break;
    case 3: {
      const donor = readTree(other);
      if (donor !== undefined) become(chance.pick(nodesOf(donor)) ?? donor);
      break;
    }
    case 4:
      if (node.kind === "leaf") become({ kind: "leaf", text: JSON.stringify(lengthen(unquoted(node.text), chance)) });
      else if (node.kind === "list") node.items.push(...repeated(node.items, chance));
      else node.members.push(...repeated(node.members, chance));
      break;
    case 5:
      if (node.kind === "leaf") become({ kind: "leaf", text: JSON.stringify(mutateText(unquoted(node.text), { words, other }, chance)) });
      else if (node.kind === "list") node.items.splice(chance.below(node.items.length + 1), 1);
      else node.members.splice(chance.below(node.members.length + 1), 1);
      break;
    default:
      if (node.kind === "object") {
        const member = chance.once(2) ? undefined : node.members[chance.below(node.members.length + 1)];
        if (member === undefined) node.members.splice(chance.below(node.members.length + 1), 0, { key: wordKey(), value: leaf() });
        else if (chance.once(2)) member.key = wordKey();
        else member.value = leaf();
      } else if (node.kind === "list") node.items.splice(chance.below(node.items.length + 1), 0, leaf());
      else become(leaf());
  }
  return printTree(tree, { indent: chance.pick([0, 0, 2, 1]), lineEnd: chance.pick(["\n", "\n", "\r\n", "\r"]) });
}

/** Wrapped in lists or objects, a few times or very many. */
function nest(node: Tree, chance: Chance): Tree {
  const key = JSON.stringify(chance.pick(KEYS));
  // Deeper than a recursive printer can go, the nesting is written as the text of a leaf.
  const deep = chance.once(20) ? 2_000 + chance.magnitude(20_000) : chance.magnitude(150);
  const [begin, end] = chance.once(2) ? ["[", "]"] : [`{${key}:`, "}"];
  return { kind: "leaf", text: begin.repeat(deep) + printTree(node, { indent: 0, lineEnd: "" }) + (chance.once(30) ? "" : end.repeat(deep)) };
}

function repeated<T>(items: readonly T[], chance: Chance): T[] {
  const some = items.slice(chance.below(items.length + 1)).slice(0, 3);
  return Array.from({ length: some.length === 0 ? 0 : Math.ceil(chance.magnitude(chance.once(30) ? 3_000 : 20) / some.length) }, () => structuredClone(some)).flat();
}

function unquoted(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : text;
  } catch {
    return text;
  }
}

function lengthen(text: string, chance: Chance): string {
  const at = chance.below(text.length + 1);
  const unit = chance.once(2) ? chance.pick(PUMPS) : text.slice(at, at + 1 + chance.below(12)) || "a";
  return text.slice(0, at) + unit.repeat(Math.ceil(chance.magnitude(chance.once(20) ? 60_000 : 2_000) / unit.length)) + text.slice(at);
}

function mutateText(text: string, { words, other }: Material, chance: Chance): string {
  const at = chance.below(text.length + 1);
  const to = Math.min(text.length, at + chance.magnitude(Math.max(2, text.length)));
  const put = (part: string): string => text.slice(0, at) + part + text.slice(chance.once(2) ? at : to);
  switch (chance.below(14)) {
    case 0:
    case 1:
    case 2:
      return put(chance.pick(FRAGMENTS));
    case 3:
    case 4:
      return put(chance.pick(words) ?? "");
    case 5:
      return text.slice(0, at) + text.slice(to);
    case 6:
      return put(text.slice(at, to).repeat(1 + chance.magnitude(8)));
    case 7:
      return text.slice(0, at);
    case 8:
      return lengthen(text, chance);
    case 9: {
      const cut = chance.below(other.length + 1);
      return text.slice(0, at) + other.slice(cut, cut + chance.magnitude(other.length + 2));
    }
    case 10:
      return put(String.fromCharCode(chance.once(2) ? chance.below(128) : chance.below(65_536)));
    case 11: {
      const ends = ["\r\n", "\r", "\n", "\u2028", "\n\n"] as const;
      return chance.once(2) ? text.replaceAll("\n", chance.pick(ends)) : text.replace(/\n/g, () => chance.pick(ends));
    }
    case 12:
      return `${chance.pick(["\ufeff", " ", "\n", "\0", "\u200b"])}${text}${chance.pick(["", "\n", " ", "\0", "\ufeff"])}`;
    default: {
      const code = text.charCodeAt(at);
      return Number.isNaN(code) ? text : text.slice(0, at) + String.fromCharCode(code ^ (1 << chance.below(7))) + text.slice(at + 1);
    }
  }
}
