/** Why a request cannot be carried out; nothing of it is. */
export interface Fault {
  /** Line of the text with the names, from 1; undefined where it is about something else. */
  readonly line?: number;
  readonly message: string;
  /** What to do, as a sentence. */
  readonly hint: string;
}
