import type { Section } from "./section.ts";

/** The order of the page; what is not named here comes after it. */
const ORDER = ["crash", "faults", "races", "attacks", "fuzz", "mutation", "bench", "supply-chain"];

const INTRODUCTION = `# Evidence

What was tried, on which commit, and how it came out. Every section is written by the command that it names and by nothing else; run it and
the section is written anew. Nothing is claimed here that was not run. \`npm test\` takes a sample of each matrix.

Times depend on the machine and on what else it did, so figures are ratios within one run where they can be.
`;

/** \`docs/evidence.md\`: the same sections give the same bytes. */
export function renderEvidence(sections: readonly Section[]): string {
  const place = ({ name }: Section): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  const sorted = [...sections].sort((a, b) => place(a) - place(b) || (a.name < b.name ? -1 : 1));
  return [INTRODUCTION, ...sorted.map(renderSection)].join("\n");
}

function renderSection(section: Section): string {
  const commit = `\`${section.commit.slice(0, 12)}\`${section.uncommitted ? " with changes that were not committed" : ""}`;
  const tables = section.tables.flatMap(({ title, header, rows }) => [...(title === undefined ? [] : [`### ${title}`, ""]), row(header), row(header.map((_, column) => (column === 0 ? "---" : "---:"))), ...rows.map(row), ""]);
  const failures = section.failures.length === 0 ? [] : ["Did not come out as it must:", "", ...section.failures.map((line) => `- ${cell(line)}`), ""];
  return [
    `## ${section.title}`,
    "",
    section.text,
    "",
    `\`${section.command}\`, ${section.at.replace("T", " ").replace("Z", " UTC")}, commit ${commit}, ${section.machine}, ${Math.round(section.seconds)} s.`,
    "",
    ...tables,
    ...failures,
  ].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(cell).join(" | ")} |`;
}

function cell(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("|", "\\|");
}
