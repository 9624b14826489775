/** Edits in the consoles of two workspaces come back as two pull requests: one is welcome, the other one is not. */
import { claim, type Chapter } from "../chapter.ts";
import { agentIn, askedOf, CHECK, commandIn, commitOn, contains, description, filesOf, notPublishedAsInGit, organizationOf, promptOf } from "../look.ts";
import { approveProduction, command, detectDrift, driftOf, merge, only, type Play } from "../people.ts";
import { EMERGENCY_NUMBER, GREETING } from "../project.ts";
import { jobNamed, outcomeOf } from "../record.ts";

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
  const run = await detectDrift(play);
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
  const { scene } = play;
  const { repository } = scene;
  const { agent, file, from, to } = EMERGENCY_NUMBER;
  const overwritten = promptOf((await agentIn(scene, "staging", agent)).latest);
  const done = await command(play, pullRequest, commandIn(description(scene, pullRequest).body, `use-git staging ${agent}`));
  const head = repository.pull(pullRequest).head.sha;
  const [commit, restored, files] = await Promise.all([commitOn(scene, repository.pull(pullRequest).head.ref), repository.readFile(head, file), filesOf(scene, pullRequest)]);
  const isGreen = repository.isContextGreen(head, CHECK);
  const { answer, runs } = await merge(play, pullRequest);
  const deploy = only(runs);
  const known = repository.pulls.size + repository.issues.size;
  const detection = await detectDrift(play);
  const prompt = promptOf((await agentIn(scene, "staging", agent)).latest);
  const found = await foundInHistory(play, { agent, words: to });
  return {
    title: "The wrong number is rejected by a comment",
    told: "Dana copies use-git out of the pull request of staging, and merges what the command made of it. Then the clock strikes again.",
    exhibit: { caption: "Where the wrong number still is", text: found.shown },
    runs: [done.run, deploy, detection],
    shown: [done.asked, commit, done.answer],
    claims: [
      claim("The command is answered, and the check of the new head is green", outcomeOf(done.run) === "resolved" && done.answer.body.includes("✅ Decided") && isGreen),
      claim("The file is as it was, and beside it stands the permission to overwrite exactly this value", restored?.includes(from) === true && files.join() === `agents/${agent}/overwrite.staging.json`),
      claim("The next deploy restores Git's value in the one agent, and no other was written", answer.status === 200 && outcomeOf(deploy) === "deployed" && jobNamed(deploy, "Deploy to staging").outputs["updated"] === JSON.stringify([agent]) && prompt === overwritten.replace(to, from) && prompt !== overwritten),
      claim("The overwritten prompt is in the history of retell/state/staging, word by word, and in its newest state no more", found.texts.includes(overwritten) && !found.newest.includes(to)),
      claim("The next detection finds nothing and opens nothing", outcomeOf(detection) === "in-sync" && repository.pulls.size + repository.issues.size === known && repository.openPulls().length === 0),
    ],
  };
}

/** Looks for words in all states that were ever recorded of an agent in staging, as anybody can with git. */
async function foundInHistory({ scene }: Play, wanted: { readonly agent: string; readonly words: string }) {
  const { git } = scene.repository;
  const branch = "retell/state/staging";
  const path = `agents/${wanted.agent}/staging.json`;
  const commits = (await git.text(["log", "--reverse", "--format=%H", "-S", wanted.words, `refs/heads/${branch}`, "--", path])).split("\n").filter((line) => line !== "");
  const states = await Promise.all(commits.map((commit) => git.text(["show", `${commit}:${path}`])));
  const lines = await git.text(["log", "--reverse", "--format=%h %s", "-S", wanted.words, `refs/heads/${branch}`, "--", path]);
  return {
    texts: states.flatMap((state) => stringsIn(JSON.parse(state))),
    newest: await git.text(["show", `refs/heads/${branch}:${path}`]),
    shown: `git log -S "${wanted.words}" origin/${branch} -- ${path}\n${lines}`,
  };
}

function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
