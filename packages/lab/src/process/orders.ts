/** What the broker is to start. */
export interface ProcessOrder {
  readonly id: number;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly input: Buffer;
}

/** How it ended. `problem` is why it could not be started; a signal counts as code 128. */
export interface ProcessAnswer {
  readonly id: number;
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly problem: string | undefined;
}
