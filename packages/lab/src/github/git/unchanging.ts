/** Commands whose answer depends on nothing but the objects that they name. */
const READERS = new Set(["cat-file", "diff", "log", "ls-tree", "merge-base", "merge-tree", "rev-list", "rev-parse"]);

/** A full object id, a range of two, or something inside or behind one. */
const OBJECTS = /^[0-9a-f]{40}(?:\.\.[0-9a-f]{40}|[:^].*)?$/s;
const TYPES = new Set(["blob", "commit", "tag", "tree"]);

/**
 * True for a question whose answer never changes once it was given: it names objects by their full ids only, no branch, no
 * HEAD. (That an object is missing may change, so only answers count.)
 */
export function isUnchanging(args: readonly string[]): boolean {
  const [command = "", ...rest] = args;
  if (!READERS.has(command)) return false;
  const operands = rest.filter((arg) => !arg.startsWith("-") && !(command === "cat-file" && TYPES.has(arg)));
  return operands.length > 0 && operands.every((operand) => OBJECTS.test(operand));
}
