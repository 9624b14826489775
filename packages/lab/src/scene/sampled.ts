/** All cases with `PROVE=full` (`npm test -- --full`); in an ordinary run every `step`-th of them, from the first on. */
export function sampled<Case>(cases: readonly Case[], step: number): Case[] {
  return cases.filter((_case, index) => process.env["PROVE"] === "full" || index % step === 0);
}
