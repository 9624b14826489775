/**
 * The ownership mark stands in `version_title`, the only free text on a version, and is the only content of an engine
 * that was just created. It says which repository and which agent folder a version belongs to.
 */
export interface OwnershipMark {
  readonly repositoryId: number;
  /** The agent's folder name, with the working directory before it where there is one: `voice/sales`. */
  readonly folder: string;
  /** The first seven characters of the commit that the content was written from. */
  readonly shortSha: string;
}

const FORM = /^retell-actions (\d{1,16}) (\S{1,512}) ([0-9a-f]{7,40})$/;

/** The mark's text; `parseMark` is its inverse. */
export function renderMark(mark: OwnershipMark): string {
  return `retell-actions ${mark.repositoryId} ${mark.folder} ${mark.shortSha}`;
}

/** The mark in a version's title or a new engine's prompt; undefined for any other text. */
export function parseMark(text: string | null | undefined): OwnershipMark | undefined {
  const match = FORM.exec(text ?? "");
  if (match === null) return undefined;
  const [, repositoryId, folder, shortSha] = match;
  return { repositoryId: Number(repositoryId), folder: folder ?? "", shortSha: shortSha ?? "" };
}

/** The folder as marks name it. */
export function markFolder(workingDirectory: string, agent: string): string {
  return workingDirectory === "" ? agent : `${workingDirectory}/${agent}`;
}
