import type { ProofCase } from "../../packages/lab/src/evidence/tell-case.ts";

/** A matrix of cases that tests play: all of them by its command, a sample in `npm test`. */
export interface Matrix {
  readonly title: string;
  readonly text: string;
  /** Paths of tests, as jest takes them. */
  readonly tests: readonly string[];
}

export const MATRICES: Readonly<Record<ProofCase["matrix"], Matrix>> = {
  crash: {
    title: "Broken off at every write",
    text:
      "Each action (its committed bundle) and each whole workflow template was broken off at every outgoing write, to Retell and to GitHub: killed before the write was sent, killed after it, " +
      "its answer lost, and cancelled (SIGTERM) during it; then it was run again. A case has converged if Retell, Git, the numbers of agents and versions, comments, pull requests, issues and releases are those of a run that nothing disturbed.",
    tests: ["test/laws/l4", "packages/lab/test/lifecycle", "packages/lab/test/crash/whole-story", "packages/lab/test/crash/list-workspaces"],
  },
  faults: {
    title: "Every call answered wrongly",
    text:
      "Every kind of call that an action makes, to Retell, to GitHub's REST and GraphQL interfaces and to its Git server, was answered wrongly in each way that applies to it, once or always. " +
      "A case ends as recovered, with the result of an undisturbed run, or with a reason out of the closed list, nothing lost, and a rerun that converges.",
    tests: ["packages/lab/test/faults"],
  },
  races: {
    title: "Several at once",
    text: "Runs that meet on one workspace, one branch or one pull request, each held at a chosen moment while the other goes on: no update is lost, nothing is made twice, and each run says how it ended.",
    tests: ["packages/lab/test/races", "packages/lab/test/hostile/races", "packages/lab/test/workflows/production-workflow", "packages/lab/test/workflows/commands-workflow", "actions/deploy/test/another-run", "actions/deploy/test/laws/old-runs", "actions/deploy/test/laws/one-stranger"],
  },
  attacks: {
    title: "Attacks",
    text: "What somebody with bad intentions can write, push, answer or change at the wrong moment. Each line of the list in security.md names its tests.",
    tests: ["packages/lab/test/attacks", "packages/lab/test/hostile", "test/laws/hostile-input", "test/laws/l7", "packages/core/test/report/escape", "scripts/test/attacks"],
  },
};
