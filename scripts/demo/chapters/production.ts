import { claim, type Chapter } from "../chapter.ts";
import { agentIn, askedOf, CHECK, contains, lastComment, notPublishedAsInGit, organizationOf, promptOf, summaryOf } from "../look.ts";
import { approveProduction, merge, openPullRequest, type Play } from "../people.ts";
import { AGENTS, FASTER, OFFICE_HOURS, OPENING_HOURS } from "../project.ts";
import { jobNamed, outcomeOf, without } from "../record.ts";

const PLAN = "Plan production";
const DEPLOY = "Deploy to production";

/** The first way to production: the plan, and then, with Rosa's yes, exactly that plan. Two chapters of one run. */
export async function firstProduction(play: Play): Promise<readonly Chapter[]> {
  const { scene } = play;
  const { repository, actions } = scene;
  const production = organizationOf(scene, "production");
  const early = await mergeTooEarly(play);
  const checked = scene.retell.requests.length;
  const { answer } = await merge(play, early.pullRequest);
  const waiting = [...actions.approvals.environments];
  const whileWaiting = askedOf(scene, checked, production);
  const empty = production.agents().length === 0;
  const stateBefore = (await repository.git.text(["for-each-ref", "refs/heads/retell/state/production"])) !== "";

  const approved = scene.retell.requests.length;
  const { production: run, staging, runs } = await approveProduction(play);
  const [plan, deploy] = [jobNamed(run, PLAN), jobNamed(run, DEPLOY)];
  const afterwards = askedOf(scene, approved, production);
  const unpublished = await notPublishedAsInGit(scene, "production");
  const synced = await Promise.all(["staging", "develop"].map((branch) => contains(scene, branch, "production")));

  return [
    {
      title: "Production is planned, and waits",
      told: "A pull request from staging to production is compared with production. After the merge the run makes a plan with a key that can only read, and waits for the reviewer of the environment.",
      runs: [early.check],
      running: { workflow: run.workflow, jobs: [plan] },
      shown: [summaryOf(plan)],
      claims: [
        claim(`Before its check has ended it could not be merged: ${early.answer.message}`, early.answer.status === 405 && early.answer.message.includes(CHECK)),
        claim("The check compared with production, by the key that can only read", outcomeOf(early.check) === "passed" && early.comment.includes("production") && early.asked.keys.join() === "read"),
        claim("The plan's summary names all three agents", plan.outcomes.includes("planned") && AGENTS.every((name) => plan.summary.includes(name))),
        claim("The job with the environment production waits for Rosa", answer.status === 200 && waiting.join() === "production"),
        claim("Nothing was written to Retell or recorded, and the key that can write was used for nothing yet", whileWaiting.keys.join() === "read" && whileWaiting.writes.length === 0 && empty && !stateBefore),
      ],
    },
    {
      title: "Rosa approves exactly that plan",
      told: "She reads the summary and says yes. The plan is deployed, its versions are published, and staging and develop get the merge commit.",
      runs: runs.map((one) => (one === run ? without(run, PLAN) : one)),
      shown: [{ ...summaryOf(deploy), brief: true }],
      claims: [
        claim("What was deployed is the plan that she read", deploy.outcomes[0] === "deployed" && plan.outputs["plan-fingerprint"] !== "" && plan.outputs["plan-fingerprint"] === deploy.outputs["plan-fingerprint"]),
        claim("Only now the key that can write was used", afterwards.keys.join() === "deploy" && afterwards.writes.length > 0),
        claim("Callers get what the files say: the newest version of each agent is published, and holds every field of Git", deploy.outcomes.includes("published") && unpublished.length === 0),
        claim("Every commit of production is in staging and in develop", synced.every(Boolean)),
        claim("The deploy of staging was started by the job, and found nothing to do", staging?.lab.event.name === "workflow_dispatch" && outcomeOf(staging) === "unchanged" && staging.retell.writes === 0),
      ],
    },
  ];
}

/** A change that staging has had goes the same way. */
export async function onToProduction(play: Play): Promise<Chapter> {
  const { scene } = play;
  const { pullRequest, check } = await openPullRequest(play, { title: "Saturday for callers", head: "staging", base: "production" });
  const { answer } = await merge(play, pullRequest);
  const { production: run, staging, runs } = await approveProduction(play);
  const published = await Promise.all(AGENTS.map(async (name) => promptOf((await agentIn(scene, "production", name)).latestPublished)));
  const { latestPublished: billing, versions } = await agentIn(scene, "production", "billing");
  const unpublished = await notPublishedAsInGit(scene, "production");
  return {
    title: "The changes go on to production",
    told: "The same way again: pull request, plan, approval. Of the console edits in staging everything comes along that Dana took over.",
    runs: [check, ...runs],
    shown: [{ ...summaryOf(jobNamed(run, PLAN)), brief: true }],
    claims: [
      claim("The check passed, since staging had this content first", outcomeOf(check) === "passed" && answer.status === 200),
      claim("Callers get what the files say", unpublished.length === 0),
      claim("Billing has hours of its own, the other two are open on Saturday", AGENTS.every((name, at) => published[at]?.includes(name === OFFICE_HOURS.agent ? OFFICE_HOURS.to : OPENING_HOURS.added) === true)),
      claim("Billing's faster voice comes along", billing?.agent["voice_speed"] === FASTER.to),
      claim("A new version was published; the first one is still there", versions.filter(({ isPublished }) => isPublished).length === 2),
      claim("Staging has nothing to do", staging !== undefined && outcomeOf(staging) === "unchanged"),
    ],
  };
}

/** Opens the pull request, and presses the merge button before its check can have ended. */
async function mergeTooEarly(play: Play) {
  const { scene, recorder } = play;
  const before = scene.retell.requests.length;
  let [pullRequest, answer] = [0, { status: 0, message: "" }];
  const [check] = await recorder.during(async () => {
    pullRequest = (await scene.repository.openPullRequest({ head: "staging", base: "production", title: "Three agents for callers", user: "dana" })).number;
    answer = await scene.person.merge(pullRequest);
  });
  if (check === undefined) throw new Error("The pull request started no check.");
  return { pullRequest, answer, check, comment: lastComment(scene, pullRequest).body, asked: askedOf(scene, before, organizationOf(scene, "production")) };
}
