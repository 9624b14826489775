import type { Permissions } from "../../packages/lab/src/github/model/tokens.ts";
import type { RunResult, Scene } from "../../packages/lab/src/scene/scene.ts";
import { ownSection } from "./agents.ts";

export interface Situation {
  readonly scene: Scene;
  readonly agents: number;
  readonly concurrency: number;
  /** From 1; a scenario that leaves something behind makes something new in each round. */
  readonly round: number;
}

/** One thing to measure. */
export interface Scenario {
  readonly name: string;
  readonly scene: "deployed" | "unmanaged";
  /** The outcome that every round ends in. */
  readonly wanted: string;
  /** Before each round, not measured. */
  readonly prepare?: (situation: Situation) => Promise<void>;
  readonly run: (situation: Situation, env: Readonly<Record<string, string>>) => Promise<RunResult>;
}

/** Permissions of the jobs in `workflows-templates/` that bring something back to GitHub. */
const WRITES: Permissions = { contents: "write", "pull-requests": "write", issues: "write", statuses: "write", actions: "read" };

const inputs = ({ concurrency }: Situation): Record<string, string> => ({ concurrency: String(concurrency) });

/** In the order in which they are measured on one scene: those that leave something behind come last. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: "validate",
    scene: "deployed",
    wanted: "passed",
    prepare: async ({ scene: { repository } }) => {
      if (repository.pulls.size > 0) return;
      await repository.commit({ branch: "feature", parent: await repository.tip("staging"), files: { "NOTES.md": "A change that touches no agent.\n" }, message: "Add notes" });
      await repository.openPullRequest({ head: "feature", base: "staging", title: "Add notes" });
    },
    run: (situation, env) => situation.scene.validate({ pullRequest: 1, inputs: inputs(situation), env }),
  },
  {
    name: "deploy unchanged",
    scene: "deployed",
    wanted: "unchanged",
    run: (situation, env) => situation.scene.deploy({ inputs: inputs(situation), env }),
  },
  {
    name: "drift",
    scene: "deployed",
    wanted: "in-sync",
    run: (situation, env) =>
      situation.scene.action("drift-detect", { branch: "develop", eventName: "schedule", event: { schedule: "17 */6 * * *" }, permissions: WRITES, inputs: { ...inputs(situation), workspace: "staging" }, env }),
  },
  {
    name: "release",
    scene: "deployed",
    wanted: "packaged",
    prepare: async ({ scene: { repository }, round }) => void (await repository.git.run(["tag", `v${round}`, "staging"])),
    run: ({ scene, round }, env) =>
      scene.action("release-package", { branch: "develop", eventName: "workflow_dispatch", event: { ref: "refs/heads/develop", inputs: { tag: `v${round}` } }, permissions: WRITES, inputs: { tag: `v${round}` }, env }),
  },
  {
    name: "deploy 1 % changed",
    scene: "deployed",
    wanted: "deployed",
    prepare: async ({ scene: { repository }, agents, round }) => {
      const changed = Array.from({ length: Math.ceil(agents / 100) }, (_, index) => ownSection(index * 100, round));
      await repository.commit({ branch: "staging", files: Object.fromEntries(changed), message: `Edition ${round}` });
    },
    run: (situation, env) => situation.scene.deploy({ inputs: inputs(situation), env }),
  },
  {
    name: "import",
    scene: "unmanaged",
    wanted: "imported",
    run: (situation, env) =>
      situation.scene.action("import-agents", { branch: "develop", eventName: "workflow_dispatch", event: { inputs: {} }, permissions: WRITES, inputs: { ...inputs(situation), workspace: "staging" }, env }),
  },
];
