import type { Issue, Issues } from "../ports/issues.ts";
import { isDriftOf, parseDriftHeader, renderDriftHeader, withDriftHeader, type DriftHeader } from "../report/drift-header.ts";

/** The rolling issue as it shall be. */
export interface DriftIssue {
  readonly title: string;
  /** The body below its header; undefined where there is nothing to tell (any more). */
  readonly text: string | undefined;
  readonly header: Omit<DriftHeader, "head" | "drift"> & { readonly drift: string | undefined };
  readonly labels: readonly string[];
}

export type KeptIssue = { readonly kind: "none" } | { readonly kind: "opened" | "updated" | "unchanged" | "closed" | "dismissed"; readonly number: number; readonly url: string };

/**
 * Keeps one issue per workspace: opened, rewritten in place, closed when its reason is gone, and not opened again for a
 * drift that a person closed. `listed` are the bots' issues of the repository, so that several workspaces read them once.
 */
export async function keepDriftIssue(wanted: DriftIssue, { issues, listed }: { readonly issues: Issues; readonly listed: readonly Issue[] }): Promise<KeptIssue> {
  const own = listed.filter((issue) => issue.authorIsBot && isDriftOf(parseDriftHeader(issue.body), wanted.header));
  const open = own.find(({ state }) => state === "open");
  if (wanted.text === undefined || wanted.header.drift === undefined) {
    if (open === undefined) return { kind: "none" };
    const header = parseDriftHeader(open.body);
    await issues.update(open.number, { state: "closed", ...(header === undefined ? {} : { body: withDriftHeader(open.body, { ...header, closed: "gone" }) }) });
    return { kind: "closed", number: open.number, url: open.url };
  }
  const body = `${renderDriftHeader({ ...wanted.header, drift: wanted.header.drift, head: null })}\n${wanted.text}`;
  if (open !== undefined) {
    // What a person has written into it stays as long as the same drift is told.
    const same = parseDriftHeader(open.body)?.drift === wanted.header.drift;
    if (!same) await issues.update(open.number, { title: wanted.title, body });
    return { kind: same ? "unchanged" : "updated", number: open.number, url: open.url };
  }
  const newest = own.at(-1);
  const header = newest === undefined ? undefined : parseDriftHeader(newest.body);
  if (newest !== undefined && header?.drift === wanted.header.drift && header.closed === undefined) return { kind: "dismissed", number: newest.number, url: newest.url };
  const made = await issues.create({ title: wanted.title, body, labels: wanted.labels });
  return { kind: "opened", number: made.number, url: made.url };
}
