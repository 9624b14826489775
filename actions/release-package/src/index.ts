import { createArchiver } from "@retell-actions/core/adapters/archive/create-archiver";
import { createPorts } from "@retell-actions/core/adapters/runner/action-ports";
import { runAction } from "@retell-actions/core/adapters/runner/run-action";
import { readInputs } from "./inputs.ts";
import { run } from "./run.ts";

await runAction({
  name: "release-package",
  readInputs,
  // Nothing is asked of Retell, so nothing runs beside anything else there.
  run: (context) => run(context.inputs, createPorts(context, { token: context.inputs.token, concurrency: 1 }), createArchiver()),
});
