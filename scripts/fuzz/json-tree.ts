/** JSON as it is written, so that it can also be written wrongly: keys may stand twice, a leaf may be any text. */
export type Tree = { kind: "object"; members: { key: string; value: Tree }[] } | { kind: "list"; items: Tree[] } | { kind: "leaf"; text: string };

/** The text as a tree; undefined for a text that is no JSON, or none that a mutation can hold. */
export function readTree(text: string): Tree | undefined {
  try {
    return treeOf(JSON.parse(text), 0);
  } catch {
    return undefined;
  }
}

function treeOf(value: unknown, depth: number): Tree {
  if (depth > 400) throw new RangeError("too deep to mutate");
  if (Array.isArray(value)) return { kind: "list", items: value.map((item) => treeOf(item, depth + 1)) };
  if (typeof value !== "object" || value === null) return { kind: "leaf", text: JSON.stringify(value) };
  return { kind: "object", members: Object.entries(value).map(([key, item]) => ({ key: JSON.stringify(key), value: treeOf(item, depth + 1) })) };
}

/** The text of a tree; `indent` blanks per level, none for one line. */
export function printTree(tree: Tree, { indent, lineEnd }: { readonly indent: number; readonly lineEnd: string }): string {
  const parts: string[] = [];
  const line = (depth: number): void => void (indent > 0 && parts.push(lineEnd + " ".repeat(indent * Math.min(depth, 40))));
  const print = (node: Tree, depth: number): void => {
    if (node.kind === "leaf") return void parts.push(node.text);
    const list = node.kind === "list";
    parts.push(list ? "[" : "{");
    const count = list ? node.items.length : node.members.length;
    for (let index = 0; index < count; index += 1) {
      if (index > 0) parts.push(",");
      line(depth + 1);
      if (node.kind === "object") parts.push(node.members[index]?.key ?? "", indent > 0 ? ": " : ":");
      const child = node.kind === "list" ? node.items[index] : node.members[index]?.value;
      if (child !== undefined) print(child, depth + 1);
    }
    if (count > 0) line(depth);
    parts.push(list ? "]" : "}");
  };
  print(tree, 0);
  return parts.join("");
}

/** All nodes, the root first. */
export function nodesOf(tree: Tree): Tree[] {
  const nodes: Tree[] = [tree];
  for (let at = 0; at < nodes.length; at += 1) {
    const node = nodes[at];
    if (node?.kind === "list") nodes.push(...node.items);
    else if (node?.kind === "object") nodes.push(...node.members.map(({ value }) => value));
  }
  return nodes;
}
