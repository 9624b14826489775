/** Something wrong in the documentation. Lines count from 1. */
export interface Finding {
  /** Path from the repository's root. */
  readonly file: string;
  readonly line?: number;
  readonly message: string;
}

/** `file:line: message`, for a terminal. */
export function showFinding({ file, line, message }: Finding): string {
  return `${file}${line === undefined ? "" : `:${line}`}: ${message}`;
}
