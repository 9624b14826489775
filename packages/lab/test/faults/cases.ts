import { FAULT_KINDS, type FaultKind } from "@retell-actions/lab/faults/fault-kinds";
import { wordsFor, type Call } from "@retell-actions/lab/faults/name-call";

/** One call of an action that goes wrong in one way: the first time only, or each time. */
export interface Case {
  readonly call: Call;
  readonly kind: FaultKind;
  readonly times: "once" | "always";
}

/** Every call with every fault that it can meet; first and lasting faults take turns. */
export function casesFor(calls: readonly Call[]): Case[] {
  return calls.flatMap((call, row) => FAULT_KINDS.filter((kind) => canMeet(call, kind)).map((kind, column): Case => ({ call, kind, times: (row + column) % 2 === 0 ? "once" : "always" })));
}

function canMeet({ of, name, write }: Call, kind: FaultKind): boolean {
  return kind.of.includes(of) && (kind.only === undefined || (kind.only === "write") === write) && (kind.on === undefined || kind.on.test(name));
}

/** Every `step`-th fault of each call, beginning with another one at each call, so that all have their turn. An odd step takes first and lasting ones. */
export function spread(cases: readonly Case[], step: number): Case[] {
  const calls = [...new Set(cases.map(({ call }) => call))];
  return cases.filter(({ call }, index) => (index + calls.indexOf(call)) % step === Math.floor(step / 2));
}

/** `Retell GET /get-agent: 500 once`. */
export function wordsOf({ call, kind, times }: Case): string {
  return `${wordsFor(call)}: ${kind.name} ${times}`;
}
