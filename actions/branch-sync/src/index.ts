import { createPorts } from "@retell-actions/core/adapters/runner/action-ports";
import { runAction } from "@retell-actions/core/adapters/runner/run-action";
import { readInputs } from "./inputs.ts";
import { run } from "./run.ts";

await runAction({
  name: "branch-sync",
  readInputs,
  // No workspace of Retell is opened, so there is nothing to do at once.
  run: (context) => run(context.inputs, createPorts(context, { token: context.inputs.token, concurrency: 1 })),
});
