import { findNodeAtLocation, parseTree, type Node } from "jsonc-parser";
import { canonicalJson } from "../canonical/content-hash.ts";
import { isJsonObject, own, type Json } from "../canonical/json.ts";
import { afterComma, colonOf, indentAt, isSpread, layoutOf, renderJson, type JsonLayout } from "./json-layout.ts";

/** A place in a JSON text: keys and indexes from the root. */
export type JsonPath = readonly (string | number)[];

/** An edit of a JSON text that is valid; everything outside of the value stays byte by byte. */
export interface JsonEdit {
  readonly path: JsonPath;
  readonly value: Json;
  /** What a text without any line to copy from is laid out like. */
  readonly layout?: JsonLayout | undefined;
}

/**
 * Sets a value; its parent has to be there. A new key goes to the end of its object. Of a value that is an object or a
 * list before and after, only the parts that differ are touched.
 */
export function setJson(text: string, edit: JsonEdit): string {
  const opened = open(text, edit.layout);
  const node = find(opened, edit.path);
  if (node !== undefined) return updateNode(text, edit, node);
  const parent = find(opened, edit.path.slice(0, -1));
  const key = edit.path.at(-1);
  if (parent?.type !== "object" || typeof key !== "string") throw new TypeError(`no object at ${JSON.stringify(edit.path.slice(0, -1))}`);
  return insertChild(opened, { container: parent, index: parent.children?.length ?? 0, key, value: edit.value });
}

/** Inserts an item into a list, before the item that has the index now. */
export function insertJsonItem(text: string, edit: JsonEdit & { readonly index: number }): string {
  const opened = open(text, edit.layout);
  const container = find(opened, edit.path);
  if (container?.type !== "array") throw new TypeError(`no list at ${JSON.stringify(edit.path)}`);
  return insertChild(opened, { container, index: Math.min(edit.index, container.children?.length ?? 0), value: edit.value });
}

/** Removes a key or an item with its comma and its line; a container that becomes empty stays as `{}` or `[]`. */
export function removeJson(text: string, path: JsonPath): string {
  const opened = open(text);
  const node = find(opened, path);
  const child = node?.parent?.type === "property" ? node.parent : node;
  const container = child?.parent;
  if (child === undefined || container === undefined) throw new TypeError(`nothing to remove at ${JSON.stringify(path)}`);
  const children = container.children ?? [];
  const index = children.indexOf(child);
  const [previous, next] = [children[index - 1], children[index + 1]];
  if (previous !== undefined) return splice(opened, endOf(previous), endOf(child), "");
  if (next !== undefined) return splice(opened, child.offset, next.offset, "");
  return splice(opened, container.offset + 1, endOf(container) - 1, "");
}

/** Gives a key another name; its value and its place stay. */
export function renameJsonKey(text: string, path: JsonPath, name: string): string {
  const opened = open(text);
  const property = find(opened, path)?.parent;
  const key = property?.type === "property" ? property.children?.[0] : undefined;
  if (key === undefined) throw new TypeError(`no key at ${JSON.stringify(path)}`);
  return splice(opened, key.offset, endOf(key), JSON.stringify(name));
}

/** A text in a JSON text that is to become another one: a value, or with `key` the name of a key. */
export interface TextEdit {
  readonly path: JsonPath;
  readonly text: string;
  readonly key: boolean;
}

/** Replaces many texts, with paths as they are before any of them: what {@link setJson} and {@link renameJsonKey} do for one, but reading the file once. */
export function replaceJsonTexts(text: string, edits: readonly TextEdit[]): string {
  if (edits.length === 0) return text;
  const { text: body, mark, root } = open(text);
  const find = finder(root);
  const places = edits.map(({ path, text: next, key }) => {
    const value = find(path);
    const node = key && value?.parent?.type === "property" ? value.parent.children?.[0] : key ? undefined : value;
    if (node === undefined) throw new TypeError(`no text at ${JSON.stringify(path)}`);
    return { node, content: JSON.stringify(next) };
  });
  let edited = mark;
  let at = 0;
  for (const { node, content } of places.sort((a, b) => a.node.offset - b.node.offset)) {
    edited += body.slice(at, node.offset) + content;
    at = endOf(node);
  }
  return edited + body.slice(at);
}

