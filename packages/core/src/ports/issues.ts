/** An issue that is no pull request. */
export interface Issue {
  readonly number: number;
  readonly state: "open" | "closed";
  readonly title: string;
  readonly body: string;
  readonly authorIsBot: boolean;
  readonly url: string;
}

/** Issues of the repository. Throws `PlatformError` with the permission or setting to change. */
export interface Issues {
  /** Open and closed ones that bots opened, all pages, the oldest first; pull requests are not among them. */
  listByBots(): Promise<Issue[]>;
  /** Undefined if it was deleted or moved away. */
  get(number: number): Promise<Issue | undefined>;
  create(issue: { title: string; body: string; labels: readonly string[] }): Promise<Issue>;
  update(number: number, change: { title?: string; body?: string; state?: "open" | "closed" }): Promise<void>;
}
