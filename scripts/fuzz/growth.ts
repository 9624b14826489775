import type { Chance } from "./chance.ts";
import { PUMPS } from "./hostile.ts";
import { nodesOf, printTree, readTree, type Tree } from "./json-tree.ts";

/** A text that grows at one place: the same all around, and so many UTF-16 units there. */
export interface GrowingText {
  readonly what: string;
  /** Lengths to compare, each four times the one before. */
  readonly lengths: readonly [number, number, number];
  at(length: number): string;
}

const SHORT = [2_000, 8_000, 32_000] as const;
/** What a member or an item costs is more than what a character costs, and there are fewer of them in a text. */
const LONG = [6_000, 24_000, 96_000] as const;

/** A way to let a text grow: somewhere, inside a string of JSON, by items of a list, or by members of an object. */
export function growingText(text: string, chance: Chance): GrowingText {
  const pump = chance.pick(PUMPS);
  const tree = chance.once(3) ? undefined : readTree(text);
  const node = tree === undefined ? undefined : chance.pick(nodesOf(tree).filter((one) => one.kind !== "leaf" || one.text.startsWith('"')));
  if (tree === undefined || node === undefined) {
    const at = chance.below(text.length + 1);
    return { what: `${JSON.stringify(pump)} at ${at}`, lengths: SHORT, at: (length) => text.slice(0, at) + pump.repeat(Math.ceil(length / pump.length)) + text.slice(at) };
  }
  const print = (): string => printTree(tree, { indent: 0, lineEnd: "" });
  if (node.kind === "leaf") {
    const value = JSON.parse(node.text) as string;
    const at = chance.below(value.length + 1);
    return {
      what: `${JSON.stringify(pump)} in a string`,
      lengths: SHORT,
      at: (length) => {
        node.text = JSON.stringify(value.slice(0, at) + pump.repeat(Math.ceil(length / pump.length)) + value.slice(at));
        return print();
      },
    };
  }
  const item = chance.pick(node.kind === "list" ? node.items : node.members.map(({ value }) => value)) ?? { kind: "leaf", text: JSON.stringify(pump) };
  const unit = printTree(item, { indent: 0, lineEnd: "" });
  const numbered = chance.once(2);
  const copy = (index: number): Tree => ({ kind: "leaf", text: numbered ? unit.replace(/"([^"\\]*)"(?!\s*:)/g, (_all, content: string) => `"${content}${index}"`) : unit });
  if (node.kind === "list") {
    const { items } = node;
    return {
      what: `items ${unit.slice(0, 60)}`,
      lengths: LONG,
      at: (length) => {
        node.items = [...items, ...Array.from({ length: Math.ceil(length / (unit.length + 2)) }, (_, index) => copy(index))];
        return print();
      },
    };
  }
  const { members } = node;
  const key = chance.pick(["k", "__proto__", "voice_i", "Aa-"]);
  return {
    what: `members ${key} ${unit.slice(0, 60)}`,
    lengths: LONG,
    at: (length) => {
      node.members = [...members, ...Array.from({ length: Math.ceil(length / (unit.length + key.length + 8)) }, (_, index) => ({ key: JSON.stringify(`${key}${index}`), value: copy(index) }))];
      return print();
    },
  };
}

/** Below this the difference between lengths is noise, in milliseconds. */
const NOTICEABLE = 40;
/** Four times the length costs four times as much where costs are linear, sixteen times where they are quadratic. */
const TOO_STEEP = 9;
/** Twice the length: twice the cost, or four times. */
const STILL_TOO_STEEP = 3;

/** How steeply the cost grows, in words; undefined where it grows as it may. `cost` is the time of one call in milliseconds. */
export function tooSteep({ lengths }: GrowingText, cost: (length: number) => number): string | undefined {
  const [short, middle, long] = lengths;
  if (cost(long) < NOTICEABLE) return undefined;
  const least = (length: number): number => Math.min(cost(length), cost(length), cost(length));
  const times = [least(short), least(middle), least(long)] as const;
  if (times[2] < NOTICEABLE || times[2] / times[1] < TOO_STEEP) return undefined;
  // A step, such as the first large collection of garbage, is passed once; what is too steep stays so.
  if (least(2 * long) / times[2] < STILL_TOO_STEEP) return undefined;
  return `${lengths.map((length, index) => `${length}: ${(times[index] ?? 0).toFixed(1)} ms`).join(", ")}`;
}