/** The value at a path of a JSON text; undefined where there is none. */
export function jsonAt(text: string, path: JsonPath): Json | undefined {
  const node = find(open(text), path);
  return node === undefined ? undefined : (JSON.parse(withoutMark(text).slice(node.offset, endOf(node))) as Json);
}

interface Opened {
  readonly text: string;
  /** A byte order mark or nothing. */
  readonly mark: string;
  readonly root: Node;
  readonly layout: JsonLayout;
}

function open(raw: string, fallback?: JsonLayout): Opened {
  const text = withoutMark(raw);
  const root = parseTree(text);
  if (root === undefined) throw new TypeError("not JSON");
  const isBlank = !isSpread(text, root) && root.children?.length === 0;
  return { text, mark: raw.slice(0, raw.length - text.length), root, layout: isBlank && fallback !== undefined ? fallback : layoutOf(text, root) };
}

function withoutMark(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

function find({ root }: Opened, path: JsonPath): Node | undefined {
  return findNodeAtLocation(root, [...path]);
}

/** {@link find} for many paths of one text: the keys of an object are looked through once. Of a key that stands twice the first counts. */
function finder(root: Node): (path: JsonPath) => Node | undefined {
  const known = new Map<Node, ReadonlyMap<unknown, Node | undefined>>();
  const valuesOf = (object: Node): ReadonlyMap<unknown, Node | undefined> => {
    const values = known.get(object) ?? new Map((object.children ?? []).map((property) => [property.children?.[0]?.value as unknown, property.children?.[1]] as const).reverse());
    known.set(object, values);
    return values;
  };
  return (path) =>
    path.reduce<Node | undefined>((node, step) => {
      if (typeof step === "number") return node?.type === "array" ? node.children?.[step] : undefined;
      return node?.type === "object" ? valuesOf(node).get(step) : undefined;
    }, root);
}

function splice({ mark, text }: Opened, start: number, end: number, content: string): string {
  return mark + text.slice(0, start) + content + text.slice(end);
}

function updateNode(raw: string, edit: JsonEdit, node: Node): string {
  const { path, value } = edit;
  const before = jsonAt(raw, path);
  if (isSame(before, value)) return raw;
  if (isJsonObject(before) && isJsonObject(value) && Object.keys(before).length > 0) {
    let text = raw;
    for (const key of Object.keys(before)) if (!Object.hasOwn(value, key)) text = removeJson(text, [...path, key]);
    for (const [key, item] of Object.entries(value)) {
      if (!isSame(own(before, key), item)) text = setJson(text, { ...edit, path: [...path, key], value: item });
    }
    return text;
  }
  if (Array.isArray(before) && Array.isArray(value) && before.length > 0 && value.length > 0) return updateList(raw, edit, { before, after: value });
  return replaceNode(open(raw), node, value);
}

/** Items that are the same at both ends stay; of those between, as many as there are on both sides are updated in place. */
function updateList(raw: string, edit: JsonEdit, { before, after }: { readonly before: readonly Json[]; readonly after: readonly Json[] }): string {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && isSame(before[start], after[start])) start += 1;
  let end = 0;
  while (end < shorter - start && isSame(before.at(-1 - end), after.at(-1 - end))) end += 1;
  let text = raw;
  const both = Math.max(0, shorter - start - end);
  for (let index = start; index < start + both; index += 1) {
    const value = after[index];
    if (value !== undefined && !isSame(before[index], value)) text = setJson(text, { ...edit, path: [...edit.path, index], value });
  }
  for (let index = before.length - end - 1; index >= start + both; index -= 1) text = removeJson(text, [...edit.path, index]);
  for (let index = start + both; index < after.length - end; index += 1) {
    const value = after[index];
    if (value !== undefined) text = insertJsonItem(text, { ...edit, value, index });
  }
  return text;
}

function isSame(a: Json | undefined, b: Json | undefined): boolean {
  return a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b);
}

function replaceNode(opened: Opened, node: Node, value: Json): string {
  const { text, layout } = opened;
  const holder = node.parent?.type === "property" ? node.parent.parent : node.parent;
  const wasFilled = node.children !== undefined && node.children.length > 0;
  const spread = wasFilled ? isSpread(text, node) : holder === undefined || spreadsLike(opened, holder, value);
  const rendered = renderJson(value, layout, spread ? indentAt(text, node.offset) : undefined);
  return splice(opened, node.offset, endOf(node), rendered);
}

