import { expect, it } from "@jest/globals";
import { problemSink } from "@retell-actions/core/project/problem-sink";
import type { Problem } from "@retell-actions/core/project/problem";

it("takes as many problems as a file of the greatest length can have", () => {
  const found = Array.from({ length: 400_000 }, (): Problem => ({ code: "duplicate-key", severity: "error", file: "agents/a/agent.json", message: "The key stands twice." }));
  const sink = problemSink("a");
  sink.add(found);
  expect(sink.problems).toHaveLength(found.length);
});
