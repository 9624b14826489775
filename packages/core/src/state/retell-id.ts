/** Ids become parts of addresses. Retell's have these characters (API reference); a record with others was not written by a run. */
const RETELL_ID = /^[A-Za-z0-9_-]{1,200}$/;

/** What is wrong with the ids of a record, as a sentence; undefined if nothing is. Absent ids are none. */
export function idProblem(ids: readonly (string | null | undefined)[]): string | undefined {
  const odd = ids.find((id) => typeof id === "string" && !RETELL_ID.test(id));
  return typeof odd === "string" ? `${JSON.stringify(odd.slice(0, 100))} cannot be an id of Retell` : undefined;
}
