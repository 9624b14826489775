import { styleText } from "node:util";

/** What decides about colours. */
export interface TerminalOptions {
  readonly isTty: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

type Style = Parameters<typeof styleText>[0];

/** Styles text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** Colours only on a terminal, and never with NO_COLOR (https://no-color.org) or on a dumb one. */
export function paintFor({ isTty, environment }: TerminalOptions): Paint {
  const plain = !isTty || (environment["NO_COLOR"] ?? "") !== "" || environment["TERM"] === "dumb";
  return plain ? (_style, text) => text : (style, text) => styleText(style, text, { validateStream: false });
}

/** Cells that a text takes: an emoji with its variation selector counts two. */
export function widthOf(text: string): number {
  const segments = [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)];
  return segments.reduce((sum, { segment }) => sum + (/\p{Emoji_Presentation}|\uFE0F/u.test(segment) ? 2 : 1), 0);
}

/** Pads to a width; numbers go to the right. */
export function padTo(text: string, width: number, side: "left" | "right" = "left"): string {
  const blank = " ".repeat(Math.max(0, width - widthOf(text)));
  return side === "left" ? text + blank : blank + text;
}

/** Breaks at blanks; words that are longer than the line stay whole. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Cuts one line, with a mark. */
export function cut(text: string, width: number): string {
  return widthOf(text) <= width ? text : `${[...text].slice(0, width - 1).join("")}…`;
}
