import MarkdownIt from "markdown-it";
import type { Token } from "markdown-it";

/** A fenced code block. */
export interface Fence {
  /** The first word behind the fence, such as `yaml`. */
  readonly language: string;
  /** `name=value` words behind the language. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly text: string;
  readonly line: number;
}

/** What the checks ask of a page. Lines count from 1; those of inline things are where their paragraph starts. */
export interface MarkdownPage {
  readonly links: readonly { readonly target: string; readonly line: number }[];
  /** Ids that GitHub gives the headings. */
  readonly anchors: ReadonlySet<string>;
  readonly fences: readonly Fence[];
  /** Paragraphs, headings and table cells as they are written. */
  readonly texts: readonly { readonly text: string; readonly line: number }[];
  readonly codeSpans: readonly { readonly text: string; readonly line: number }[];
  /** Rows of tables as the cells' Markdown. */
  readonly rows: readonly { readonly cells: readonly string[]; readonly line: number }[];
}

/** Reads a page as GitHub would. */
export function readMarkdown(text: string): MarkdownPage {
  const tokens = new MarkdownIt({ html: true }).parse(text, {});
  const anchors = new Set<string>();
  const page = {
    links: [] as { target: string; line: number }[],
    fences: [] as Fence[],
    texts: [] as { text: string; line: number }[],
    codeSpans: [] as { text: string; line: number }[],
    rows: [] as { cells: string[]; line: number }[],
  };
  tokens.forEach((token, index) => {
    const line = lineOf(tokens, index);
    if (token.type === "fence") page.fences.push({ ...readInfo(token.info), text: token.content, line });
    if (token.type === "tr_open") page.rows.push({ cells: [], line });
    if (token.type !== "inline") return;
    if (tokens[index - 1]?.type === "td_open") page.rows.at(-1)?.cells.push(token.content);
    if (tokens[index - 1]?.type === "heading_open") addAnchor(anchors, token);
    page.texts.push({ text: token.content, line });
    for (const child of token.children ?? []) {
      if (child.type === "code_inline") page.codeSpans.push({ text: child.content, line });
      const target = child.type === "link_open" ? child.attrGet("href") : child.type === "image" ? child.attrGet("src") : null;
      if (target !== null) page.links.push({ target: String(target), line });
    }
  });
  return { ...page, anchors };
}

function lineOf(tokens: readonly Token[], index: number): number {
  for (let at = index; at >= 0; at -= 1) {
    const map = tokens[at]?.map;
    if (map) return map[0] + 1;
  }
  return 1;
}

function readInfo(info: string): Pick<Fence, "language" | "attributes"> {
  const [language = "", ...words] = info.trim().split(/\s+/);
  return {
    language,
    attributes: new Map(words.map((word) => [word.split("=")[0] ?? "", word.split("=").slice(1).join("=")] as const)),
  };
}

/** GitHub's rule: lower case, punctuation dropped, blanks to hyphens, a number behind the second of the same name. */
function addAnchor(anchors: Set<string>, heading: Token): void {
  const text = (heading.children ?? []).map((child) => child.content).join("");
  const base = text.toLowerCase().replace(/[^\p{L}\p{N}_\- ]/gu, "").replaceAll(" ", "-");
  let anchor = base;
  for (let count = 1; anchors.has(anchor); count += 1) anchor = `${base}-${count}`;
  anchors.add(anchor);
}
