/** Edits in the consoles of two workspaces come back as two pull requests: one is welcome, the other one is not. */
import { claim, type Chapter } from "../chapter.ts";
import { agentIn, askedOf, CHECK, contains, description, filesOf, notPublishedAsInGit, organizationOf, promptOf } from "../look.ts";
import { approveProduction, merge, only, runWorkflow, type Play } from "../people.ts";
import { EMERGENCY_NUMBER, GREETING } from "../project.ts";
import { jobNamed, outcomeOf, type RunRecord } from "../record.ts";

/** The line of retell-drift-detection.yml. */
const CRON = "17 */6 * * *";

/** Detection, the merge of the one, the refusal of the other. */
export async function drift(play: Play, add: (chapter: Chapter) => void): Promise<void> {
  const { chapter, production, staging } = await detected(play);
  add(chapter);
  add(await accepted(play, production));
  add(await refused(play, staging));
}

async function detected(play: Play): Promise<{ readonly chapter: Chapter; readonly production: number; readonly staging: number }> {
  const { scene } = play;
  const { repository } = scene;
  const greeter = await agentIn(scene, "production", GREETING.agent);
  scene.production.console.editLlm(greeter.id, { begin_message: GREETING.to });
  const emergency = await agentIn(scene, "staging", EMERGENCY_NUMBER.agent);
  scene.staging.console.editLlm(emergency.id, { general_prompt: promptOf(emergency.latest).replace(EMERGENCY_NUMBER.from, EMERGENCY_NUMBER.to) });
  const before = scene.retell.requests.length;
  const run = await detect(play);
  const keys = ["staging", "production"].flatMap((workspace) => askedOf(scene, before, organizationOf(scene, workspace)).keys);
  const production = driftOf(play, "production");
  const staging = driftOf(play, "staging");
  const pulls = [repository.pull(production), repository.pull(staging)];
  const edits = await Promise.all([
    repository.readFile(pulls[0]?.head.sha ?? "", GREETING.file),
    repository.readFile(pulls[1]?.head.sha ?? "", EMERGENCY_NUMBER.file),
  ]);
  const tips = await Promise.all(pulls.map(async ({ base, head }) => (await repository.git.text(["rev-parse", `${head.sha}^`])) === (await repository.tip(base.ref))));
  const chapter: Chapter = {
    title: "Two console edits become two pull requests",
    told: "In production somebody makes the greeting friendlier, in staging somebody changes the emergency number. At 17 past the clock starts the detection, which adopts each edit on the branch that it belongs to.",
    exhibit: {
      caption: "In the consoles",
      text: `production, ${GREETING.agent}: "${GREETING.from}" → "${GREETING.to}"\nstaging, ${EMERGENCY_NUMBER.agent}: "… ${EMERGENCY_NUMBER.from} …" → "… ${EMERGENCY_NUMBER.to} …"`,
    },
    runs: [run],
    shown: [description(scene, production), { ...description(scene, staging), brief: true }],
    claims: [
      claim("Two pull requests, one per workspace, and no more", outcomeOf(run) === "drift-detected" && repository.openPulls().length === 2),
      claim("Each begins at the tip of the branch that deploys there, and goes back to it", pulls.map(({ base }) => base.ref).join() === "production,staging" && tips.every(Boolean)),
      claim("Each changes the edited file only", (await filesOf(scene, production)).join() === GREETING.file && (await filesOf(scene, staging)).join() === EMERGENCY_NUMBER.file),
      claim("The files hold what the consoles say", edits[0]?.includes(GREETING.to) === true && edits[1]?.includes(EMERGENCY_NUMBER.to) === true),
      claim("The required status is on both heads, though no workflow was started for them", pulls.every(({ head }) => repository.isContextGreen(head.sha, CHECK) && repository.checkRuns.every(({ headSha }) => headSha !== head.sha))),
      claim("Retell was read with keys that cannot write", keys.join() === "read,read" && run.retell.writes === 0),
    ],
  };
  return { chapter, production, staging };
}

