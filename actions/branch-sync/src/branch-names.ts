import { markFolder } from "@retell-actions/core/state/ownership-mark";

/** The branch of a sync's pull request: `retell/sync/production-to-staging`, with the project's folder before the last part. */
export function syncBranch(place: { readonly directory: string; readonly source: string; readonly target: string }): string {
  return `retell/sync/${markFolder(place.directory, `${place.source}-to-${place.target}`)}`;
}

/** Where `force` keeps an old tip: `retell/backup/develop/abc1234`; `digits` of its commit tell several apart. */
export function backupBranch(place: { readonly directory: string; readonly target: string; readonly tip: string; readonly digits: number }): string {
  return `retell/backup/${markFolder(place.directory, place.target)}/${place.tip.slice(0, place.digits)}`;
}
