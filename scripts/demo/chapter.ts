import type { RunRecord } from "./record.ts";

/** Something that the story claims, and whether it came out so. */
export interface Claim {
  readonly text: string;
  readonly held: boolean;
}

/** A comment as it stood on the pull request at that moment. */
export interface PostedComment {
  readonly author: string;
  readonly pullRequest: number;
  readonly body: string;
  /** True if this is an older comment with new text. */
  readonly edited: boolean;
}

/** One step of the story. */
export interface Chapter {
  readonly title: string;
  /** What happens, in one or two sentences. */
  readonly told: string;
  /** A file or an edit to look at. */
  readonly exhibit?: { readonly caption: string; readonly text: string };
  readonly run?: RunRecord;
  readonly comment?: PostedComment;
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
