import type { Json } from "@retell-actions/core/canonical/json";
import { checkTogether } from "@retell-actions/core/schema/check-together";
import type { FieldKind } from "@retell-actions/core/schema/field-schema";
import { ProblemList } from "@retell-actions/core/schema/field-problem";
import { validateFields } from "@retell-actions/core/schema/validate-fields";

/** What the actions refuse of the single values of a complete document; rules that speak of several fields are not the editor's. */
export function ownErrors(kind: FieldKind, value: Json): string[] {
  const together = new ProblemList();
  checkTogether(kind, { value, root: [], list: together });
  const notOurs = new Set(together.problems.map((problem) => JSON.stringify(problem)));
  const problems = validateFields({ kind, value, complete: true });
  return problems.flatMap((problem) => (problem.severity === "error" && !notOurs.has(JSON.stringify(problem)) ? [problem.message] : []));
}
