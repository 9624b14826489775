import MarkdownIt from "markdown-it";

/** Tags that GitHub keeps in comments and that the reports use; any other markup is shown as text. */
const KEPT_TAG = /^<\/?(details|summary|code|strong|em|br|sub|sup|kbd)>$/;

/** Renders Markdown as GitHub shows a comment, without trusting it: nothing in it can load, run or leave the page. */
export function renderMarkdown(text: string, options: { readonly anchors: ReadonlyMap<string, string> }): string {
  const markdown = new MarkdownIt({ html: true, linkify: false });
  const { rules } = markdown.renderer;
  const html: NonNullable<(typeof rules)[string]> = (tokens, index) => keepTags(tokens[index]?.content ?? "");
  Object.assign(rules, { html_block: html, html_inline: html });
  rules["image"] = (tokens, index) => escapeHtml(`[${tokens[index]?.content ?? "image"}]`);
  // The lab is gone when somebody reads the report, so links go to places in the page or nowhere.
  rules["link_open"] = (tokens, index) => {
    const target = String(tokens[index]?.attrGet("href") ?? "");
    const anchor = [...options.anchors].find(([ending]) => target.endsWith(ending))?.[1];
    return anchor === undefined ? `<a title="${escapeHtml(target)}">` : `<a href="#${escapeHtml(anchor)}">`;
  };
  rules["fence"] = (tokens, index) => {
    const { content = "", info = "" } = tokens[index] ?? {};
    return `<pre><code>${info.trim() === "diff" ? diffLines(content) : escapeHtml(content)}</code></pre>\n`;
  };
  return markdown.render(text);
}

/** For text and for attribute values in double quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function keepTags(html: string): string {
  return html
    .split(/(<!--[\s\S]*?-->|<[^<>]*>)/)
    .map((part) => {
      if (part.startsWith("<!--")) return "";
      return KEPT_TAG.test(part) ? part : part.replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    })
    .join("");
}

function diffLines(text: string): string {
  const kinds: Readonly<Record<string, string>> = { "+": "added", "-": "removed", "@": "place", "!": "words" };
  return text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => `<span class="${kinds[line[0] ?? ""] ?? "same"}">${escapeHtml(line)}</span>`)
    .join("\n");
}
