import { posix } from "node:path";
import type { Finding } from "./finding.ts";
import type { MarkdownPage } from "./markdown-page.ts";

/** This repository on GitHub, as the documentation names it; pages that are also shipped in release tags link to it. */
const SELF = /^https:\/\/github\.com\/org\/retell-actions\/(?:blob|tree)\/main\//;

/** The folder that becomes the tree of release tags, and the page that becomes its README. */
const SHIPPED = "actions/";
const SHIPPED_README = "docs/release-readme.md";

/**
 * Broken links among pages: targets that do not exist, headings that do not exist, paths out of the repository, and
 * relative links that a release tag, whose tree is the built actions only, would not have.
 */
export function checkLinks(pages: ReadonlyMap<string, MarkdownPage>, exists: (path: string) => boolean): Finding[] {
  return [...pages].flatMap(([file, page]) =>
    page.links.flatMap(({ target, line }) => {
      const message = brokenLink({ file, target, pages, exists });
      return message === undefined ? [] : [{ file, line, message }];
    }),
  );
}

function brokenLink(link: { file: string; target: string; pages: ReadonlyMap<string, MarkdownPage>; exists: (path: string) => boolean }): string | undefined {
  const { file, pages, exists } = link;
  const own = SELF.test(link.target);
  if (!own && /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(link.target)) return undefined;
  const [path = "", anchor] = decodeURI(link.target.replace(SELF, "")).split("#");
  if (path.startsWith("/")) return `The link ${link.target} starts with "/". Write it relative to the page.`;
  const home = file === SHIPPED_README ? `${SHIPPED}README.md` : file;
  const target = path === "" && !own ? file : posix.join(own ? "." : posix.dirname(home), path).replace(/\/$/, "");
  if (target.startsWith("..")) return `The link ${link.target} leaves the repository.`;
  if (!own && home.startsWith(SHIPPED) && !`${target}/`.startsWith(SHIPPED) && target !== file) {
    return `The link ${link.target} leads out of the release tags, where this page stands too. Link to https://github.com/org/retell-actions/blob/main/${target}.`;
  }
  if (!exists(target)) return `The link ${link.target} leads to ${target}, which does not exist.`;
  if (anchor !== undefined && anchor !== "" && pages.get(target)?.anchors.has(anchor) === false) return `The link ${link.target} leads to a heading that ${target} does not have.`;
  return undefined;
}
