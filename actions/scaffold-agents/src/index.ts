import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { createWorkingTree } from "@retell-actions/core/adapters/files/working-tree";
import { createPorts } from "@retell-actions/core/adapters/runner/action-ports";
import { runAction } from "@retell-actions/core/adapters/runner/run-action";
import { readInputs } from "./inputs.ts";
import { run } from "./run.ts";

/** The folder of this bundle; `templates/` stands beside it. Written in two steps, since the bundler takes a path in one for a file to pack. */
const here = dirname(fileURLToPath(import.meta.url));

await runAction({
  name: "scaffold-agents",
  readInputs,
  // Nothing is asked of Retell.
  run: (context) => run(context.inputs, createPorts(context, { token: context.inputs.token, concurrency: 1 }), createWorkingTree(dirname(here))),
});
