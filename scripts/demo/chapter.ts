import type { JobRecord, RunRecord } from "./record.ts";

/** Something that the story claims, and whether it came out so. */
export interface Claim {
  readonly text: string;
  readonly held: boolean;
}

/** Markdown that people read on GitHub at that moment: a comment, a pull request, the summary of a job. */
export interface Shown {
  /** Who wrote it; undefined for what is nobody's, such as a summary. */
  readonly author?: string;
  /** What it is, such as `commented on pull request #1`. */
  readonly what: string;
  readonly body: string;
  /** True if the first lines are enough in a terminal. */
  readonly brief?: boolean;
}

/** Jobs of a run that ends in a later chapter. */
export interface RunningPart {
  readonly workflow: string;
  readonly jobs: readonly JobRecord[];
}

/** One step of the story. */
export interface Chapter {
  readonly title: string;
  /** What happens, in one or two sentences. */
  readonly told: string;
  /** A file or an edit to look at. */
  readonly exhibit?: { readonly caption: string; readonly text: string };
  /** Runs that ended in this chapter. */
  readonly runs: readonly RunRecord[];
  /** What has been done so far of a run that waits for somebody. */
  readonly running?: RunningPart;
  readonly shown: readonly Shown[];
  readonly claims: readonly Claim[];
}

/** The story as it was played. */
export interface Story {
  readonly title: string;
  readonly repository: string;
  readonly chapters: readonly Chapter[];
  /** What did not come out as told; empty if all is well. */
  readonly broken: readonly string[];
}

export function storyOf(story: Omit<Story, "broken">): Story {
  const broken = story.chapters.flatMap(({ title, claims }) => claims.filter(({ held }) => !held).map(({ text }) => `${title}: ${text}`));
  return { ...story, broken };
}

/** A claim; `held` is what was looked up, never what was expected. */
export function claim(text: string, held: boolean): Claim {
  return { text, held };
}
