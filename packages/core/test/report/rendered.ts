import MarkdownIt from "markdown-it";

/** What a text becomes on a page, as far as it can harm: the structure that GitHub's renderer would show. */
export interface Rendered {
  readonly headings: string[];
  readonly links: string[];
  /** Raw HTML that reaches the page. */
  readonly html: string[];
  readonly fences: { readonly info: string; readonly text: string }[];
  readonly code: string[];
  /** Running text, outside code: the only place where GitHub looks for mentions and references. */
  readonly text: string;
  /** Cells of each table row. */
  readonly rows: number[];
  readonly images: number;
}

const markdown = new MarkdownIt({ html: true, linkify: true });
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: true });
markdown.linkify.add("www.", { validate: () => 1 });

export function rendered(source: string): Rendered {
  const page = { headings: [] as string[], links: [] as string[], html: [] as string[], fences: [] as { info: string; text: string }[], code: [] as string[], rows: [] as number[] };
  let text = "";
  let images = 0;
  const tokens = markdown.parse(source, {});
  for (const [index, token] of tokens.entries()) {
    if (token.type === "heading_open") page.headings.push(tokens[index + 1]?.content ?? "");
    if (token.type === "fence") page.fences.push({ info: token.info, text: token.content });
    if (token.type === "code_block") page.code.push(token.content);
    if (token.type === "html_block") page.html.push(...(token.content.match(/<[^>]*>/g) ?? [token.content]));
    if (token.type === "tr_open") page.rows.push(0);
    if (token.type === "th_open" || token.type === "td_open") page.rows[page.rows.length - 1] = (page.rows.at(-1) ?? 0) + 1;
    if (token.type !== "inline") continue;
    for (const child of token.children ?? []) {
      if (child.type === "link_open") page.links.push(String(child.attrGet("href")));
      if (child.type === "html_inline") page.html.push(child.content);
      if (child.type === "code_inline") page.code.push(child.content);
      if (child.type === "image") images += 1;
      if (child.type === "text") text += child.content;
    }
    text += "\n";
  }
  return { ...page, text, images };
}

/** What GitHub turns into a notification or a link in running text. */
export const REFERENCES = /(?<![\w`])@[\w-]|#\d|(?<![\p{L}\p{N}])gh-\d|(?:https?|ftp):\/\/\S|www\.\S|\w@\w/iu;
