import type { GitHubLab } from "@retell-actions/lab/github/server";
import { claim, type Chapter } from "../chapter.ts";
import { stillLife } from "../look.ts";
import { approveProduction, runWorkflow, type Play } from "../people.ts";
import { jobNamed, outcomeOf } from "../record.ts";

/** Everything once more: nothing happens. */
export async function rest(play: Play, everyGitHub: readonly GitHubLab[]): Promise<Chapter> {
  const before = await stillLife(play.scene);
  const staging = await runWorkflow(play, "retell-deploy-staging.yml", { branch: "staging" });
  await runWorkflow(play, "retell-deploy-production.yml", { branch: "production", inputs: { confirm: "PRODUCTION" } });
  const { production, runs } = await approveProduction(play);
  const all = [...staging, ...runs];
  return {
    title: "A second run writes nothing",
    told: 'Back in the first repository, Dana presses "Run workflow" once more, for staging and for production.',
    runs: all,
    shown: [],
    claims: [
      claim("Nothing was to be deployed, published or brought back", staging.every((run) => outcomeOf(run) === "unchanged") && jobNamed(production, "Deploy to production").outcomes.join() === "unchanged,unchanged" && jobNamed(production, "Bring back to staging and develop").outcomes.join() === "unchanged"),
      claim("Nothing was written to Retell or to GitHub", all.length === 2 && all.every(({ retell, github }) => retell.calls > 0 && retell.writes === 0 && github.writes === 0)),
      claim("All agents, branches and records are what they were", before === (await stillLife(play.scene))),
      claim("In all of the story, every request to GitHub agreed with GitHub's published schemas", everyGitHub.every(({ requests, violations }) => requests.length > 0 && violations.length === 0)),
    ],
  };
}
