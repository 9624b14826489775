import { expect, test } from "@jest/globals";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { startScene } from "@retell-actions/lab/scene/scene";

test("L4: list-workspaces sends no write, and no other request of its own, so that there is nothing to break off", async () => {
  const scene = await startScene({ files: sampleFiles({ sales: {} }) });
  try {
    scene.faults.reset();
    const run = await scene.action("list-workspaces", { inputs: { kind: "all" }, permissions: {} });
    expect(run.outputs["outcome"]).toBe("listed");
    expect(scene.faults.writes).toBe(0);
    expect([...scene.github.requests.filter(({ kind }) => kind !== "git"), ...scene.retell.requests]).toEqual([]);
    tellCase({ matrix: "crash", subject: "list-workspaces", what: "no write to disturb", outcome: "converged" });
  } finally {
    await scene.stop();
  }
});
