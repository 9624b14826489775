import type { Chapter, Story } from "./chapter.ts";
import { escapeHtml, renderMarkdown } from "./markdown.ts";
import { REPORT_STYLE } from "./report-style.ts";
import { RUN_COLUMNS, runRows, seconds } from "./run-table.ts";

/** The story as one HTML page that needs nothing else: comments and job summaries as GitHub renders them. */
export function reportPage(story: Story): string {
  const anchors = new Map(story.chapters.flatMap(({ run }, index) => (run === undefined ? [] : [[`/actions/runs/${run.id}`, chapterId(index)] as const])));
  const verdict = story.broken.length === 0 ? "Everything came out as told." : `Not as told: ${story.broken.join("; ")}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>retell-actions: ${escapeHtml(story.title)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<header>
<p class="repository">${escapeHtml(story.repository)}</p>
<h1>${escapeHtml(story.title)}</h1>
<p>Played on one machine with the built actions. Comments and job summaries are shown as GitHub would show them.</p>
</header>
<div class="page">
<nav aria-label="Timeline"><ol>
${story.chapters.map(timelineEntry).join("\n")}
<li><a href="#runs">What each run did</a></li>
</ol></nav>
<main>
${story.chapters.map((chapter, index) => chapterSection(chapter, { index, anchors })).join("\n")}
<section id="runs">
<h2>What each run did</h2>
${runTable(story)}
<p class="${story.broken.length === 0 ? "good" : "bad"}">${escapeHtml(verdict)}</p>
</section>
</main>
</div>
</body>
</html>
`;
}

function chapterId(index: number): string {
  return `step-${index + 1}`;
}

function timelineEntry({ title, run }: Chapter, index: number): string {
  const kind = run === undefined ? "" : run.conclusion === "success" ? "good" : "bad";
  const detail = run === undefined ? "" : `<small>${escapeHtml(`${run.outcome}, ${seconds(run.wallMs)}`)}</small>`;
  return `<li class="${kind}"><a href="#${chapterId(index)}">${escapeHtml(title)}</a>${detail}</li>`;
}

function chapterSection(chapter: Chapter, { index, anchors }: { readonly index: number; readonly anchors: ReadonlyMap<string, string> }): string {
  const { exhibit, comment, run } = chapter;
  const parts = [`<h2>${index + 1}. ${escapeHtml(chapter.title)}</h2>`, `<p>${escapeHtml(chapter.told)}</p>`];
  if (exhibit !== undefined) parts.push(box(escapeHtml(exhibit.caption), `<pre><code>${escapeHtml(exhibit.text)}</code></pre>`));
  if (run !== undefined) {
    const good = run.conclusion === "success";
    parts.push(`<p class="check ${good ? "good" : "bad"}"><span>${good ? "✓" : "✗"}</span> <strong>${escapeHtml(run.job)}</strong> ${escapeHtml(`${run.outcome} · ${run.workflow} · ${seconds(run.wallMs)}`)}</p>`);
  }
  if (comment !== undefined) {
    const caption = `<strong>${escapeHtml(comment.author.replace("[bot]", ""))}</strong> <em>bot</em> commented on pull request #${comment.pullRequest}${comment.edited ? " · edited" : ""}`;
    parts.push(box(caption, renderMarkdown(comment.body, { anchors })));
  }
  if (run !== undefined) parts.push(box(`Job summary of <strong>${escapeHtml(run.job)}</strong>`, renderMarkdown(run.summary, { anchors })));
  parts.push(`<ul class="claims">${chapter.claims.map(({ text, held }) => `<li class="${held ? "good" : "bad"}">${escapeHtml(held ? text : `Not so: ${text}`)}</li>`).join("")}</ul>`);
  return `<section id="${chapterId(index)}">\n${parts.join("\n")}\n</section>`;
}

function box(caption: string, content: string): string {
  return `<article class="box"><div class="caption">${caption}</div><div class="markdown">${content}</div></article>`;
}

function runTable(story: Story): string {
  const head = RUN_COLUMNS.map((column) => `<th scope="col">${escapeHtml(column)}</th>`).join("");
  const rows = runRows(story).map(({ cells, title }) => `<tr title="${escapeHtml(title)}">${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`);
  return `<div class="scroll"><table class="runs"><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}
