import { parseMark } from "../state/ownership-mark.ts";
import type { LiveAgent } from "./live.ts";

/** Whether the version bears this repository's mark for one of these folders. */
export function bearsOurMark(live: LiveAgent, ours: { readonly repositoryId: number; readonly ownFolders: readonly string[] }): boolean {
  const mark = parseMark(live.agent.title);
  return mark !== undefined && mark.repositoryId === ours.repositoryId && ours.ownFolders.includes(mark.folder);
}
