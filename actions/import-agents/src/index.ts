import { createPorts } from "@retell-actions/core/adapters/runner/action-ports";
import { runAction } from "@retell-actions/core/adapters/runner/run-action";
import { readInputs } from "./inputs.ts";
import { run } from "./run.ts";

await runAction({
  name: "import-agents",
  readInputs,
  run: (context) => run(context.inputs, createPorts(context, context.inputs)),
});
