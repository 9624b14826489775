/** A place in a file of the user; line and column count from 1, the column in UTF-16 units. */
export interface FilePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A file's text that can say where an offset stands. A byte order mark at its start is not part of the text. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
  /** Cheap for many offsets: lines are counted once. Offsets beyond the end give the end. */
  position(offset: number): FilePosition;
}

/** Wraps a file's text; lines end with LF or CRLF. */
export function sourceText(file: string, raw: string): SourceText {
  const text = raw.startsWith("\uFEFF") ? raw.slice(1) : raw;
  let starts: number[] | undefined;
  return {
    file,
    text,
    position: (offset) => {
      starts ??= lineStarts(text);
      const inside = Math.min(Math.max(offset, 0), text.length);
      const line = lastAtOrBefore(starts, inside);
      return { file, line: line + 1, column: inside - (starts[line] ?? 0) + 1 };
    },
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function lastAtOrBefore(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
