import type { Sequence } from "./match-sequences.ts";

/** A way to write elements as numbers: through one and the same, equal elements are equal numbers. `blanks` are those of blank elements. */
export function createNumbering(isBlank: (element: string) => boolean): { readonly number: (elements: readonly string[]) => Sequence; readonly blanks: ReadonlySet<number> } {
  const numbers = new Map<string, number>();
  const blanks = new Set<number>();
  const numberOf = (element: string): number => {
    const known = numbers.get(element);
    if (known !== undefined) return known;
    if (isBlank(element)) blanks.add(numbers.size);
    numbers.set(element, numbers.size);
    return numbers.size - 1;
  };
  return { number: (elements) => elements.map(numberOf), blanks };
}
