import { createScanner, visit } from "jsonc-parser";
import type { JsonMember, JsonNode, Origin } from "./json-node.ts";
import { syntaxMessage } from "./json-syntax-messages.ts";
import { findConflictMarker } from "./merge-markers.ts";
import type { Problem } from "./problem.ts";
import { sourceText, type SourceText } from "./source-text.ts";

/** What is refused before it can exhaust the parser. */
export interface JsonLimits {
  /** Nesting of objects and arrays. */
  readonly depth: number;
  /** UTF-16 units. */
  readonly size: number;
}

const LIMITS: JsonLimits = { depth: 100, size: 5_000_000 };

/** A parsed file. `root` is undefined exactly if there is an error among the problems. */
export interface ParsedJson {
  readonly source: SourceText;
  readonly root: JsonNode | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Reads strict JSON (RFC 8259: no comments, no trailing commas) and remembers where everything is written. A byte order
 * mark is tolerated. Never throws: syntax errors, duplicate keys, merge conflict markers, numbers and texts that JSON
 * cannot carry from one program to the next, and files beyond the limits are problems with line and column.
 */
export function parseJson(file: { readonly file: string; readonly text: string }, limits: JsonLimits = LIMITS): ParsedJson {
  const source = sourceText(file.file, file.text);
  const problems: Problem[] = [];
  const report = (code: string, offset: number, message: string, hint: string): void => {
    problems.push({ code, severity: "error", ...source.position(offset), message, hint });
  };
  const failed = { source, root: undefined, problems };

  if (source.text.length > limits.size) {
    report("file-too-large", 0, `The file has ${source.text.length} characters; ${limits.size} are allowed.`, "Split it, or remove what is not configuration.");
    return failed;
  }
  const marker = findConflictMarker(source.text);
  if (marker !== undefined) {
    report("merge-conflict", marker, "The file contains merge conflict markers.", "Resolve the merge and remove the lines that start with <<<<<<<, ======= and >>>>>>>.");
    return failed;
  }
  const tooDeep = findDepth(source.text, limits.depth);
  if (tooDeep !== undefined) {
    report("json-too-deep", tooDeep, `Objects and arrays are nested more than ${limits.depth} deep.`, "Flatten the value.");
    return failed;
  }
  const root = buildTree(source, report);
  return { source, root: problems.length > 0 ? undefined : root, problems };
}

type Report = (code: string, offset: number, message: string, hint: string) => void;
type Open = { readonly node: JsonNode; readonly add: (value: JsonNode) => void; readonly place: (offset: number) => Origin };

function buildTree(source: SourceText, report: Report): JsonNode | undefined {
  let root: JsonNode | undefined;
  let syntaxReported = false;
  const open: Open[] = [];
  let pendingKey: { readonly name: string; readonly offset: number } | undefined;

  const place = (offset: number): Origin => open.at(-1)?.place(offset) ?? { source, offset, parent: undefined, step: "" };
  const add = (node: JsonNode): void => {
    const parent = open.at(-1);
    if (parent) parent.add(node);
    else root ??= node;
  };
  const openObject = (offset: number): void => {
    const origin = place(offset);
    const members = new Map<string, JsonMember>();
    const node: JsonNode = { kind: "object", members, origin };
    add(node);
    open.push({
      node,
      place: (at) => ({ source, offset: at, parent: origin, step: pendingKey?.name ?? "" }),
      add: (value) => {
        if (pendingKey === undefined) return;
        members.set(pendingKey.name, { key: { ...value.origin, offset: pendingKey.offset }, value });
      },
    });
  };
  const openArray = (offset: number): void => {
    const origin = place(offset);
    const items: JsonNode[] = [];
    const node: JsonNode = { kind: "array", items, origin };
    add(node);
    open.push({
      node,
      place: (at) => ({ source, offset: at, parent: origin, step: items.length }),
      add: (value) => void items.push(value),
    });
  };

  visit(
    source.text,
    {
      onObjectBegin: openObject,
      onArrayBegin: openArray,
      onObjectEnd: () => void open.pop(),
      onArrayEnd: () => void open.pop(),
      onObjectProperty: (name, offset) => {
        const parent = open.at(-1)?.node;
        const earlier = parent?.kind === "object" ? parent.members.get(name) : undefined;
        if (earlier) {
          const first = source.position(earlier.key.offset);
          report("duplicate-key", offset, `The key ${JSON.stringify(name)} stands twice in this object; the first is in line ${first.line}.`, "Keep one of the two.");
        }
        if (!name.isWellFormed()) report("invalid-text", offset, "The key contains half of a surrogate pair, which no UTF-8 text can carry.", "Remove the lone \\u escape.");
        pendingKey = { name, offset };
      },
      onLiteralValue: (value: string | number | boolean | null, offset) => {
        if (typeof value === "number" && !Number.isFinite(value)) {
          report("number-out-of-range", offset, "The number is too large.", "Numbers reach up to about 1.8e308.");
        }
        if (typeof value === "string" && !value.isWellFormed()) {
          report("invalid-text", offset, "The text contains half of a surrogate pair, which no UTF-8 text can carry.", "Remove the lone \\u escape.");
        }
        add({ kind: "scalar", value, origin: place(offset) });
      },
      onError: (error, offset) => {
        if (syntaxReported) return;
        syntaxReported = true;
        const { message, hint } = syntaxMessage(error, source.text, offset);
        report("invalid-json", source.text.trim() === "" ? 0 : offset, message, hint);
      },
    },
    { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false },
  );
  return root;
}

/** The offset of the first bracket that is nested too deep. A scan, because the parser itself is recursive. */
function findDepth(text: string, limit: number): number | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (let token: number = scanner.scan(); token !== TOKEN.end; token = scanner.scan()) {
    if (token === TOKEN.openBrace || token === TOKEN.openBracket) {
      if (++depth > limit) return scanner.getTokenOffset();
    } else if (token === TOKEN.closeBrace || token === TOKEN.closeBracket) depth--;
  }
  return undefined;
}

/** `SyntaxKind` of jsonc-parser, whose const enum cannot be imported here. */
const TOKEN = { openBrace: 1, closeBrace: 2, openBracket: 3, closeBracket: 4, end: 17 } as const;