interface Insertion {
  readonly container: Node;
  readonly index: number;
  /** For an object. */
  readonly key?: string;
  readonly value: Json;
}

function insertChild(opened: Opened, insertion: Insertion): string {
  const { text } = opened;
  const { container, index } = insertion;
  const children = container.children ?? [];
  if (children.length === 0) return insertFirst(opened, insertion);
  const previous = children[index - 1];
  const next = children[index];
  const lead = leadOf(opened, children, Math.min(index, children.length - 1));
  const content = contentOf(opened, insertion, lead);
  if (previous !== undefined && next === undefined) return splice(opened, endOf(previous), endOf(previous), `,${lead}${content}`);
  const at = next?.offset ?? container.offset + 1;
  return splice(opened, at, at, `${content},${next === undefined ? "" : afterInsertion(text, { children, index, lead })}`);
}

/** The white space in front of a new child: that of its neighbour, without blank lines. */
function leadOf({ text, layout }: Opened, children: readonly Node[], near: number): string {
  const child = children[near];
  const before = children[near - 1] ?? children[near];
  const [first, second] = children;
  if (child === undefined || before === undefined) return "";
  const own = near > 0 ? afterComma(text, before, child) : second !== undefined && first !== undefined ? afterComma(text, first, second) : undefined;
  const white = own ?? text.slice((child.parent?.offset ?? 0) + 1, child.offset);
  const line = white.lastIndexOf("\n");
  if (line !== -1) return (white[line - 1] === "\r" ? "\r\n" : "\n") + white.slice(line + 1);
  return own ?? layout.gap;
}

/** In front of what stood at the place of the new child: what was there between it and the one before. */
function afterInsertion(text: string, { children, index, lead }: { readonly children: readonly Node[]; readonly index: number; readonly lead: string }): string {
  const [previous, next] = [children[index - 1], children[index]];
  return previous !== undefined && next !== undefined ? afterComma(text, previous, next) : lead;
}

function contentOf(opened: Opened, { container, key, value }: Insertion, lead: string): string {
  const { text, layout } = opened;
  const sibling = container.children?.at(-1);
  const ownColon = key === undefined || sibling === undefined ? undefined : colonOf(text, sibling);
  const indent = lead.includes("\n") ? lead.slice(lead.lastIndexOf("\n") + 1) : indentAt(text, sibling?.offset ?? container.offset);
  const rendered = renderJson(value, layout, spreadsLike(opened, container, value) ? indent : undefined);
  return key === undefined ? rendered : JSON.stringify(key) + (ownColon ?? layout.colon) + rendered;
}

function insertFirst(opened: Opened, { container, key, value }: Insertion): string {
  const { text, root, layout } = opened;
  const holder = container.parent?.type === "property" ? container.parent.parent : container.parent;
  const spread = holder === undefined ? isSpread(text, container) || root.children?.length === 0 : isSpread(text, holder);
  const [start, end] = [container.offset + 1, endOf(container) - 1];
  const name = key === undefined ? "" : JSON.stringify(key) + layout.colon;
  if (!spread) {
    const padding = key === undefined ? "" : layout.padding;
    return splice(opened, start, end, padding + name + renderJson(value, layout, undefined) + padding);
  }
  const outer = indentAt(text, container.offset);
  const inner = outer + layout.unit;
  return splice(opened, start, end, layout.eol + inner + name + renderJson(value, layout, inner) + layout.eol + outer);
}

/** Whether a new value goes over several lines: as the nearest value of its kind in the container does. */
function spreadsLike({ text }: Opened, container: Node, value: Json): boolean {
  const children = container.children ?? [];
  const isList = container.type === "array";
  const type = Array.isArray(value) ? "array" : "object";
  if (children.length > 0 && !isSpread(text, container)) return false;
  const values = isList ? children : children.map((child) => child.children?.[1]);
  const sample = values.findLast((node) => node?.type === type && node.children !== undefined && node.children.length > 0);
  if (sample === undefined) return true;
  // Of members of an object, a short one says nothing about a long one.
  return isSpread(text, sample) || (!isList && type === "object" && isJsonObject(value) && Object.keys(value).length > (sample.children?.length ?? 0));
}

function endOf(node: Node): number {
  return node.offset + node.length;
}