async function accepted(play: Play, pullRequest: number): Promise<Chapter> {
  const { scene } = play;
  const { repository } = scene;
  const before = scene.retell.requests.length;
  const { answer } = await merge(play, pullRequest);
  const { production: run, staging, runs } = await approveProduction(play);
  const { writes } = askedOf(scene, before, scene.production);
  const { latestPublished } = await agentIn(scene, "production", GREETING.agent);
  const unpublished = await notPublishedAsInGit(scene, "production");
  const files = await Promise.all(["staging", "develop"].map((branch) => repository.readFile(`refs/heads/${branch}`, GREETING.file)));
  const synced = await Promise.all(["staging", "develop"].map((branch) => contains(scene, branch, "production")));
  const inStaging = await Promise.all([GREETING.agent, EMERGENCY_NUMBER.agent].map(async (name) => (await agentIn(scene, "staging", name)).latest));
  return {
    title: "The friendlier greeting is accepted",
    told: "Dana merges the pull request of production, and Rosa approves. Retell has the text already: it is recorded, and the draft of the console is published.",
    runs,
    shown: [],
    claims: [
      claim("It could be merged under the branch's rule, without anybody starting a workflow", answer.status === 200),
      claim("The deploy wrote nothing to Retell; the only write is the publication", jobNamed(run, "Deploy to production").outcomes.join() === "unchanged,published" && writes.length === 1 && writes.every(({ path }) => path.includes("publish"))),
      claim("Callers hear the friendlier greeting", latestPublished?.engine?.["begin_message"] === GREETING.to),
      claim("Git and production agree on every agent: the drift is gone", unpublished.length === 0),
      claim("Staging and develop get it too", synced.every(Boolean) && files.every((text) => text?.includes(GREETING.to)) && inStaging[0]?.engine?.["begin_message"] === GREETING.to),
      claim("The deploy of staging left the other edit there alone", staging !== undefined && outcomeOf(staging) === "deployed" && promptOf(inStaging[1]).includes(EMERGENCY_NUMBER.to)),
    ],
  };
}

async function refused(play: Play, pullRequest: number): Promise<Chapter> {
  const { scene, recorder } = play;
  const { repository } = scene;
  const none = await recorder.during(() => scene.person.close(pullRequest));
  const deploy = only(await runWorkflow(play, "retell-deploy-staging.yml", { branch: "staging", inputs: { agents: EMERGENCY_NUMBER.agent, "on-console-edit": "overwrite" } }));
  const known = repository.pulls.size + repository.issues.size;
  const detection = await detect(play);
  const prompt = promptOf((await agentIn(scene, "staging", EMERGENCY_NUMBER.agent)).latest);
  return {
    title: "The wrong number is rejected",
    told: 'Dana closes the pull request of staging, and presses "Run workflow" with on-console-edit: overwrite for that one agent. Then the clock strikes again.',
    runs: [...none, deploy, detection],
    shown: [{ ...description(scene, pullRequest), brief: true }],
    claims: [
      claim("The pull request is closed and was not merged", repository.pull(pullRequest).state === "closed" && repository.pull(pullRequest).mergedAt === null),
      claim("Git has won in the one agent, and no other was written", outcomeOf(deploy) === "deployed" && jobNamed(deploy, "Deploy to staging").outputs["updated"] === JSON.stringify([EMERGENCY_NUMBER.agent]) && prompt.includes(EMERGENCY_NUMBER.from)),
      claim("The next detection finds nothing and opens nothing", outcomeOf(detection) === "in-sync" && repository.pulls.size + repository.issues.size === known && repository.openPulls().length === 0),
    ],
  };
}

async function detect({ scene, recorder }: Play): Promise<RunRecord> {
  return only(await recorder.during(() => scene.actions.schedule(CRON)));
}

function driftOf({ scene }: Play, workspace: string): number {
  const found = scene.repository.openPulls().find(({ head }) => head.ref === `retell/drift/${workspace}`);
  if (found === undefined) throw new Error(`The detection opened no pull request for ${workspace}.`);
  return found.number;
}
