import { expect, test } from "@jest/globals";
import { fieldTable, writtenCounts } from "@retell-actions/core/report/field-changes";
import { content, known, planOne } from "../plan/fixture.ts";

const both = { before: content({ general_prompt: "a", model: "gpt-4.1" }, { voice_speed: 1 }), now: content({ general_prompt: "b", model: "gpt-4.1" }, { voice_speed: 1 }), live: content({ general_prompt: "a", model: "gpt-4.1" }, { voice_speed: 1.4 }) };

test("a console edit that deploy keeps is not counted as written", () => {
  const kept = planOne(known("sales", both), { options: { onConsoleEdit: "keep" } });
  expect(kept.operation).toBe("update");
  expect(writtenCounts(kept)).toBe("1: `llm.general_prompt`; the console's `agent.voice_speed` is kept");
  expect(fieldTable(kept)).toContain("| `agent.voice_speed` | console; kept |");
  // Overwritten, it is written like any other; left alone, nothing is.
  expect(writtenCounts(planOne(known("sales", both), { options: { onConsoleEdit: "overwrite" } }))).toBe("2: `agent.voice_speed` and `llm.general_prompt`");
  expect(fieldTable(planOne(known("sales", both)))).toContain("| `agent.voice_speed` | console |");
});
