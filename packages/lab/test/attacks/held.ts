import { expect } from "@jest/globals";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";

/** Tells that the attack which the test at hand is about was held off. Stands at the end of the test, after its expectations. */
export function held(subject: string): void {
  tellCase({ matrix: "attacks", subject, what: expect.getState().currentTestName ?? "a test without a name", outcome: "held" });
}
