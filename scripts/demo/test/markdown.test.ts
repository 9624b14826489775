import { describe, expect, test } from "@jest/globals";
import { renderMarkdown } from "../markdown.ts";

const render = (text: string): string => renderMarkdown(text, { anchors: new Map([["/actions/runs/7", "step-1"]]) });

describe("Markdown of the report", () => {
  test.each([
    ["a script in a block", "<script>alert(1)</script>", "&lt;script&gt;"],
    ["a script in a line", "a <script>alert(1)</script> b", "&lt;script&gt;"],
    ["an attribute of a kept tag", 'x <summary onclick="x()">y</summary>', "&lt;summary onclick"],
    ["an image", "![pixel](https://evil.example/x.png)", "[pixel]"],
    ["an image as HTML", '<img src="https://evil.example/x.png">', "&lt;img"],
    ["an unfinished tag", "<details\n<b onmouseover=x", "&lt;"],
    ["an unfinished comment", "<details>\n<!-- <img src=x onerror=y>", "&lt;img"],
  ])("%s is shown as text", (_, text, shown) => {
    const html = render(text);
    expect(html).toContain(shown);
    expect(html).not.toMatch(/<(script|img)|<[^>]*\son[a-z]+=/);
  });

  test("links lead to places in the page or nowhere", () => {
    expect(render("[run](http://127.0.0.1:1/a/b/actions/runs/7)")).toContain('<a href="#step-1">run</a>');
    expect(render("[out](https://example.com)")).toContain('<a title="https://example.com">out</a>');
    expect(render("[bad](javascript:alert(1))")).not.toContain("<a");
  });

  test("folded parts stay, hidden headers go, differences are marked", () => {
    const html = render('<!-- retell-actions {"kind":"x"} -->\n<details><summary><code>a</code></summary>\n\n```diff\n-old\n+new\n```\n\n</details>\n');
    expect(html).toContain("<details><summary><code>a</code></summary>");
    expect(html).toContain('<span class="removed">-old</span>\n<span class="added">+new</span>');
    expect(html).not.toContain("retell-actions");
  });
});
