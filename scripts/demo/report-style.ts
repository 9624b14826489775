/** Style of the report: close to GitHub's own, in the reader's light or dark scheme, without anything to load. */
export const REPORT_STYLE = `
:root { --back: #fff; --raised: #f6f8fa; --text: #1f2328; --quiet: #59636e; --line: #d1d9e0; --link: #0969da; --good: #1a7f37; --bad: #cf222e; --added: #dafbe1; --removed: #ffebe9; --words: #fff8c5; --place: #ddf4ff; }
@media (prefers-color-scheme: dark) { :root { --back: #0d1117; --raised: #151b23; --text: #f0f6fc; --quiet: #9198a1; --line: #3d444d; --link: #4493f8; --good: #3fb950; --bad: #f85149; --added: #12261e; --removed: #25171c; --words: #272115; --place: #111d2e; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 -apple-system, BlinkMacSystemFont, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
header, main { max-width: 960px; margin: 0 auto; padding: 24px; }
header { padding-bottom: 0; }
header h1 { margin: 0; font-size: 28px; }
.repository, header p { margin: 0 0 4px; color: var(--quiet); }
nav { margin-top: 20px; padding: 16px; border: 1px solid var(--line); border-radius: 6px; background: var(--raised); font-size: 14px; scroll-margin-top: 16px; }
nav ol { margin: 0; padding-left: 28px; columns: 2 320px; column-gap: 32px; }
nav li { margin: 0 0 4px; break-inside: avoid; line-height: 1.35; }
nav li.good::marker { color: var(--good); }
nav li.bad::marker, nav li.bad a { color: var(--bad); }
nav p { margin: 12px 0 0; }
.back { margin: 8px 0 0; font-size: 14px; }
section { margin: 0 0 56px; scroll-margin-top: 16px; }
section > h2 { margin: 0 0 4px; font-size: 22px; }
.box { margin: 16px 0; border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
.caption { padding: 8px 16px; background: var(--raised); border-bottom: 1px solid var(--line); color: var(--quiet); font-size: 14px; }
.caption strong { color: var(--text); }
.caption em { padding: 0 6px; border: 1px solid var(--line); border-radius: 1em; font-style: normal; font-size: 12px; }
summary.caption { border-bottom: 0; }
details[open] > summary.caption { border-bottom: 1px solid var(--line); }
.checks { list-style: none; margin: 12px 0; padding: 0; }
.checks .good > span { color: var(--good); }
.checks .bad > span { color: var(--bad); }
.claims .good::marker, p.good { color: var(--good); }
.claims .bad, .claims .bad::marker, p.bad { color: var(--bad); }
.claims { padding-left: 20px; }
.claims .good { list-style-type: "✓  "; }
.claims .bad { list-style-type: "✗  "; }
.markdown { padding: 16px; font-size: 14px; overflow-wrap: break-word; }
.markdown > :first-child { margin-top: 0; }
.markdown > :last-child { margin-bottom: 0; }
.markdown h2 { padding-bottom: 6px; border-bottom: 1px solid var(--line); font-size: 21px; }
.markdown h3 { font-size: 17px; }
.markdown h4 { font-size: 14px; }
.markdown a, a { color: var(--link); }
code, pre { font: 12px/1.45 ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, monospace; }
.markdown code { padding: 2px 5px; border-radius: 6px; background: var(--raised); }
.markdown pre { margin: 0 0 16px; padding: 12px; border-radius: 6px; background: var(--raised); overflow-x: auto; }
.markdown pre code { padding: 0; background: none; }
pre span { display: inline-block; min-width: 100%; }
pre .added { background: var(--added); }
pre .removed { background: var(--removed); }
pre .words { background: var(--words); }
pre .place { background: var(--place); color: var(--quiet); }
details { margin: 0 0 12px; }
summary { cursor: pointer; }
table { display: block; width: max-content; max-width: 100%; margin: 0 0 16px; overflow-x: auto; border-collapse: collapse; }
th, td { padding: 6px 12px; border: 1px solid var(--line); text-align: left; }
tbody tr:nth-child(2n) { background: var(--raised); }
.runs caption { margin: 0 0 8px; text-align: left; color: var(--quiet); font-size: 14px; }
.runs td:nth-child(n+3), .runs th:nth-child(n+3) { text-align: right; font-variant-numeric: tabular-nums; }
@media print { nav, .back { display: none; } }
`;
