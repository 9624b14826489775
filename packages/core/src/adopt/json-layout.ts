import { parseTree, type Node } from "jsonc-parser";
import type { Json } from "../canonical/json.ts";

/** How somebody lays out JSON: what new text has to look like to go unnoticed. */
export interface JsonLayout {
  /** The line end of the file. */
  readonly eol: "\n" | "\r\n";
  /** One level of indentation; empty where lines are not indented. */
  readonly unit: string;
  /** From the end of a key to its value, e.g. `: `. */
  readonly colon: string;
  /** After a comma on the same line. */
  readonly gap: string;
  /** Inside the braces of an object on one line. */
  readonly padding: string;
  /** Lists of plain values stand on one line, also where objects do not. */
  readonly flatLists: boolean;
}

const USUAL: JsonLayout = { eol: "\n", unit: "  ", colon: ": ", gap: " ", padding: " ", flatLists: false };

/** The layout of a JSON text; what the text does not show is as most people write it. */
export function layoutOf(text: string, root: Node | undefined): JsonLayout {
  if (root === undefined) return USUAL;
  const eol = /\r\n|\n/.exec(text)?.[0] === "\r\n" ? "\r\n" : "\n";
  const nodes = [...containers(root)].filter((node) => node.children?.length);
  const unit = nodes.map((node) => unitOf(text, node)).find((found) => found !== undefined);
  const property = nodes.find((node) => node.type === "object")?.children?.[0];
  const flat = nodes.filter((node) => !isSpread(text, node));
  const pair = flat.map((node) => node.children).find((children) => children !== undefined && children.length > 1);
  const flatObject = flat.find((node) => node.type === "object");
  const firstList = nodes.find((node) => node.type === "array" && node.children?.every((child) => child.children === undefined));
  const compact = !isSpread(text, root) && root.children?.length !== 0;
  const colon = property === undefined ? undefined : colonOf(text, property);
  return {
    eol,
    unit: unit ?? USUAL.unit,
    colon: colon ?? USUAL.colon,
    gap: pair?.[0] && pair[1] ? afterComma(text, pair[0], pair[1]) : compact && colon === ":" ? "" : USUAL.gap,
    padding: flatObject?.children?.[0] === undefined ? (compact ? "" : USUAL.padding) : text.slice(flatObject.offset + 1, flatObject.children[0].offset),
    flatLists: firstList !== undefined && !isSpread(text, firstList),
  };
}

/** {@link layoutOf} for a text that is not parsed yet. */
export function layoutOfText(text: string): JsonLayout {
  const plain = text.startsWith("\uFEFF") ? text.slice(1) : text;
  return layoutOf(plain, parseTree(plain));
}

/** From the end of a key to its value; undefined where it goes over a line's end. */
export function colonOf(text: string, property: Node): string | undefined {
  const [key, value] = property.children ?? [];
  if (key === undefined || value === undefined) return undefined;
  const colon = text.slice(key.offset + key.length, value.offset);
  return colon.includes("\n") ? undefined : colon;
}

/** True for a container whose text goes over several lines. */
export function isSpread(text: string, node: Node): boolean {
  return text.slice(node.offset, node.offset + node.length).includes("\n");
}

/** What stands between the comma after a child and the next child. */
export function afterComma(text: string, child: Node, next: Node): string {
  const between = text.slice(child.offset + child.length, next.offset);
  return between.slice(between.indexOf(",") + 1);
}

/** The blanks that the line of an offset starts with. */
export function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? "";
}

/** JSON in a layout; over several lines if `indent`, that of the line it starts in, is given. */
export function renderJson(value: Json, layout: JsonLayout, indent: string | undefined): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const isList = Array.isArray(value);
  const entries = isList ? value.map((item) => ["", item] as const) : Object.entries(value);
  if (entries.length === 0) return isList ? "[]" : "{}";
  const flat = indent === undefined || (isList && layout.flatLists && value.every((item) => typeof item !== "object" || item === null));
  const inner = flat ? undefined : indent + layout.unit;
  const parts = entries.map(([key, item]) => (isList ? "" : JSON.stringify(key) + layout.colon) + renderJson(item, layout, inner));
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  if (inner !== undefined) return `${open}${parts.map((part) => layout.eol + inner + part).join(",")}${layout.eol}${indent ?? ""}${close}`;
  const padding = isList ? "" : layout.padding;
  return open + padding + parts.join(`,${layout.gap}`) + padding + close;
}

function unitOf(text: string, node: Node): string | undefined {
  const child = node.children?.[0];
  if (child === undefined || !text.slice(node.offset, child.offset).includes("\n")) return undefined;
  const [outer, inner] = [indentAt(text, node.offset), indentAt(text, child.offset)];
  return inner.startsWith(outer) ? inner.slice(outer.length) : undefined;
}

function* containers(node: Node): Generator<Node> {
  if (node.type === "object" || node.type === "array") yield node;
  for (const child of node.children ?? []) yield* containers(child);
}
