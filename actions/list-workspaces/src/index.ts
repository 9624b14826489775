import { createPorts } from "@retell-actions/core/adapters/runner/action-ports";
import { runAction } from "@retell-actions/core/adapters/runner/run-action";
import { readInputs } from "./inputs.ts";
import { run } from "./run.ts";

await runAction({
  name: "list-workspaces",
  readInputs,
  // Only the checkout is read: no token, no requests.
  run: (context) => run(context.inputs, createPorts(context, { token: "", concurrency: 1 })),
});
