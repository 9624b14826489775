/** Digests of the live states that commands were held against, by workspace and agent. */
export type ReadDigests = ReadonlyMap<string, ReadonlyMap<string, string>>;

const READ = /^Retell-Read: (\S+) (\S+) @([0-9a-f]+)$/;

/** Names the comment or the run by hand whose decisions a commit carries; a re-run of either gives the same line. */
export function originTrailer(origin: { readonly comment: number } | { readonly run: string }): string {
  return "comment" in origin ? `Retell-Command: ${origin.comment}` : `Retell-Run: ${origin.run}`;
}

/** The states as lines of a commit message, sorted; `readDigests` is the inverse. */
export function readTrailers(read: ReadDigests): string[] {
  return [...read].flatMap(([workspace, agents]) => [...agents].map(([agent, digest]) => `Retell-Read: ${workspace} ${agent} @${digest}`)).sort();
}

/** The states that a commit message names. */
export function readDigests(message: string): ReadDigests {
  const read = new Map<string, Map<string, string>>();
  for (const line of message.split("\n")) {
    const [, workspace, agent, digest] = READ.exec(line) ?? [];
    if (workspace === undefined || agent === undefined || digest === undefined) continue;
    read.set(workspace, new Map([...(read.get(workspace) ?? []), [agent, digest]]));
  }
  return read;
}
