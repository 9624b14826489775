import { byteLength } from "./escape.ts";

/** What is left out of a report that is too long, in this order. */
export const DROP_STEPS = ["by-hand", "full-texts", "hunks", "counts", "unchanged-agents", "rows"] as const;
export type DropStep = (typeof DROP_STEPS)[number];

/** How the report calls what it left out. A complete record, so that a new step cannot be forgotten. */
const STEP_NOUNS: Record<DropStep, string> = {
  "by-hand": "what to write by hand",
  "full-texts": "full texts",
  hunks: "text diffs",
  counts: "tables of fields",
  "unchanged-agents": "names of agents without changes",
  rows: "parts of long lists",
};

/** A part of a report. `shorter` takes its place when the report must shrink by that step. */
export interface Piece {
  readonly text: string;
  readonly shorter?: { readonly step: DropStep; readonly piece: Piece };
}

/** Pieces stand one after the other, each a block of its own; empty ones vanish. */
export type Pieces = readonly (Piece | string)[];

export interface Fitted {
  readonly text: string;
  /** The steps that were needed, in order; empty if nothing was left out. */
  readonly dropped: DropStep[];
}

/** Room for the sentence that says what was left out. */
const NOTICE_BYTES = 400;

/**
 * Puts pieces together within `limit` UTF-8 bytes. Step by step, and within a step the largest piece first, until it
 * fits; the result then ends with a sentence that says what was left out and `where` it is. If even the shortest form is
 * too long, `fallback` stands alone. The same pieces give the same bytes.
 */
export function fit(pieces: Pieces, options: { readonly limit: number; readonly where: string; readonly fallback: string }): Fitted {
  const current: Piece[] = pieces.map((piece) => (typeof piece === "string" ? { text: piece } : piece));
  let bytes = current.reduce((sum, piece) => sum + size(piece), 0);
  if (bytes <= options.limit) return { text: join(current), dropped: [] };
  const dropped: DropStep[] = [];
  const target = options.limit - NOTICE_BYTES;
  for (const step of DROP_STEPS) {
    // A piece can shrink several times by one step (rows: 200, then 50), so the step repeats until nothing moves.
    for (let moved = true; moved && bytes > target; ) {
      moved = false;
      const order = current
        .map((piece, index) => ({ index, saves: piece.shorter?.step === step ? size(piece) - size(piece.shorter.piece) : 0 }))
        .filter(({ saves }) => saves > 0)
        .sort((a, b) => b.saves - a.saves || a.index - b.index);
      for (const { index, saves } of order) {
        if (bytes <= target) break;
        const piece = current[index]?.shorter?.piece;
        if (piece === undefined) continue;
        current[index] = piece;
        bytes -= saves;
        moved = true;
        if (!dropped.includes(step)) dropped.push(step);
      }
    }
    skip(current, step);
    bytes = current.reduce((sum, piece) => sum + size(piece), 0);
    if (bytes <= target) return { text: join([...current, { text: notice(dropped, options.where) }]), dropped };
  }
  return { text: options.fallback, dropped: [...DROP_STEPS] };
}

/** Forms that would not have saved anything give way to those of the next steps behind them. */
function skip(current: Piece[], step: DropStep): void {
  for (const [index, piece] of current.entries()) {
    if (piece.shorter?.step === step && size(piece) <= size(piece.shorter.piece) && piece.shorter.piece.shorter !== undefined) {
      current[index] = { text: piece.text, shorter: piece.shorter.piece.shorter };
    }
  }
}

function notice(dropped: readonly DropStep[], where: string): string {
  return `> Left out to stay within GitHub's size limit: ${dropped.map((step) => STEP_NOUNS[step]).join(", ")}. ${where}`;
}

const size = (piece: Piece): number => (piece.text === "" ? 0 : byteLength(piece.text) + 2);

function join(pieces: readonly Piece[]): string {
  return `${pieces
    .map((piece) => piece.text)
    .filter((text) => text !== "")
    .join("\n\n")}\n`;
}
