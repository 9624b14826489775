/** A second repository with two production workspaces: one region breaks half way, and is finished by running again. */
import { claim, type Chapter } from "../chapter.ts";
import { agentsIn, askedOf, contains, notPublishedAsInGit, organizationOf, summaryOf } from "../look.ts";
import { approve, merge, openPullRequest, type Play } from "../people.ts";
import { AGENT_FILES, AGENTS, REGIONS } from "../project.ts";
import { jobNamed, outcomeOf, type RunRecord } from "../record.ts";

const WORKFLOW = "retell-deploy-multi-production.yml";
const [EUROPE, AMERICA] = REGIONS;
/** So many writes reach the second region before its Retell answers 500: enough for a part of the agents. */
const WRITES_BEFORE_FAULT = 5;

/** Both chapters of the second repository. */
export async function regions(play: Play): Promise<readonly Chapter[]> {
  const { scene } = play;
  const first = await openPullRequest(play, { title: "Three agents", head: "three-agents", base: "staging", files: AGENT_FILES });
  const staged = await merge(play, first.pullRequest);
  const second = await openPullRequest(play, { title: "Three agents for two regions", head: "staging", base: "production" });
  const before = scene.retell.requests.length;
  const { answer } = await merge(play, second.pullRequest);
  const waiting = [...scene.actions.approvals.environments];
  const planned = REGIONS.map((region) => askedOf(scene, before, organizationOf(scene, region)));
  await approve(play, EUROPE);
  const then = [...scene.actions.approvals.environments];
  breakRetell(play);
  const broken = ofProduction(await approve(play, AMERICA));
  scene.faults.reset();
  const parts = { engines: organizationOf(scene, AMERICA).llms().length, published: organizationOf(scene, AMERICA).agents().filter(({ latestPublished }) => latestPublished !== undefined).length };
  const behind = !(await contains(scene, "staging", "production"));
  const failure: Chapter = {
    title: "Two regions, and one of them breaks",
    told: "Another practice has two productions. The pull request is compared with both, each region gets a plan of its own, and Rosa approves one after the other. While the second is deployed, Retell begins to answer 500.",
    runs: [first.check, ...staged.runs, second.check, broken],
    shown: [{ ...summaryOf(jobNamed(broken, `Deploy to ${AMERICA}`)), brief: true }],
    claims: [
      claim("A plan per region, each by a key that can only read", answer.status === 200 && REGIONS.every((region) => jobNamed(broken, `Plan ${region}`).outcomes.join() === "planned") && planned.every(({ keys, writes }) => keys.join() === "read" && writes.length === 0)),
      claim("The second region was asked for when the first one was through", waiting.join() === EUROPE && then.join() === AMERICA),
      claim(`${EUROPE} is deployed and published: callers get what the files say`, jobNamed(broken, `Deploy to ${EUROPE}`).outcomes.join() === "deployed,published" && (await notPublishedAsInGit(scene, EUROPE)).length === 0),
      claim(`${AMERICA} was reached in part, says so, and publishes nothing`, jobNamed(broken, `Deploy to ${AMERICA}`).conclusion === "failure" && parts.engines > 0 && parts.published === 0),
      claim("The commits are not brought back yet", behind && broken.jobs.every(({ outcomes }) => !outcomes.includes("synced"))),
    ],
  };
  return [failure, await runAgain(play, broken)];
}

async function runAgain(play: Play, broken: RunRecord): Promise<Chapter> {
  const { scene, recorder } = play;
  const [europe, america] = REGIONS.map((region) => organizationOf(scene, region));
  if (europe === undefined || america === undefined) throw new Error("There are two regions.");
  const before = scene.retell.requests.length;
  await recorder.during(() => scene.actions.rerun(broken.lab));
  await approve(play, EUROPE);
  const runs = await approve(play, AMERICA);
  const run = ofProduction(runs);
  const staging = runs.find(({ workflow }) => workflow === "retell-deploy-staging.yml");
  const unpublished = (await Promise.all(REGIONS.map((region) => notPublishedAsInGit(scene, region)))).flat();
  return {
    title: "Running again finishes the other region",
    told: 'Retell is well again, and Dana presses "Re-run all jobs". Both regions are planned anew; the first has nothing to do.',
    runs,
    shown: [{ ...summaryOf(jobNamed(run, `Deploy to ${AMERICA}`)), brief: true }],
    claims: [
      claim(`${EUROPE} is unchanged, and nothing was written to it`, jobNamed(run, `Deploy to ${EUROPE}`).outcomes.join() === "unchanged,unchanged" && askedOf(scene, before, europe).writes.length === 0),
      claim(`${AMERICA} is deployed and published`, jobNamed(run, `Deploy to ${AMERICA}`).outcomes.join() === "deployed,published"),
      claim("Nothing was made twice: three agents and three engines in each region", [europe, america].every((region) => agentsIn(region) === AGENTS.length && region.llms().length === AGENTS.length)),
      claim("Callers of both regions get what the files say", unpublished.length === 0),
      claim("Now staging and develop have the commits, and staging has nothing to do", (await contains(scene, "staging", "production")) && (await contains(scene, "develop", "production")) && staging !== undefined && outcomeOf(staging) === "unchanged"),
    ],
  };
}

/** After some writes, Retell answers 500 to everything, until the faults are reset. */
function breakRetell({ scene: { faults } }: Play): void {
  let writes = 0;
  faults.reset();
  faults.add({
    matches: ({ service, write }) => service === "retell" && (write ? ++writes : writes) > WRITES_BEFORE_FAULT,
    action: { kind: "status", status: 500, body: { error_message: "Internal Server Error" }, headers: { "retry-after": "0" } },
  });
}

function ofProduction(runs: readonly RunRecord[]): RunRecord {
  const found = runs.find(({ workflow }) => workflow === WORKFLOW);
  if (found === undefined) throw new Error(`${WORKFLOW} has not ended.`);
  return found;
}
