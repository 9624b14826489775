import type { DesiredAgent } from "../project/desired.ts";

/** A paragraph that stands in several prompts: a proposal for a section that they share. */
export interface SharedParagraph {
  /** As the first prompt has it. */
  readonly text: string;
  /** Names of the agents, sorted. */
  readonly agents: readonly string[];
  /** In how many prompts it stands. */
  readonly prompts: number;
}

/** Prompts from which on a paragraph is worth a file of its own. */
const FROM_PROMPTS = 3;
/** Shorter ones are headings and greetings. */
const SHORTEST = 40;

/** Paragraphs that stand in three or more prompts, white space aside; the most frequent first. A report only: nothing is changed. */
export function sharedParagraphs(agents: Iterable<DesiredAgent>): SharedParagraph[] {
  const found = new Map<string, { text: string; agents: Set<string>; prompts: Set<string> }>();
  for (const agent of agents) {
    for (const [pointer, { text }] of agent.prompts) {
      for (const paragraph of text.split(/\n[ \t]*\n\s*/)) {
        const key = paragraph.replace(/\s+/g, " ").trim();
        if (key.length < SHORTEST) continue;
        const entry = found.get(key) ?? { text: paragraph.trim(), agents: new Set<string>(), prompts: new Set<string>() };
        found.set(key, entry);
        entry.agents.add(agent.name);
        entry.prompts.add(JSON.stringify([agent.name, pointer]));
      }
    }
  }
  return [...found.values()]
    .filter(({ prompts }) => prompts.size >= FROM_PROMPTS)
    .map(({ text, agents: names, prompts }) => ({ text, agents: [...names].sort(), prompts: prompts.size }))
    .sort((a, b) => b.prompts - a.prompts || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
}
