import type { Chapter, Shown, Story } from "./chapter.ts";
import { escapeHtml, renderMarkdown } from "./markdown.ts";
import { REPORT_STYLE } from "./report-style.ts";
import { jobResult, jobRows, RUN_COLUMNS, runRows, seconds } from "./run-table.ts";

/** The story as one HTML page that needs nothing else: comments and job summaries as GitHub renders them. */
export function reportPage(story: Story): string {
  const anchors = new Map(story.chapters.flatMap(({ runs }, index) => runs.map(({ id }) => [`/actions/runs/${id}`, chapterId(index)] as const)));
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
<p>Played on one machine with the built actions. Comments, pull requests and job summaries are shown as GitHub would show them.</p>
<p class="${story.broken.length === 0 ? "good" : "bad"}">${escapeHtml(verdict)}</p>
<nav id="chapters" aria-label="Chapters"><ol>
${story.chapters.map(chapterEntry).join("\n")}
</ol><p><a href="#runs">What each run did</a></p></nav>
</header>
<main>
${story.chapters.map((chapter, index) => chapterSection(chapter, { index, anchors })).join("\n")}
<section id="runs">
<h2>What each run did</h2>
${runTable(story)}
</section>
</main>
</body>
</html>
`;
}

function chapterId(index: number): string {
  return `step-${index + 1}`;
}

function chapterEntry({ title, claims }: Chapter, index: number): string {
  return `<li class="${claims.every(({ held }) => held) ? "good" : "bad"}"><a href="#${chapterId(index)}">${escapeHtml(title)}</a></li>`;
}

function chapterSection(chapter: Chapter, { index, anchors }: { readonly index: number; readonly anchors: ReadonlyMap<string, string> }): string {
  const { exhibit, shown, claims } = chapter;
  const rows = jobRows(chapter);
  const parts = [`<h2>${index + 1}. ${escapeHtml(chapter.title)}</h2>`, `<p>${escapeHtml(chapter.told)}</p>`];
  if (exhibit !== undefined) parts.push(box(escapeHtml(exhibit.caption), `<pre><code>${escapeHtml(exhibit.text)}</code></pre>`));
  if (rows.length > 0) parts.push(`<ul class="checks">${rows.map(jobLine).join("")}</ul>`);
  parts.push(...shown.map((one) => box(caption(one), renderMarkdown(one.body, { anchors }))));
  const others = rows.filter(({ job }) => job.summary.trim() !== "" && !shown.some(({ body }) => body === job.summary));
  parts.push(...others.map(({ job }) => folded(`Summary of the job <strong>${escapeHtml(job.name)}</strong>`, renderMarkdown(job.summary, { anchors }))));
  parts.push(`<ul class="claims">${claims.map(({ text, held }) => `<li class="${held ? "good" : "bad"}">${escapeHtml(held ? text : `Not so: ${text}`)}</li>`).join("")}</ul>`);
  parts.push('<p class="back"><a href="#chapters">All chapters</a></p>');
  return `<section id="${chapterId(index)}">\n${parts.join("\n")}\n</section>`;
}

function jobLine({ workflow, job }: ReturnType<typeof jobRows>[number]): string {
  const good = job.conclusion === "success";
  return `<li class="${good ? "good" : "bad"}"><span>${good ? "✓" : "✗"}</span> <strong>${escapeHtml(job.name)}</strong> ${escapeHtml(`${jobResult(job)} · ${workflow} · ${seconds(job.workMs)}`)}</li>`;
}

function caption({ author, what }: Shown): string {
  const name = author === undefined ? "" : `<strong>${escapeHtml(author.replace("[bot]", ""))}</strong> ${author.endsWith("[bot]") ? "<em>bot</em> " : ""}`;
  return `${name}${escapeHtml(what)}`;
}

function box(title: string, content: string): string {
  return `<article class="box"><div class="caption">${title}</div><div class="markdown">${content}</div></article>`;
}

function folded(title: string, content: string): string {
  return `<details class="box"><summary class="caption">${title}</summary><div class="markdown">${content}</div></details>`;
}

function runTable(story: Story): string {
  const head = RUN_COLUMNS.map((column) => `<th scope="col">${escapeHtml(column)}</th>`).join("");
  const rows = runRows(story).map(({ cells, title }) => `<tr title="${escapeHtml(title)}">${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`);
  return `<div class="scroll"><table class="runs"><caption>Requests to Retell and to GitHub, and how many of them write</caption><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}
