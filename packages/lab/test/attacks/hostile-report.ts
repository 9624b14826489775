import { runAction } from "@retell-actions/core/adapters/runner/run-action";
import { ActionError } from "@retell-actions/core/errors";

/** Texts that try to leave each place in which an action says something. Run as a process of its own by runner-frame.test.ts. */
const text = (process.env["HOSTILE_TEXT"] ?? "").replaceAll("DELIMITER", "ghadelimiter_00000000-0000-0000-0000-000000000000");

await runAction({
  name: "hostile",
  readInputs: (reader) => reader.string("mode"),
  run({ inputs, log }) {
    for (const say of [log.info, log.debug, log.notice, log.warning, log.error]) say(text);
    const position = { file: `agents/${text}/agent.json`, line: 1 };
    if (inputs === "refuse") throw new ActionError("invalid-files", text, { position });
    if (inputs === "defect") throw new TypeError(text);
    return log.group(text, () =>
      Promise.resolve({
        outcome: "conflicts" as const,
        reason: "conflict" as const,
        message: text,
        outputs: { agents: text },
        result: { agents: [text] },
        summary: "## Summary",
        problems: [{ code: "x", severity: "error" as const, ...position, message: text, hint: text }],
      }),
    );
  },
});
